"""Hostile text in macros, really executed: nothing runs, no word is added, it arrives as it was (reliability.md P7).

Every source of run-time text, templates with and without a shell, dash and bash. A program shows the words it gets; a
canary file tells when something ran that should not.
"""

from __future__ import annotations

import os
import random
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.engine.macros import NotificationMacros, Words, action_words
from alignak.engine.shellwords import RunTimeText, mark, number, place, tame
from alignak.engine.state import Acknowledgement, ItemState
from alignak.model.objects import CommandCall
from tests.support.worlds import NOW, world

SHOW = "./show"
"""A program that shows the words it gets."""
CANARY = "canary"
SHELLS = [shell for shell in (which("dash"), which("bash")) if shell]


@dataclass(frozen=True)
class Template:
    """A command with the macro as ``§``, the words expected of it, and whether the value arrives as it was."""

    line: str
    words: tuple[str, ...]
    is_intact: bool = True
    is_direct: bool = True
    """Whether the macro itself stands where its value arrives, and not in a variable or another command before."""


TEMPLATES = (
    # Without a shell.
    Template(f"{SHOW} first § last", ("first", "§", "last")),
    Template(f'{SHOW} "say: §." last', ("say: §.", "last")),
    Template(f"{SHOW} 'say: §.' pre-§-post", ("say: §.", "pre-§-post")),
    Template(f"/bin/sh -c \"{SHOW} '§' last\"", ("§", "last")),
    # With a shell, the macro in every quoting.
    Template(f"{SHOW} first § last; true", ("first", "§", "last")),
    Template(f'{SHOW} "say: §." last | cat', ("say: §.", "last")),
    Template(f"{SHOW} 'say: §.' last && true", ("say: §.", "last")),
    Template(f'{SHOW} pre-§-post \\§ "\\§"; true', ("pre-§-post", "§", "§")),
    Template(f'{SHOW} "$(printf %s "§"; printf .)" last', ("§.", "last"), is_direct=False),
    Template(f'TEXT=§; {SHOW} "$TEXT" last', ("§", "last"), is_direct=False),
    Template(f'for text in §; do {SHOW} "$text" last; done', ("§", "last")),
    Template(f"case § in no) ;; *) {SHOW} § last;; esac", ("§", "last")),
    Template(f'f() {{ {SHOW} "$@"; }}; f § last # §', ("§", "last")),
    # A script inside a script.
    Template(f"sh -c \"{SHOW} '§' last\"; true", ("§", "last")),
    Template(f"bash -o pipefail -ec '{SHOW} \"§\" last' | cat", ("§", "last")),
    Template(f"nohup sh -c \"sh -c '{SHOW} § last'\" 2>&1 | cat", ("§", "last")),
    Template(f"sh -c '{SHOW} \"$1\" last' name §; true", ("§", "last")),
    # Where nothing can keep text from being evaluated, a tame form arrives.
    Template(f"{SHOW} `printf %s §` last", ("§", "last"), is_intact=False),
    Template(f'{SHOW} "`printf %s §`" last', ("§", "last"), is_intact=False),
    Template(f"{SHOW} $(printf %s §) last", ("§", "last"), is_intact=False),
    Template(f'{SHOW} "${{NONE:-§}}" last', ("§", "last"), is_intact=False),
    Template(f"{SHOW} $((§ + 0)) last", ("§", "last"), is_intact=False),
    Template(f"{SHOW} first last <<END\n§ $(true)\nEND\n", ("first", "last"), is_intact=False),
    Template(f"echo § | xargs {SHOW} first", ("first", "§"), is_intact=False),
    Template('eval "./show first §"; true', ("first", "§"), is_intact=False),
    Template(f"{SHOW} first last; echo '§' | sh 2>&1 >/dev/null | cat >/dev/null", ("first", "last"), is_intact=False),
    Template(f"{SHOW} first last; echo x > §; perl -e 'print \"§\"' >/dev/null", ("first", "last"), is_intact=False),
    Template(f"{SHOW} first last; § 2>/dev/null", ("first", "last"), is_intact=False),
)

SOURCES = (
    "$SERVICEOUTPUT$",
    "$LONGSERVICEOUTPUT$",
    "$SERVICEPERFDATA$",
    "$SERVICEACKAUTHOR$",
    "$SERVICEACKCOMMENT$",
    "$NOTIFICATIONAUTHOR$",
    "$NOTIFICATIONCOMMENT$",
    "$_SERVICENOTE$",
    "$ARG1$",
)

