"""What a word is to the command it belongs to: its name, an argument, or code that something else evaluates.

``shellwords`` asks for each word that holds run-time text. The tables name the programs that take code as an argument;
a program that is in none of them is taken to read its arguments as data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final


class Role(Enum):
    """What becomes of a word."""

    COMMAND = "command"
    """The name of what is run."""
    DATA = "data"
    """An argument; the shell and the program take it as text."""
    LEADING = "leading"
    """An argument that begins with text not known yet: a dash there would make an option of it."""
    SCRIPT = "script"
    """Code for a POSIX shell."""
    FOREIGN = "foreign"
    """Code of another language, or the name of a file that is run."""
    FILE = "file"
    """The name of a file that is read or written."""
    NUMBER = "number"
    """Part of an expression that is evaluated."""


SHELLS: Final = frozenset(("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"))

EVERY_WORD: Final = "*"

INTERPRETERS: Final[Mapping[str, str]] = {
    "awk": EVERY_WORD,
    "gawk": EVERY_WORD,
    "mawk": EVERY_WORD,
    "sed": EVERY_WORD,
    "ssh": EVERY_WORD,
    "rsh": EVERY_WORD,
    "su": EVERY_WORD,
    "runuser": EVERY_WORD,
    "find": EVERY_WORD,
    "parallel": EVERY_WORD,
    "watch": EVERY_WORD,
    "script": EVERY_WORD,
    "at": EVERY_WORD,
    "docker": EVERY_WORD,
    "podman": EVERY_WORD,
    "kubectl": EVERY_WORD,
    "systemd-run": EVERY_WORD,
    "sqlite": EVERY_WORD,
    "mysql": EVERY_WORD,
    "mariadb": EVERY_WORD,
    "psql": EVERY_WORD,
    "expr": EVERY_WORD,
    "check_by_ssh": "C",
    "python": "cm",
    "pypy": "cm",
    "perl": "eEmMi",
    "ruby": "er",
    "php": "rBRE",
    "node": "epr",
    "nodejs": "epr",
    "lua": "el",
    "tclsh": "c",
    "fish": "cC",
    "csh": "c",
    "tcsh": "c",
}
"""Programs that take code: in which options it stands, or that any word may be code."""

RUNNERS: Final[Mapping[str, tuple[str, int]]] = {
    "builtin": ("", 0),
    "busybox": ("", 0),
    "chroot": ("", 1),
    "command": ("", 0),
    "doas": ("uC", 0),
    "env": ("uCS", 0),
    "exec": ("a", 0),
    "flock": ("wE", 1),
    "ionice": ("cnpPu", 0),
    "nice": ("n", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "stdbuf": ("ioe", 0),
    "sudo": ("ugpCrtThUDR", 0),
    "time": ("fo", 0),
    "timeout": ("ks", 1),
    "xargs": ("IiLlnPsEad", 0),
}
"""Programs that run another: their options that take a value, and how many words stand before the other's name."""

CLEARING: Final = frozenset(("sudo", "doas"))
"""The runners that do not hand the environment on: no variable reaches a script behind them."""

_KEYWORDS: Final = frozenset(("if", "then", "elif", "else", "while", "until", "do", "!", "{"))
ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=")
"""How a word that sets a variable begins; the shell does not split it."""
_OPTION: Final = re.compile(r"[-+][^-]")
_LONG_WITH_VALUE: Final = frozenset(("--rcfile", "--init-file"))
_LONG_WITH_CODE: Final = ("--eval", "--execute", "--command", "--run", "--print", "--require")


def role_of(before: Sequence[str], word: str) -> Role:
    """Return what a word is, given the words of its command before it; a NUL stands for text not known yet."""
    role = _role_of(before, word)
    can_be_option = role is Role.DATA and word.startswith("\0") and not _takes_no_option(_own_words(before))
    return Role.LEADING if can_be_option else role


def _takes_no_option(words: Sequence[str]) -> bool:
    """Tell whether a command takes what comes now as an operand, whatever it looks like, or at worst prints less."""
    return "--" in words or words[:1] == ["echo"] or (len(words) > 1 and _base(words[0]) == "printf")


def _role_of(before: Sequence[str], word: str) -> Role:
    words = _own_words(before)
    if not words:
        return Role.DATA if ASSIGNMENT.match(word) else Role.COMMAND
    name, rest = _base(words[0]), words[1:]
    if name in SHELLS:
        role = _for_shell(rest, word)
        is_cleared = any(_base(each) in CLEARING for each in before[: len(before) - len(words)])
        return Role.FOREIGN if is_cleared and role is Role.SCRIPT else role
    if name in INTERPRETERS:
        return _for_interpreter(INTERPRETERS[name], rest, word)
    return _for_builtin(name, rest)


def _base(word: str) -> str:
    """Return a program's name without its folder and version."""
    return word.rpartition("/")[2].rstrip("0123456789.") or word


def _own_words(before: Sequence[str]) -> Sequence[str]:
    """Return a command's words from its name on, past assignments, keywords and the programs that run it."""
    start = 0
    while start < len(before):
        if before[start] in _KEYWORDS or ASSIGNMENT.match(before[start]):
            start += 1
            continue
        runner = RUNNERS.get(_base(before[start]))
        if runner is None:
            return before[start:]
        start = _past_runner(before, start + 1, *runner)
    return ()


def _past_runner(before: Sequence[str], start: int, valued: str, positionals: int) -> int:
    while start < len(before):
        word = before[start]
        if word.startswith("-"):
            start += 1 + (len(word) == 2 and word[1] in valued)
        elif ASSIGNMENT.match(word):
            start += 1
        elif positionals:
            positionals -= 1
            start += 1
        else:
            break
    return start


def _for_shell(rest: Sequence[str], word: str) -> Role:
    takes_code = is_value = False
    for each in rest:
        if is_value:
            is_value = False
        elif _OPTION.match(each):
            takes_code |= each[0] == "-" and "c" in each
            is_value = each[-1] in "oO"
        elif each.startswith("-"):
            is_value = each in _LONG_WITH_VALUE
        else:
            return Role.DATA
    return Role.SCRIPT if takes_code and not is_value and not _OPTION.match(word) else Role.FOREIGN


def _for_interpreter(letters: str, rest: Sequence[str], word: str) -> Role:
    if letters == EVERY_WORD or _holds_code(word, letters) or word.startswith(_LONG_WITH_CODE):
        return Role.FOREIGN
    if rest and (_is_code_option(rest[-1], letters) or rest[-1] in _LONG_WITH_CODE):
        return Role.FOREIGN
    is_first = all(each.startswith("-") for each in rest)
    return Role.FOREIGN if is_first and not word.startswith("-") else Role.DATA


def _holds_code(word: str, letters: str) -> bool:
    option = word.partition("\0")[0]
    return bool(_OPTION.match(option)) and any(each in letters for each in option[1:])


def _is_code_option(word: str, letters: str) -> bool:
    return bool(_OPTION.match(word)) and word[-1] in letters


def _for_builtin(name: str, rest: Sequence[str]) -> Role:
    if name in ("let", "[["):
        return Role.NUMBER
    if name == "eval" or (name == "trap" and not rest):
        return Role.SCRIPT
    if name in (".", "source") and not rest:
        return Role.FOREIGN
    is_unknown = "\0" in name and bool(rest) and rest[-1][:1] == "-" and rest[-1][-1] in "ceE"
    return Role.FOREIGN if is_unknown else Role.DATA
