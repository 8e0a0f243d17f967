"""The agent of net-snmp with values of every type and users of every level, for ``tests/conformance/test_snmp*``."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.support import peers
from tests.support.conformance import in_process

BASE: Final = ".1.3.6.1.4.1.9999"
_TYPED: Final = r"""
integer 42|integer -7|gauge 4294967295|counter 4000000000|counter64 18446744073709551615|timeticks 8640000
ipaddress 10.1.2.3|objectid .1.3.6.1.4.1.8072.3.2.10|string plain text|string 42|string 42.5 degrees|string 
string with "quotes" and \back|octet 00 01 FF 80|string a=b = c|string -3.5|octet 41 42 0A 43|octet 67 72 FC 6E
integer 0|string temp: 37 C|string  55|string 0x1f|string 1e3|timeticks 1|octet 41 42 43 00|octet 41 09 42
string 01234567890123456789012345678901234567890123456789|octet 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11
octet 41 0D 0A 42|timeticks 123456789|octet 20 20|octet 1E 05|octet A0 B0|octet 2D 35 80|string a-b|string x.5
timeticks 17280000|octet 35 0A 36|octet 0A 35|string INTEGER: 5|string OID: 5|integer -2147483648
"""  # noqa: W291 (an empty string is one of them)
VALUES: Final[Mapping[int, tuple[str, str]]] = {
    place: (each.partition(" ")[0], each.partition(" ")[2])
    for place, each in enumerate(re.split("[|\n]", _TYPED.strip("\n")), 1)
}
"""Place below the base -> type and value, as the agent is told them."""

USERS: Final[Mapping[str, str]] = {
    "noauth": "-U noauth",
    "loose": "-U loose -L authNoPriv -a SHA -A authpassword",
    "shaonly": "-U shaonly -L authNoPriv -a SHA -A authpassword",
    "md5des": "-U md5des -L authPriv -A authpassword -X privpassword",
    "shaaes": "-U shaaes -L authPriv -a SHA -A authpassword -x AES -X privpassword",
}
"""User -> the words of ``check_snmp`` for it; the agent lets ``loose`` ask unsigned, too."""

_CONFIGURATION: Final = """
rocommunity public
sysName tester
createUser noauth
createUser loose SHA "authpassword"
createUser md5des MD5 "authpassword" DES "privpassword"
createUser shaaes SHA "authpassword" AES "privpassword"
createUser shaonly SHA "authpassword"
rouser noauth noauth
rouser loose noauth
rouser md5des priv
rouser shaaes priv
rouser shaonly auth
"""


def _script() -> str:
    """Return what the agent runs for a value: it prints its name, type and text."""
    lines = ['o="$2"', 'if [ "$1" = -n ]; then case "$o" in']
    names = [BASE, *(f"{BASE}.{place}.0" for place in VALUES)]
    lines += [f"{name}) o={after};;" for name, after in pairwise(names)]
    lines += ["*) exit 0;;", "esac; fi", 'say() { echo "$o"; echo "$1"; printf "%s\\n" "$2"; }', 'case "$o" in']
    lines += [f"{BASE}.{place}.0) say {kind} {shlex.quote(text)};;" for place, (kind, text) in VALUES.items()]
    return "\n".join([*lines, "esac"])


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def net_snmp(folder: Path) -> Iterator[int]:
    """Run the agent; yield its port. Raises PeerMissingError."""
    peer, port = peers.snmpd(), _free_port()
    (folder / "values.sh").write_text(_script(), encoding="utf-8")
    told = f"agentAddress udp:127.0.0.1:{port}\n{_CONFIGURATION}pass {BASE} /bin/sh {folder}/values.sh\n"
    (folder / "snmpd.conf").write_text(told, encoding="utf-8")
    argv = [peer.program, "-f", "-Ln", "-C", "-c", folder / "snmpd.conf", "-p", folder / "pid", "-M", "", "-m", ""]
    process = subprocess.Popen(argv, env={**peer.environment, "SNMP_PERSISTENT_DIR": str(folder)})
    try:
        _wait_until_answered(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_until_answered(port: int) -> None:
    until = time.monotonic() + 10
    asked = ["-H", "127.0.0.1", "-p", str(port), "-o", ".1.3.6.1.2.1.1.5.0", "-t", "1", "-e", "0"]
    while time.monotonic() < until and in_process("check_snmp", asked)[0]:
        time.sleep(0.05)
