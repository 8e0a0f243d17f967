"""How long a server's certificate is still valid, judged and worded as the plugins do it."""

from __future__ import annotations

import time
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from alignak.execution.standins.options import number
from alignak.execution.standins.standin import Result, Unsupported

_DAY = 86_400
_HOUR = 3_600


class Days(NamedTuple):
    """The fewest days a certificate has to be valid before it is WARNING, and CRITICAL."""

    warning: int
    critical: int = 0


def days(option: str, text: str) -> Days:
    """Read ``WARNING[,CRITICAL]``. Raises Unsupported."""
    warning, comma, critical = text.partition(",")
    return Days(number(option, warning), number(option, critical) if comma else 0)


def age(certificate: bytes | None, limits: Days) -> Result:
    """Return code and text (without a newline) for the certificate (DER) a server showed.

    The code is 0 while it is valid for more days than ``limits`` say; a plugin then goes on with its check.
    """
    if certificate is None:
        return 2, "CRITICAL - Cannot retrieve server certificate."
    name, ends = _read(certificate)
    left = ends.timestamp() - int(time.time())
    return _judged(name, f"{ends:%a %b} {ends.day:2d} {ends:%H:%M:%S %Y +0000}", int(left), limits)


def _judged(name: str, when: str, left: int, limits: Days) -> Result:
    if left < 0:
        return 2, f"CRITICAL - Certificate '{name}' expired on {when}."
    if left == 0:
        return 2, f"CRITICAL - Certificate '{name}' just expired ({when})."
    if left < _DAY:
        count, unit = (left // _HOUR, "hours") if left >= _HOUR else (left // 60, "minutes")
        return 2, f"CRITICAL - Certificate '{name}' expires in {count} {unit} ({when})"
    whole = left // _DAY
    if whole <= limits.warning:
        code, word = (2, "CRITICAL") if whole <= limits.critical else (1, "WARNING")
        return code, f"{word} - Certificate '{name}' expires in {whole} day(s) ({when})."
    return 0, f"OK - Certificate '{name}' will expire on {when}."


@lru_cache(maxsize=4096)
def _read(certificate: bytes) -> tuple[str, datetime]:
    """Return whom a certificate names, and when it ends."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        ends = read.not_valid_after_utc
    except ValueError as error:
        raise Unsupported(f"a certificate that cannot be read: {error}") from None
    return (str(names[0].value) if names else "Unknown CN"), ends
