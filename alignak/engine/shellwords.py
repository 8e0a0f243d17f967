r"""Run-time text put into a command so that it stays text: no word, no option letter, no command can come of it.

``macros`` calls ``place`` with a command in which each run-time value is only a mark. There are two ways.

*No shell* (the usual one): the command is split into words first, then a value goes into its word, whatever it holds.

*A shell*, when the command's own text asks for one: the script names an environment variable where the value is to
stand, written as the quotes around it demand::

    echo $SERVICEOUTPUT$        echo "${ALIGNAK_TEXT_0}"
    echo "say: $SERVICEOUTPUT$"     echo "say: ${ALIGNAK_TEXT_0}"
    echo 'say: $SERVICEOUTPUT$'     echo 'say: '"${ALIGNAK_TEXT_0}"''

The script of an inner ``sh -c '...'`` is treated in the same way. Where a value would be the name of a command, the
macro's own name stands in its stead, and running it fails and says so. Where text cannot be kept from being evaluated
(code of another language, arithmetic, the name of a file written to, places a shell may read in two ways) a tame form
of the value stands: illegal characters removed, everything but letters, digits and ``_.,:+=-`` an underscore.

A value that begins a word and itself begins with a dash gets a blank before it, so that no program takes it for an
option. Behind ``--``, and in what ``printf`` prints, it is passed as it is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.engine.output import scrubbed
from alignak.engine.shellroles import ASSIGNMENT, Role, role_of
from alignak.engine.shellscripts import MARK, Part, Quote, Script, Word, read

ILLEGAL: Final = "`~$&|'\"<>"
"""The characters Nagios strips from plugin output; here only from what stands in an unsafe place."""

LONGEST: Final = 16384
"""How many characters of a value are passed: the system takes 128 KiB a word, in UTF-8."""

_NEEDS_SHELL: Final = frozenset("!$^&*()~[]|{};<>?`")
_TAME: Final = frozenset("_.,:+=-")
_QUOTES: Final = re.compile(r"[\"'\\]")
_PLAIN_WORD: Final = re.compile(r"[^ \t\r\n]+")
"""The words of a text without quotes: what ``shlex`` finds in it, letter by letter."""

_WHOLE_NUMBER: Final = re.compile(r"[+-]?\d{1,18}")


class RunTimeText(Struct, frozen=True):
    """A value that came from outside, and the macro it stands for."""

    macro: str
    text: str


class Placed(Struct, frozen=True):
    """A command that is ready to be run."""

    argv: tuple[str, ...]
    shell: bool
    """``argv`` is one word, a script for ``/bin/sh -c``."""
    environment: Mapping[str, str]


def needs_shell(text: str) -> bool:
    """Tell whether a text asks for a shell by the characters in it (daemons-and-protocol.md 1.9)."""
    return not _NEEDS_SHELL.isdisjoint(text)


def bounded(text: str) -> str:
    """Return a run-time value as it may be passed: without NUL, not longer than the system takes."""
    return scrubbed(text[:LONGEST])


def mark(number: int) -> str:
    """Return what stands for a run-time value in a text."""
    return f"\0{number}\0"


def place(text: str, values: Sequence[RunTimeText], *, shell: bool, illegal: str = "") -> Placed:
    """Return a command with its run-time values in place.

    ``text`` holds a mark for each value; ``illegal`` are further characters that no unsafe place gets. A text whose
    quotes do not close goes to the shell, which says what is wrong with it.
    """
    placer = _Placer(values, illegal)
    if not shell:
        try:
            words = shlex.split(text) if _QUOTES.search(text) else _PLAIN_WORD.findall(text)
        except ValueError:
            pass
        else:
            return Placed(placer.words(words), False, placer.environment)
    return Placed((placer.script(text),), True, placer.environment)


def tame(text: str, illegal: str = "") -> str:
    """Return a form of a value that is one word, never none, and no syntax in any language we know of."""
    kept = "".join(each for each in text if each not in ILLEGAL and each not in illegal)
    word = "".join(each if each.isalnum() or each in _TAME else "_" for each in kept)
    return f"_{word[1:]}" if word.startswith("-") or not word else word


def number(text: str, illegal: str = "") -> str:
    """Return a whole number as one, anything else as 0."""
    found = _WHOLE_NUMBER.fullmatch("".join(each for each in text.strip() if each not in illegal))
    return str(int(found[0])) if found else "0"


def _as_it_is(text: str, illegal: str = "") -> str:  # noqa: ARG001 - it stands in a table beside the other two
    return text


def _no_option(text: str, illegal: str = "") -> str:  # noqa: ARG001 - as above
    return f" {text}" if text.startswith("-") else text


_FORMS: Final[Mapping[Role, tuple[str, Callable[[str, str], str]]]] = {
    Role.DATA: ("ALIGNAK_TEXT", _as_it_is),
    Role.LEADING: ("ALIGNAK_WORD", _no_option),
    Role.FOREIGN: ("ALIGNAK_TAME", tame),
    Role.FILE: ("ALIGNAK_TAME", tame),
    Role.NUMBER: ("ALIGNAK_NUMBER", number),
}
"""How a variable is called, and what of the value it holds."""

_BY_QUOTE: Final[Mapping[Quote, str]] = {
    Quote.NONE: '"${%s}"',
    Quote.DOUBLE: "${%s}",
    Quote.SINGLE: "'\"${%s}\"'",
    Quote.OPAQUE: "${%s}",
    Quote.NUMBER: "${%s}",
}
"""How a variable is written inside the quotes that are there."""


class _Placer:
    """Put the values of one command in place, and gather the variables that scripts need."""

    __slots__ = ("environment", "illegal", "values")

    def __init__(self, values: Sequence[RunTimeText], illegal: str) -> None:
        self.values = values
        self.illegal = illegal
        self.environment: dict[str, str] = {}

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the words of a command that is run without a shell."""
        done: list[str] = []
        before: list[str] = []
        for word in words:
            plain = MARK.sub("\0", word)
            done.append(self._argument(word, role_of(before, plain)) if "\0" in word else word)
            before.append(plain)
        return tuple(done)

    def _argument(self, word: str, role: Role) -> str:
        if role is Role.COMMAND:
            return self._named(word)
        if role is Role.SCRIPT:
            return self.script(word)
        _, form = _FORMS[Role.DATA if role is Role.LEADING else role]
        text = MARK.sub(lambda found: form(self.values[int(found[1])].text, self.illegal), word)
        return _no_option(text) if role is Role.LEADING else text

    def _named(self, text: str) -> str:
        """Return a text with the macros' names where their values would be."""
        return MARK.sub(lambda found: f"${self.values[int(found[1])].macro}$", text)

    def script(self, text: str) -> str:
        """Return a script that names variables where it has marks."""
        if "\0" not in text:
            return text
        script, is_unclear = read(text)
        is_unclear = is_unclear or _evaluates_variables(script)
        return self._script(script, Role.FOREIGN if is_unclear else Role.DATA)

    def _script(self, script: Script, at_most: Role) -> str:
        """Return a script as text; ``at_most`` is what its words are if nothing worse is known of them."""
        return "".join(
            item if isinstance(item, str) else self._word(item, role, at_most) for item, role in _roled(script)
        )

    def _word(self, word: Word, role: Role, at_most: Role) -> str:
        if not word.is_marked:
            return word.raw
        if role is Role.COMMAND:
            return shlex.quote(self._named("".join(_readable(each) for each in word.parts)))
        if role is Role.SCRIPT:
            if at_most is Role.DATA and all(each.mark >= 0 or each.plain is not None for each in word.parts):
                return shlex.quote(self.script("".join(_readable(each) for each in word.parts)))
            role = Role.FOREIGN
        leads = role is Role.LEADING and at_most is Role.DATA
        if role in (Role.DATA, Role.LEADING):
            role = at_most
        is_split = not ASSIGNMENT.match(word.plain)
        text = []
        for each in word.parts:
            text.append(self._part(each, Role.LEADING if leads and each.mark >= 0 else role, is_split=is_split))
            leads = leads and (each.mark >= 0 or each.plain == "")
        return "".join(text)

    def _part(self, part: Part, role: Role, *, is_split: bool) -> str:
        """Return a part as text; what a substitution without quotes prints is split into words where it stands."""
        if part.inner is not None:
            splits = is_split and part.quote is Quote.NONE and role is Role.DATA
            return self._script(part.inner, Role.FOREIGN if splits else role)
        if part.mark < 0:
            return part.raw
        if part.quote is Quote.NUMBER:
            role = Role.NUMBER
        elif part.quote is Quote.OPAQUE and role in (Role.DATA, Role.LEADING):
            role = Role.FOREIGN
        prefix, form = _FORMS[role]
        name = f"{prefix}_{part.mark}"
        self.environment[name] = form(self.values[part.mark].text, self.illegal)
        return _BY_QUOTE[part.quote] % name


