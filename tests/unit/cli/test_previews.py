"""Commands shown before they run: macros in their places, secrets masked, what is open left open."""

from __future__ import annotations

import pytest

from alignak.cli.previews import Preview, Previews
from alignak.config.explain import Explainer
from tests.support.explained import explainer


@pytest.fixture(scope="module")
def site() -> Explainer:
    """Return who explains the site."""
    return explainer()


def check_of(site: Explainer, key: str) -> Preview:
    """Return the check of an object."""
    item = site.item(key)
    assert item is not None
    assert item.check_command is not None
    return Previews(site.config, item).of(item.check_command)


def test_host_service_and_argument_macros_are_expanded_and_resource_macros_masked(site: Explainer) -> None:
    found = check_of(site, "web-1;http")

    assert found.call == "check_web!80"
    assert found.expanded == "***/check_http -H 192.0.2.7 -p 80 -u /status -C *** -t "


def test_a_macro_that_nothing_provides_is_named(site: Explainer) -> None:
    assert check_of(site, "web-1;http").unknown == ("ARG2",)


def test_what_only_a_run_decides_stays_as_it_is_written(site: Explainer) -> None:
    found = check_of(site, "web-1")

    assert found.expanded == "/usr/lib/plugins/check_ping -H 192.0.2.7 -k *** $HOSTSTATE$"
    assert found.unknown == ()


def test_a_global_event_handler_is_expanded_for_the_object(site: Explainer) -> None:
    item = site.item("web-1")
    assert item is not None
    previews = Previews(site.config, item)
    handler = previews.event_handler()
    assert handler is not None

    assert previews.of(handler).expanded == "/bin/restart web-1 $SERVICEDESC$ $SERVICESTATE$"
