"""What plugins, passive results and people write reaches notification commands as text, through six daemons.

Each hostile value comes as the output of a plugin or as a passive result, and again as the comment of an
acknowledgement; each is told by five commands that quote it in five ways. A program notes the words it got, a canary
file tells when something ran that should not (reliability.md 6, P7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cluster import Cluster, running, wait_for, write


@dataclass(frozen=True)
class Value:
    """What somebody says: the first line, the lines after it, performance data; ``@`` is the path of the canary."""

    output: str
    long: str = ""
    perf: str = ""


VALUES = (
    Value("all is well"),
    Value("it's a \"quoted\" 'text'"),
    Value("$(touch @)"),
    Value("`touch @`"),
    Value("; touch @ ;"),
    Value("& touch @ &"),
    Value("&& touch @ || touch @"),
    Value("x | touch @"),
    Value("'; touch @; '"),
    Value('"; touch @; "'),
    Value("'\"'\"';touch @;'\"'\"'"),
    Value("\"$(touch @)\" '`touch @`'"),
    Value("-n"),
    Value("--help"),
    Value("-exec touch @ +"),
    Value("-"),
    Value("* ? [a-z]* /etc/*"),
    Value("~ ~root {a,b} {1..3}"),
    Value("> @"),
    Value("x >> @ 2>&1 <(touch @)"),
    Value("$HOME ${IFS}touch${IFS}@ $0 $$ $((1+1)) $[1]"),
    Value("$HOSTNAME$ $USER1$ $ARG1$ $$SERVICEDESC$$"),
    Value("\\"),
    Value("C:\\new\\table %s %n \\x41 \\$(touch @) \\`touch @\\`"),
    Value("() { :;}; touch @"),
    Value("# no comment"),
    Value("!! !touch ^a^b"),
    Value("value;with;semicolons;touch @"),
    Value("é 漢 \u2028 \x1b[31m red \t tab"),
    Value("first line", long="touch @\n$(touch @)\n`touch @`\n; touch @\n'\n\""),
    Value("metrics", perf="a=1;$(touch @);`touch @`;'touch @'"),
    Value("eval touch @"),
)

MACROS = (
    "$SERVICEOUTPUT$",
    "$LONGSERVICEOUTPUT$",
    "$SERVICEPERFDATA$",
    "$NOTIFICATIONAUTHOR$",
    "$NOTIFICATIONCOMMENT$",
)

QUOTINGS = {
    "words": ("{}", ""),
    "double": ('"{}"', "; true"),
    "single": ("'{}'", "; true"),
    "bare": ("{}", "; true"),
    "backtick": ('`printf %s "{}"`', ""),
}
"""Name -> how a macro is written, and what stands behind the command; the first runs without a shell."""

INTACT = ("words", "double", "single", "bare")
"""The commands a value reaches as it was; within backticks it becomes one harmless word."""


def site() -> str:
    """Return the objects: a command for each quoting, and a service for each value."""
    lines = []
    for name, (written, behind) in QUOTINGS.items():
        words = " ".join(written.format(macro) for macro in MACROS)
        lines.append(
            f"define command{{\n command_name {name}\n"
            f" command_line $SHOW$ {name} $SERVICEDESC$ $NOTIFICATIONTYPE$ {words} end{behind}\n}}\n"
        )
    lines.append(
        "define command{\n command_name say\n command_line /bin/sh $SAY$ $SERVICEDESC$\n}\n"
        "define contact{\n contact_name everybody\n service_notification_options c,r\n"
        f" service_notification_commands {','.join(QUOTINGS)}\n host_notification_commands outbox\n}}\n"
        "define host{\n use generic-host\n host_name h\n address 127.0.0.1\n active_checks_enabled 0\n}\n"
    )
    for number in range(len(VALUES)):
        lines.append(
            f"define service{{\n use generic-service\n host_name h\n service_description {name_of(number)}\n"
            f" check_command say\n active_checks_enabled {int(is_active(number))}\n check_interval 3600\n"
            " max_check_attempts 1\n contacts everybody\n}\n"
        )
    return "".join(lines)


def name_of(number: int) -> str:
    """Return the service that has a value."""
    return f"s{number}"


def is_active(number: int) -> bool:
    """Tell whether a value comes from a plugin; the others are passive results."""
    return number % 2 == 0


def plugin_text(value: Value) -> str:
    """Return what a plugin writes to say a value."""
    perf = f" | {value.perf}" if value.perf else ""
    return value.output.replace("|", "\\|") + perf + (f"\n{value.long}" if value.long else "")


class Site:
    """The installation, its canary and what was shown."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.canary = cluster.folder / "canary"
        self.values = [
            Value(*(text.replace("@", str(self.canary)) for text in (each.output, each.long, each.perf)))
            for each in VALUES
        ]

    def shown(self, quoting: str, number: int, type_: str) -> list[str] | None:
        """Return the words a command passed on; None before it ran."""
        path = self.cluster.folder / "shown" / f"{quoting} {name_of(number)} {type_}"
        return path.read_text().split("\0")[:-1] if path.exists() else None

    def wait_for_all(self, type_: str) -> None:
        """Wait until every value was told in every quoting."""
        wanted = len(QUOTINGS) * len(VALUES)
        shown = self.cluster.folder / "shown"
        wait_for(lambda: len(list(shown.glob(f"* {type_}"))) >= wanted, 40, f"{wanted} notifications of type {type_}")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the installation after every value was told as an output and as a comment."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    (folder / "shown").mkdir()
    show = folder / "show"
    show.write_text(f"#!/bin/sh\ncd '{folder}/shown' || exit 3\nprintf '%s\\0' \"$@\" > .$$ && mv .$$ \"$1 $2 $3\"\n")
    show.chmod(0o700)
    (folder / "say").write_text(f"cat '{folder}/said.'$1; exit 2\n")
    made = write(folder, site(), settings=f"_show = {show}\n_say = {folder}/say\nlog_passive_checks = 1")
    here = Site(made)
    for number, value in enumerate(here.values):
        (folder / f"said.{name_of(number)}").write_text(plugin_text(value))
    with running(made) as cluster:
        passive = [
            f"PROCESS_SERVICE_CHECK_RESULT;h;{name_of(number)};2;{plugin_text(value)}"
            for number, value in enumerate(here.values)
            if not is_active(number)
        ]
        assert cluster.ask("receiver-master", "command", {"commands": passive})["_status"] == "OK"
        here.wait_for_all("PROBLEM")
        acknowledgements = [
            f"ACKNOWLEDGE_SVC_PROBLEM;h;{name_of(number)};2;1;1;{author(value)};{value.output}"
            for number, value in enumerate(here.values)
        ]
        answer = cluster.ask("arbiter-master", "command", {"commands": acknowledgements})
        assert answer["_status"] == "OK", answer
        here.wait_for_all("ACKNOWLEDGEMENT")
        yield here


