"""What a line of ``check_snmp`` asks for, read from its words; ``snmp`` answers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.execution.standins.ber import Name
from alignak.execution.standins.options import given, number
from alignak.execution.standins.posix_patterns import pattern
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.snmp_keys import Secret, can_encrypt, can_sign
from alignak.execution.standins.snmp_talk import Agent
from alignak.execution.standins.snmp_users import Access
from alignak.execution.standins.standin import Unsupported

_KNOWN: Final[Mapping[str, str]] = {
    "-H --hostname": "address",
    "-p --port": "port",
    "-P --protocol": "version",
    "-C --community": "text",
    "-o --oid": "names",
    "-n --next": "",
    "-w --warning": "ranges",
    "-c --critical": "ranges",
    "-s --string": "text",
    "-r --ereg --regex": "pattern",
    "-R --eregi": "pattern",
    "--invert-search": "",
    "-l --label": "texts",
    "-u --units": "texts",
    "-D --output-delimiter": "text",
    "-O --perf-oids": "",
    "-t --timeout": "seconds",
    "-e --retries": "number",
    "-m --miblist": "names",
    "-L --seclevel": "level",
    "-U --secname": "name",
    "-a --authproto": "name",
    "-A --authpasswd --authpassword": "text",
    "-x --privproto": "name",
    "-X --privpasswd": "text",
    "-N --context": "name",
    "-z --nulloid": "state",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-d --delimiter": "text",
    "-M --multiplier": "number",
    "-f --fmtstr": "text",
    "--rate": "",
    "--rate-multiplier": "number",
    "--offset": "number",
    "-v --verbose": "",
    "-V --version": "",
    "-h --help": "",
}
_LEFT: Final = ("-6", "-d", "-M", "-f", "--rate", "--rate-multiplier", "--offset", "-v", "-V", "-h")
_ONCE: Final = ("-w", "-c", "-s", "-r", "-R", "-l", "-u")
_OID: Final = re.compile(r"\.?(?:[01]\.(?:[0-9]|[12][0-9]|3[0-9])|2\.(?:[0-9]|[1-3][0-9]))(?:\.\d{1,9})*", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_LABEL: Final = re.compile(r"[A-Za-z0-9_./:()%+#@-][A-Za-z0-9_./:()%+#@ -]*", re.ASCII)
_USER: Final = re.compile(r"[!-~]{1,32}", re.ASCII)
_PASSWORD: Final = re.compile(r"[ -~]{8,255}", re.ASCII)
_CONTEXT: Final = re.compile(r"[!-~]{1,255}", re.ASCII)
_COMMUNITY: Final = re.compile(r"[!-~]{1,255}", re.ASCII)
_VERSIONS: Final[Mapping[str, int]] = {"1": 0, "2c": 1, "3": 3}
_LEVELS: Final = ("noAuthNoPriv", "authNoPriv", "authPriv")
_AUTH: Final[Mapping[str, str]] = {"MD5": "md5", "SHA": "sha1"}
_PRIV: Final[Mapping[str, str]] = {"DES": "des", "AES": "aes"}
_MOST: Final = 64
"""Variables asked for together."""


class Search(Struct, frozen=True):
    """What the first value should be, when it has no limits."""

    text: str | None = None
    pattern: str | None = None
    is_any_case: bool = False
    is_inverted: bool = False


class Bounds(Struct, frozen=True):
    """The limits of one kind, in the order of the variables."""

    texts: tuple[str, ...] = ()
    ranges: tuple[Range | None, ...] = ()

    def of(self, place: int) -> Range | None:
        """Return the limits of a variable."""
        return self.ranges[place] if place < len(self.ranges) else None


class Asked(Struct, frozen=True):
    """What one line of ``check_snmp`` asks for."""

    agent: Agent
    oids: tuple[str, ...]
    """The names of the variables, as they were given."""
    names: tuple[Name, ...]
    is_next: bool
    warning: Bounds
    critical: Bounds
    search: Search
    labels: tuple[str, ...]
    units: tuple[str, ...]
    delimiter: str
    is_labelled_by_oid: bool
    without_value: int
    """Exit code when a value that has limits holds no number."""


def read(words: Sequence[str]) -> Asked:
    """Return what the words of a line ask for. Raises Unsupported."""
    options, operands = given(words, _KNOWN)
    defaults = {"-p": "161", "-P": "1", "-C": "public", "-t": "10", "-e": "5", "-m": "", "-D": " ", "-z": "3"}
    values = {**defaults, **dict(options)}
    named = [option for option, _ in options]
    for option in (*_LEFT, *(each for each in _ONCE if named.count(each) > 1)):
        if option in values:
            raise Unsupported(option)
    if operands or "-H" not in values or "-o" not in values:
        raise Unsupported(f"operands {' '.join(operands)}" if operands else "no -H or no -o")
    if values["-m"]:
        raise Unsupported(f"-m {values['-m']}")
    oids = tuple(each for option, text in options if option == "-o" for each in text.split(","))
    if len(oids) > _MOST or not all(_OID.fullmatch(each) for each in oids):
        raise Unsupported(f"-o {','.join(oids)}: more than numbers, or more than {_MOST} of them")
    if values["-z"] not in ("0", "1", "2", "3"):
        raise Unsupported(f"-z {values['-z']}")
    return Asked(
        _agent(values),
        oids,
        tuple(tuple(map(int, each.lstrip(".").split("."))) for each in oids),
        "-n" in values,
        _bounds("-w", values.get("-w")),
        _bounds("-c", values.get("-c")),
        _search(values, named),
        _texts("-l", values.get("-l")),
        _texts("-u", values.get("-u")),
        values["-D"],
        "-O" in values,
        int(values["-z"]),
    )


def _agent(values: dict[str, str]) -> Agent:
    if not _HOST.fullmatch(values["-H"]):
        raise Unsupported(f"-H {values['-H']}")
    if not _COMMUNITY.fullmatch(values["-C"]) or values["-C"].startswith("-"):
        raise Unsupported("-C as it is given")
    if values["-P"] not in _VERSIONS:
        raise Unsupported(f"-P {values['-P']}")
    port, seconds, retries = number("-p", values["-p"]), number("-t", values["-t"]), number("-e", values["-e"])
    if not 0 < port < 65_536 or not 0 < seconds < 10_000 or retries > 1000:
        raise Unsupported(f"-p {port}, -t {seconds} or -e {retries}")
    access = _access(values) if values["-P"] == "3" else None
    return Agent(values["-H"], port, _VERSIONS[values["-P"]], values["-C"], access, seconds, retries)


def _access(values: dict[str, str]) -> Access:
    level = values.get("-L", "noAuthNoPriv")
    if level not in _LEVELS:
        raise Unsupported(f"-L {level}")
    auth, priv = values.get("-a", "MD5"), values.get("-x", "DES")
    for option, is_known in (
        ("-U", _USER.fullmatch(values.get("-U", ""))),
        ("-N", "-N" not in values or _CONTEXT.fullmatch(values["-N"])),
        ("-a", auth in _AUTH and (level == "noAuthNoPriv" or can_sign(_AUTH[auth]))),
        ("-x", priv in _PRIV and (level != "authPriv" or can_encrypt(_PRIV[priv]))),
        ("-A", level == "noAuthNoPriv" or _PASSWORD.fullmatch(values.get("-A", ""))),
        ("-X", level != "authPriv" or _PASSWORD.fullmatch(values.get("-X", ""))),
    ):
        if not is_known:
            raise Unsupported(f"{option} as it is given")
    return Access(
        values["-U"],
        None if level == "noAuthNoPriv" else Secret(_AUTH[auth], values["-A"].encode()),
        Secret(_PRIV[priv], values["-X"].encode()) if level == "authPriv" else None,
        values.get("-N", ""),
    )


def _bounds(option: str, text: str | None) -> Bounds:
    if text is None:
        return Bounds()
    texts = tuple(text.split(","))
    if not any(texts):
        raise Unsupported(f"{option} {text}")
    return Bounds(texts, tuple(range_of(option, each) if each else None for each in texts))


def _search(values: dict[str, str], named: Sequence[str]) -> Search:
    kinds = [each for each in ("-s", "-r", "-R") if each in named]
    if len(kinds) > 1:
        raise Unsupported(" with ".join(kinds))
    wanted = values.get("-r", values.get("-R"))
    if wanted is not None:
        pattern(wanted.encode(), any_case="-R" in values, by_lines=True)
    return Search(values.get("-s"), wanted, "-R" in values, "--invert-search" in values)


def _texts(option: str, text: str | None) -> tuple[str, ...]:
    texts = () if text is None else tuple(text.split(","))
    if not all(_LABEL.fullmatch(each) for each in texts):
        raise Unsupported(f"{option} {text}")
    return texts
