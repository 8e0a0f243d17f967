"""Certificates are judged by whole days, and worded by hours and minutes on their last one."""

from __future__ import annotations

import datetime
import ssl
import time

import pytest

from alignak.execution.standins import certificates
from alignak.execution.standins.certificates import Days, age, days
from alignak.execution.standins.standin import Unsupported
from tests.support.talkers import certificate

_DAY = 86_400


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, int]:
    """Return a certificate as a server shows it, and when it ends."""
    path = certificate(tmp_path_factory.mktemp("certificates"), datetime.timedelta(days=50), "mail.example.org")
    der = ssl.PEM_cert_to_DER_cert(path.read_text()[path.read_text().index("-----BEGIN CERT") :])
    _, ends = certificates._read(der)
    return der, int(ends.timestamp())


@pytest.mark.parametrize(
    ("left", "code", "words"),
    [
        (-1, 2, "CRITICAL - Certificate 'mail.example.org' expired on "),
        (0, 2, "CRITICAL - Certificate 'mail.example.org' just expired ("),
        (1, 2, "CRITICAL - Certificate 'mail.example.org' expires in 0 minutes ("),
        (60, 2, "CRITICAL - Certificate 'mail.example.org' expires in 1 minutes ("),
        (3_599, 2, "CRITICAL - Certificate 'mail.example.org' expires in 59 minutes ("),
        (3_600, 2, "CRITICAL - Certificate 'mail.example.org' expires in 1 hours ("),
        (_DAY - 1, 2, "CRITICAL - Certificate 'mail.example.org' expires in 23 hours ("),
        (_DAY, 2, "CRITICAL - Certificate 'mail.example.org' expires in 1 day(s) ("),
        (3 * _DAY - 1, 2, "CRITICAL - Certificate 'mail.example.org' expires in 2 day(s) ("),
        (3 * _DAY, 1, "WARNING - Certificate 'mail.example.org' expires in 3 day(s) ("),
        (6 * _DAY - 1, 1, "WARNING - Certificate 'mail.example.org' expires in 5 day(s) ("),
        (6 * _DAY, 0, "OK - Certificate 'mail.example.org' will expire on "),
    ],
)
def test_each_second_counts_where_the_words_change(
    shown: tuple[bytes, int], monkeypatch: pytest.MonkeyPatch, left: int, code: int, words: str
) -> None:
    der, ends = shown
    monkeypatch.setattr(time, "time", lambda: ends - left + 0.5)
    judged, text = age(der, Days(5, 2))
    assert (judged, text[: len(words)]) == (code, words)


def test_a_server_that_shows_none_is_critical() -> None:
    assert age(None, Days(5)) == (2, "CRITICAL - Cannot retrieve server certificate.")


def test_a_certificate_that_cannot_be_read_is_left_to_the_plugin() -> None:
    with pytest.raises(Unsupported, match="cannot be read"):
        age(b"no certificate", Days(5))


def test_limits_are_whole_days() -> None:
    assert (days("-D", "30"), days("-D", "30,14")) == (Days(30, 0), Days(30, 14))
    for text in ("", "x", "-1", "1.5", "1,", "1,2,3"):
        with pytest.raises(Unsupported, match="-D"):
            days("-D", text)