def author(value: Value) -> str:
    """Return a value as the name of an author: a semicolon would end it, and a backslash at its end keep that off."""
    return value.output.replace(";", "") + "." * value.output.endswith("\\")


def fits(word: str, text: str) -> bool:
    """Tell whether a word is a text; where it could be taken for an option there is a blank before it."""
    return word == text or (text.startswith("-") and word == f" {text}")


def expected(value: Value, type_: str) -> Sequence[str]:
    """Return what the macros stand for."""
    said = [value.output, value.long, value.perf]
    return [*said, author(value), value.output] if type_ == "ACKNOWLEDGEMENT" else [*said, "", ""]


def test_nothing_that_was_said_ran(told: Site) -> None:
    assert not told.canary.exists()
    assert told.cluster.is_ready("reactionner-master")
    assert not [line for line in told.cluster.events() if "raised an error" in line or "timed out" in line]


@pytest.mark.parametrize("type_", ["PROBLEM", "ACKNOWLEDGEMENT"])
def test_every_value_arrives_as_it_was(told: Site, type_: str) -> None:
    for number, value in enumerate(told.values):
        for quoting in INTACT:
            words = told.shown(quoting, number, type_)
            assert words is not None
            assert words[:3] == [quoting, name_of(number), type_]
            assert words[-1] == "end"
            texts = expected(value, type_)
            assert len(words) == 4 + len(texts), (quoting, value, words)
            assert all(map(fits, words[3:-1], texts)), (quoting, words[3:-1], texts)


@pytest.mark.parametrize("type_", ["PROBLEM", "ACKNOWLEDGEMENT"])
def test_within_backticks_a_value_is_still_one_word(told: Site, type_: str) -> None:
    for number in range(len(VALUES)):
        words = told.shown("backtick", number, type_)
        assert words is not None
        assert len(words) == 4 + len(MACROS), words
        assert words[-1] == "end"


def test_whatever_was_said_an_event_is_one_line(told: Site) -> None:
    lines = (told.cluster.folder / "log" / "alignak-events.log").read_text().split("\n")[:-1]
    assert all(re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+: [A-Z]", line) for line in lines)
    assert not [line for line in lines if any(ord(each) < 32 or each == "\u2028" for each in line)]
    for number in range(len(VALUES)):
        assert len([line for line in lines if f"SERVICE ALERT: h;{name_of(number)};CRITICAL;HARD;1;" in line]) == 1
