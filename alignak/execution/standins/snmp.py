"""Stands in for ``check_snmp``: asks for variables by their numbers, and judges the values as net-snmp prints them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from alignak.execution.standins.options import given, number
from alignak.execution.standins.posix_patterns import pattern
from alignak.execution.standins.queries import TIMED_OUT
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.snmp_talk import Access, Agent, TroubleError, Variable, fetch
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_KNOWN: Final = {
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
_VERSIONS: Final = {"1": 0, "2c": 1, "3": 3}
_LEVELS: Final = ("noAuthNoPriv", "authNoPriv", "authPriv")
_AUTH: Final = {"MD5": "md5", "SHA": "sha1"}
_PRIV: Final = {"DES": "des", "AES": "aes"}
_MOST: Final = 64
"""Variables asked for together."""
_TIED: Final = 5
"""Seconds of ``-t`` from which the plugin's own time is over before the program's."""

_PREFIXES: Final = (
    ("Gauge: ", "{:.0f}", ""),
    ("Gauge32: ", "{:.0f}", ""),
    ("Counter32: ", "{:.0f}", "c"),
    ("Counter64: ", "{:.0f}", "c"),
    ("INTEGER: ", "{:.0f}", ""),
    ("OID: ", "{:.0f}", ""),
    ("STRING: ", "{:.10g}", ""),
)
"""What stands before a value, how a number in it is printed, and what follows that in performance data."""
_NUMBER: Final = re.compile(r"\s*-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)")
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


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


class Question(Struct, frozen=True):
    """What ``check_snmp`` is asked."""

    agent: Agent
    oids: tuple[str, ...]
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


class Row(NamedTuple):
    """A variable, judged."""

    code: int
    shown: str
    perfdata: str
    lines: str
    """All of a text of more than one line."""


def _read(words: Sequence[str]) -> Question:
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
    return Question(
        _agent(values),
        oids,
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
    for option, known in (("-H", _HOST), ("-C", _COMMUNITY)):
        if not known.fullmatch(values[option]) or values[option].startswith("-"):
            raise Unsupported(f"{option} {values[option]}")
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
        ("-a", auth in _AUTH),
        ("-x", priv in _PRIV),
        ("-A", level == "noAuthNoPriv" or _PASSWORD.fullmatch(values.get("-A", ""))),
        ("-X", level != "authPriv" or _PASSWORD.fullmatch(values.get("-X", ""))),
    ):
        if not is_known:
            raise Unsupported(f"{option} as it is given")
    return Access(
        values["-U"],
        None if level == "noAuthNoPriv" else (_AUTH[auth], values["-A"]),
        (_PRIV[priv], values["-X"]) if level == "authPriv" else None,
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


async def _run(asked: Question, _call: Call) -> Result:
    agent = asked.agent
    try:
        async with asyncio.timeout(agent.seconds * agent.retries + 5):
            variables = await fetch(agent, asked.oids, asked.is_next)
    except TimeoutError:
        return TIMED_OUT
    except TroubleError as trouble:
        if agent.seconds >= _TIED and "Timeout" in str(trouble):
            return TIMED_OUT
        return 3, f"External command error: {trouble}".rstrip("\n")
    if not variables:
        return 3, "External command error with no output (return code: 0)"
    return _told(asked, variables)


def _told(asked: Question, variables: Sequence[Variable]) -> Result:
    rows: list[Row] = []
    for place, variable in enumerate(variables[: len(asked.oids)]):
        row = _row(asked, place, variable)
        if row is None:
            show, _, _ = _value(variable.text)
            return asked.without_value, f"No valid data returned ({show})"
        rows.append(row)
    code = max(row.code for row in rows)
    shown = asked.delimiter.join(row.shown for row in rows)
    perfdata = "".join(f"{row.perfdata} " for row in rows if row.perfdata)
    lines = "".join(row.lines for row in rows)
    return code, f"SNMP {_WORDS[code]} - {shown} | {perfdata}\n{lines}".rstrip("\n")


def _value(text: str) -> tuple[str, str, str]:
    """Return a printed value without its type, how to print a number in it, and the suffix of performance data."""
    for prefix, form, suffix in _PREFIXES:
        if prefix in text:
            show = text.partition(prefix)[2]
            first, more, _ = show.partition("\n")
            return (first.removeprefix('"') if more else first), form, suffix
    return text.partition("\n")[0], "{:.0f}", ""


def _row(asked: Question, place: int, variable: Variable) -> Row | None:
    """Judge a variable; return nothing when it has limits and no number."""
    show, form, suffix = _value(variable.text)
    warning, critical = asked.warning.of(place), asked.critical.of(place)
    code = 0
    if warning is not None or critical is not None:
        value = _number(show)
        if value is None:
            return None
        show = form.format(value)
        code = (
            2 if critical is not None and critical.alerts(value) else int(warning is not None and warning.alerts(value))
        )
    elif not place:
        code = _searched(asked.search, show, variable.text)
    label = asked.labels[place] if place < len(asked.labels) else ""
    unit = asked.units[place] if place < len(asked.units) else ""
    marked = f"*{show}*" if code else show
    shown = " ".join(part for part in (label, marked) if part or part is marked) + (f" {unit}" if unit else "")
    lines = ""
    if "STRING: " in variable.text and "Hex-STRING: " not in variable.text and "\n" in variable.text:
        lines = f"{asked.oids[place]}:\n{variable.text.partition('STRING: ')[2]}\n"
    named = variable.name if asked.is_labelled_by_oid or not label else label
    return Row(code, shown, _perfdata(asked, place, named, show, suffix), lines)


def _number(show: str) -> float | None:
    """Return the number that begins at the first digit or minus, as C reads it; nothing without one."""
    at = re.search(r"[-0-9]", show)
    if at is None:
        return None
    found = _NUMBER.match(show, at.start())
    if found is None:
        return 0.0
    text = found[0]
    return float(int(text, 16)) if "x" in text.lower() else float(text)


def _searched(search: Search, show: str, text: str) -> int:
    """Return the exit code for the first value."""
    if search.text is not None:
        is_found = show == search.text
    elif search.pattern is not None:
        line = " = " + text.partition("\n")[0]
        is_found = pattern(search.pattern.encode(), any_case=search.is_any_case, by_lines=True).is_in(line.encode())
    else:
        return 0
    return 0 if is_found != search.is_inverted else 2


def _perfdata(asked: Question, place: int, label: str, show: str, suffix: str) -> str:
    found = _NUMBER.match(show)
    if found is None:
        return ""
    label = f"'{label}'" if " " in label else label
    warning, critical = (
        (bounds.texts[place] if place < len(bounds.texts) else "") if bounds.texts else None
        for bounds in (asked.warning, asked.critical)
    )
    limits = ("" if warning is None else f";{warning}") + ("" if critical is None else f";{critical}")
    if warning is None and critical is not None:
        limits = f";{limits}"
    return f"{label}={found[0]}{suffix}{limits}"


SNMP: Final = StandIn(_read, _run)
