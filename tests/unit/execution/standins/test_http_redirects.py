"""Redirects lead where the plugin goes, and not round and round."""

from __future__ import annotations

import pytest

from alignak.execution.standins.http_asked import Place
from alignak.execution.standins.http_options import read
from alignak.execution.standins.http_redirects import RedirectError, redirected

HERE = Place("192.0.2.1", "www.example.com", 8080, 99, False, "/a/b")


def moved(location: str, reaction: str = "follow", place: Place = HERE, depth: int = 1) -> Place:
    asked = read(["-I", "192.0.2.1", "-f", reaction])
    return redirected(asked, place, (b"HTTP/1.1 302 Found", f"A: b\r\nLocation: {location}".encode()), depth)


def test_an_address_is_followed_whole() -> None:
    new = moved("https://other.example:444/x?y=z")
    assert new == Place("other.example", "other.example", 444, 444, True, "/x?y=z")


def test_sticky_stays_at_the_address_and_stickyport_at_the_port_as_well() -> None:
    assert moved("http://other.example/x", "sticky") == Place("192.0.2.1", "other.example", 80, 80, False, "/x")
    assert moved("http://other.example/x", "stickyport") == Place("192.0.2.1", "other.example", 8080, 8080, False, "/x")


def test_a_path_is_taken_from_where_we_are() -> None:
    assert moved("c").url == "/a/c"
    assert moved("/c").url == "/c"


@pytest.mark.parametrize(
    ("location", "depth", "text"),
    [
        ("http://x:70000/", 1, "Redirection to port above 65535 - http://x:70000/"),
        ("/x", 16, "maximum redirection depth 15 exceeded - http://www.example.com:8080/x"),
        ('"', 1, 'Could not parse redirect location - "'),
        ("\r\nX: y", 1, "Empty redirect location"),
    ],
)
def test_what_is_not_followed_says_why(location: str, depth: int, text: str) -> None:
    with pytest.raises(RedirectError, match=r"HTTP (WARNING|UNKNOWN) - ") as error:
        moved(location, depth=depth)
    assert text in str(error.value)


def test_a_page_that_leads_to_itself_is_a_loop() -> None:
    place = Place("localhost", "localhost", 80, 80, False, "/")
    with pytest.raises(RedirectError, match="infinite loop"):
        moved("http://localhost/", place=place)