PIECES = (
    *(
        "'",
        '"',
        "`",
        "\\",
        "$",
        "(",
        ")",
        ";",
        "|",
        "&",
        "<",
        ">",
        "*",
        "?",
        "[",
        "]",
        "{",
        "}",
        "!",
        "#",
        "~",
        "=",
        "%",
    ),
    *("\n", "\r", "\t", " ", "-", "--", "-n", "-e", "%s", "%n", "$IFS", "$0", "${HOME}", "$SERVICEOUTPUT$", "$USER1$"),
    *("word", "é", "漢", "\x1b[31m", "\u2028", "a[$(touch canary)]", "END\n", "\nEND\ntouch canary\n"),
    *("$(touch canary)", "`touch canary`", ";touch canary;", "|touch canary|", "&& touch canary", "\ntouch canary\n"),
    *("';touch canary;'", '";touch canary;"', "'$(touch canary)'", "'\"'\"';touch canary;'\"'\"'", "x=$(touch canary)"),
    *("touch canary", "<(touch canary)", "() { :;}; touch canary", '");system("touch canary");("', "/e touch canary/"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where commands run: the program that shows its words is there, and the canary would be."""
    show = tmp_path / "show"
    show.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
    show.chmod(0o700)
    return tmp_path


def hostile_texts(count: int) -> Iterator[str]:
    """Yield first every piece by itself, then pieces at random, the same in every run."""
    yield from ("", *PIECES)
    chance = random.Random(2_000)
    for _ in range(count - len(PIECES) - 1):
        yield "".join(chance.choices(PIECES, k=chance.randint(1, 8)))


def words_of(line: str, source: str, text: str) -> Words:
    state = ItemState(
        output=text,
        long_output=text,
        perf_data=text,
        acknowledgement=Acknowledgement(text, text, False, False, 0),
        changed_customs={"_NOTE": text},
    )
    here = world({"tell": line.replace("§", source)}, macros={"USER1": "secret"}, states={"web;http": state})
    message = NotificationMacros("PROBLEM", 1, "1", author=text, comment=text)
    call = CommandCall("tell", ("$SERVICEOUTPUT$",))
    return action_words(here, here.items["web;http"], call, NOW, message)  # type: ignore[index]


def executed(words: Words, shell: str, folder: Path) -> list[str]:
    """Run a command as a poller does and return the words that were shown."""
    environment = {"PATH": os.environ["PATH"], **words.environment}
    argv = [shell, "-c", *words.argv] if words.shell else list(words.argv)
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, timeout=10, stdin=subprocess.DEVNULL, check=False
    )
    *shown, rest = done.stdout.decode().split("\0")
    assert rest == "", (argv, done)
    return shown


def arrived(template: Template, text: str) -> list[str]:
    """Return the words that arrive: a value that would make an option of its word has a blank before it."""
    is_guarded = template.is_direct and text.startswith("-")
    return [" " * (is_guarded and each.startswith("§")) + each.replace("§", text) for each in template.words]


@pytest.mark.parametrize("shell", SHELLS)
def test_hostile_text_runs_nothing_adds_no_word_and_arrives_as_it_was(shell: str, folder: Path) -> None:
    canary = folder / CANARY
    for turn, text in enumerate(hostile_texts(1_000)):
        template = TEMPLATES[turn % len(TEMPLATES)]
        words = words_of(template.line, SOURCES[turn % len(SOURCES)], text)
        shown = executed(words, shell, folder)
        what = f"{template.line!r} with {text!r} in {shell}: {words}"
        assert not canary.exists(), what
        assert len(shown) == len(template.words), what
        if template.is_intact:
            assert shown == arrived(template, text), what


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.line)
def test_each_template_withstands_the_worst_texts(template: Template, folder: Path) -> None:
    canary = folder / CANARY
    for shell in SHELLS:
        for text in ("x'\"$(touch canary)`touch canary`;touch canary\ntouch canary", "';touch canary;'", "-e", "*", ""):
            shown = executed(words_of(template.line, "$SERVICEOUTPUT$", text), shell, folder)
            assert not canary.exists(), (template, text)
            assert len(shown) == len(template.words), (template, text)
            if template.is_intact:
                assert shown == arrived(template, text)


SYNTAX = st.text(alphabet="ab '\"\\$`(){}[]<>|&;#\n=!-\0", max_size=60)


@settings(max_examples=400, deadline=None)
@given(st.lists(SYNTAX, min_size=2, max_size=4), st.booleans())
def test_whatever_the_template_no_script_holds_a_value(pieces: list[str], shell: bool) -> None:
    values = [RunTimeText("SERVICEOUTPUT", f"VALUE{n}; touch canary") for n in range(len(pieces) - 1)]
    text = pieces[0].replace("\0", "")
    for index, piece in enumerate(pieces[1:]):
        text += mark(index) + piece.replace("\0", "")
    placed = place(text, values, shell=shell)
    assert not any("\0" in word for word in placed.argv)
    if placed.shell:
        assert len(placed.argv) == 1
        assert "VALUE" not in placed.argv[0]


@given(st.text())
def test_a_tame_form_is_one_harmless_word_and_a_number_is_a_number(text: str) -> None:
    word = tame(text)
    assert word
    assert not word.startswith("-")
    assert all(each.isalnum() or each in "_.,:+=-" for each in word)
    assert number(text).lstrip("-").isdecimal()


@given(st.text())
def test_a_command_is_split_as_a_shell_would(text: str) -> None:
    line = text.replace("\0", "")
    try:
        words = shlex.split(line)
    except ValueError:  # its quotes do not close
        return
    assert list(place(line, (), shell=False).argv) == words
