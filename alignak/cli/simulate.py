"""``alignak simulate``: what would follow if a host or service had these results, with the configuration as it is.

It plays the results on an engine of its own, on a clock that jumps: nothing is run, nobody is told, and no daemon need
run. Results are ok, warning, critical, unknown, up, down, or 0 to 3; crit*3 stands for three of them. The object begins
well, or with --live as it is now.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import to_builtins

from alignak.api.arbiter import KeptStates, LiveStates
from alignak.base.errors import BadRequestError, RefusedError
from alignak.base.ids import ObjectKey, shown
from alignak.cli import asking, output
from alignak.cli.asking import Asker
from alignak.cli.explain import ask, next_rows, told, when
from alignak.cli.explained import section
from alignak.cli.showing import explainer_of
from alignak.cli.verify import default_environment
from alignak.engine.explain import CONTACT, readings
from alignak.engine.simulation import Script, simulate
from alignak.engine.state import EngineState
from alignak.engine.surroundings import around, cut_out
from alignak.messages.simulations import Moment, Simulation
from alignak.model.snapshot import CompiledConfig
from alignak.system.logs import escaped

CODES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("ok", "up", "0"), 0),
    **dict.fromkeys(("warn", "warning", "1"), 1),
    **dict.fromkeys(("crit", "critical", "down", "2"), 2),
    **dict.fromkeys(("unkn", "unknown", "3"), 3),
}

SECONDS: Final[Mapping[str, int]] = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}

MOST_RESULTS: Final = 10_000

_RESULT: Final = re.compile(r"([a-z]+|\d)(?:\*(\d{1,5}))?")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    default = default_environment()
    parser.add_argument("name", metavar="OBJECT", help="host/web-1 or web-1, service/web-1/http or web-1/http")
    parser.add_argument("results", nargs="+", metavar="RESULT", help="what its checks say, in order: crit crit*2 ok")
    parser.add_argument(
        "--every", default="", metavar="TIME", help="from one to the next: 60, 5m; default as it is checked"
    )
    parser.add_argument(
        "--at", default="", metavar="TIME", help="when the first one comes: 08:30, 2026-12-24T22:00; default now"
    )
    parser.add_argument(
        "--for", dest="then", default="0", metavar="TIME", help="go on so long, the last result repeating: 4h"
    )
    parser.add_argument("--live", action="store_true", help="begin with the present states, from the arbiter")
    parser.add_argument(
        "-e", "--environment", default=default, metavar="ALIGNAK_INI", help=f"environment file, default {default}"
    )
    parser.add_argument(
        "-a", "--arbiter", action="append", default=[], metavar="CFG", help="one more object file; may be repeated"
    )
    asking.add_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Play the results and show what follows."""
    codes = codes_of(given.results)
    every, then = seconds_of(given.every or "0"), seconds_of(given.then)
    config = explainer_of(given.environment, given.arbiter).config
    key = key_of(config, given.name)
    start = instant_of(given.at, config.settings.use_timezone, time.time())
    kept = live_states(Asker.from_arguments(given), config, key) if given.live else KeptStates(0.0, {}, EngineState())
    found = simulate(cut_out(config, key), kept.states, kept.own, key, Script(codes, start, every, then))
    output.show(to_builtins(found), given.output, lambda: text_of(found, is_live=given.live))
    return output.OK


def codes_of(words: Sequence[str]) -> tuple[int, ...]:
    """Return the exit codes that results stand for."""
    codes: list[int] = []
    for word in words:
        match = _RESULT.fullmatch(word.lower())
        code = CODES.get(match[1]) if match else None
        if match is None or code is None:
            raise BadRequestError(f"'{word}' is no result: give ok, warning, critical, unknown, up, down or crit*3")
        codes += [code] * min(int(match[2] or 1), MOST_RESULTS)
    if not 0 < len(codes) <= MOST_RESULTS:
        raise BadRequestError(f"{len(codes)} results: give at least one, and {MOST_RESULTS} at most")
    return tuple(codes)


def seconds_of(text: str) -> float:
    """Return the seconds that a length of time means: ``60``, ``90s``, ``5m``, ``4h``, ``1d``."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or match[2] not in SECONDS:
        raise BadRequestError(f"'{text}' is no length of time: give seconds, or 90s, 5m, 4h, 1d")
    return float(match[1]) * SECONDS[match[2]]


def instant_of(text: str, zone: str, now: float) -> float:
    """Return the wall time that a text means in the zone of the configuration: ``08:30`` of today, or with a date."""
    if not text:
        return now
    zone_info = ZoneInfo(zone) if zone else None
    today = datetime.fromtimestamp(now, zone_info)
    full = f"{today:%Y-%m-%d}T{text}" if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text) else text
    try:
        found = datetime.fromisoformat(full.replace(" ", "T", 1))
    except ValueError:
        raise BadRequestError(f"'{text}' is no time: give 08:30, or 2026-12-24T22:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=zone_info)).timestamp()


def key_of(config: CompiledConfig, text: str) -> ObjectKey:
    """Return the key of the host or service a name means; RefusedError when there is none."""
    keys = {each.key for each in (*config.objects.hosts, *config.objects.services)}
    for kind, key in readings(text):
        if kind != CONTACT and key in keys:
            return ObjectKey(key)
    raise RefusedError(f"no host and no service is named '{text}'; alignak config show host lists the hosts")


def live_states(asker: Asker, config: CompiledConfig, key: ObjectKey) -> KeptStates:
    """Return the present states of an object and of what has to do with it."""
    names = around(config.objects, key)
    found: KeptStates = ask(asker, "live_states", LiveStates(shown(key), names))
    return found


# Text -------------------------------------------------------------------------------------------------------------


def text_of(found: Simulation, *, is_live: bool) -> str:
    """Return a simulation as text."""
    begin = "as it is now" if is_live else "being well"
    lines = [f"{found.name}, {begin}, then has these results; nothing is run and nobody is told:", ""]
    for moment in found.moments:
        lines += _moment(moment)
    if found.is_cut:
        lines.append("... and so on: too much follows, the rest is left out")
    end = found.at_the_end
    lines += section("Next", list(next_rows(end.coming, end.at)))
    return "\n".join(map(escaped, lines))


def _moment(moment: Moment) -> Iterator[str]:
    state = f"{moment.state} {moment.state_type} {moment.attempt}/{moment.max_attempts}"
    yield f"{when(moment.at)}  {moment.result or '-':<11}  -> {state}"
    for line in moment.log:
        yield f"    {line}"
    for each in moment.notifications:
        for _, what, who in told(each):
            yield f"    {what}: {who}" if what else f"        {who}"
    for command in moment.commands:
        yield f"    runs {command}"