def _roled(script: Script) -> Iterator[tuple[Word | str, Role]]:
    """Yield the items of a script, each word with its role in its command."""
    before: list[str] = []
    redirection = ""
    for index, item in enumerate(script):
        if isinstance(item, Word):
            yield item, _role(before, item.plain, redirection)
            if not redirection:
                before.append(item.plain)
            redirection = ""
            continue
        yield item, Role.DATA
        if item[0] in "<>" or item.startswith("&>"):
            redirection = item
            if before and index and _is_descriptor(script[index - 1]):
                before.pop()
        elif item[0] in ";&|()\n":
            before, redirection = [], ""


def _role(before: Sequence[str], plain: str, redirection: str) -> Role:
    if not redirection:
        return role_of(before, plain)
    if redirection == "<<<" and role_of(before, "\0") in (Role.DATA, Role.LEADING):
        return Role.DATA
    return Role.FOREIGN if redirection == "<<<" else Role.FILE


def _evaluates_variables(script: Script) -> bool:
    """Tell whether code in a script is made of variables, which may hold a run-time value by then."""
    for item, role in _roled(script):
        if not isinstance(item, Word):
            continue
        if role in (Role.SCRIPT, Role.FOREIGN) and any(part.mark < 0 and part.plain is None for part in item.parts):
            return True
        if any(part.inner is not None and _evaluates_variables(part.inner) for part in item.parts):
            return True
    return False


def _is_descriptor(item: Word | str) -> bool:
    return isinstance(item, Word) and item.plain.isdecimal()


def _readable(part: Part) -> str:
    return mark(part.mark) if part.mark >= 0 else part.raw if part.plain is None else part.plain
