r"""A shell script read into its words, so that ``shellwords`` knows what stands around each run-time value.

In the text a run-time value is only a mark, ``\0number\0``: no NUL can stand in a script. What is read is the part of
the POSIX shell language that decides about quoting: quotes, backslashes, substitutions, operators, comments. Where a
shell may read a text otherwise than this does (here-documents, ``$'...'``, ``case`` inside a substitution, a pipe into
an interpreter), the script is called unclear, and its values are taken to be in the worst place.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

MARK: Final = re.compile("\0(\\d+)\0")


class Quote(Enum):
    """What stands around a part of a word."""

    NONE = "none"
    DOUBLE = "double"
    SINGLE = "single"
    OPAQUE = "opaque"
    """Inside ``${...}`` or backquotes that are not read."""
    NUMBER = "number"
    """Inside an arithmetic expression, which some shells evaluate again and again."""


class Part(Struct, frozen=True):
    """A piece of a word: text as written, a mark, or commands whose output stands here."""

    raw: str = ""
    plain: str | None = None
    """What the shell makes of the text; None: only the shell knows."""
    quote: Quote = Quote.NONE
    mark: int = -1
    inner: Script | None = None


class Word(Struct, frozen=True):
    """One word of a script."""

    parts: tuple[Part, ...]

    @property
    def raw(self) -> str:
        """Return a word without marks as it is written."""
        return "".join(each.raw if each.inner is None else written(each.inner) for each in self.parts)

    @property
    def plain(self) -> str:
        """Return what the shell makes of the word, a NUL for each thing only the shell or the engine knows."""
        return "".join("\0" if each.plain is None else each.plain for each in self.parts)

    @property
    def is_marked(self) -> bool:
        """Tell whether a run-time value is part of the word."""
        return any(
            each.mark >= 0 or (each.inner is not None and any(isinstance(x, Word) and x.is_marked for x in each.inner))
            for each in self.parts
        )


Script: TypeAlias = "tuple[Word | str, ...]"
"""Words, and between them operators, blanks and comments as written."""

_TOKEN: Final = re.compile(
    r"(?P<unclear><<(?!<)-?|[<>]\()|(?P<operator>&>>?|[<>]&|>\||<<<|<>|>>|[<>]|[;&|()\n])|(?P<blank>[ \t\r]+|\\\n)"
)
_ENDS_WORD: Final = frozenset(" \t\r\n;&|<>()")
_SPECIAL: Final = frozenset("'\"\\$`\0")
_NAME: Final = re.compile(r"[\w@*#?!$-]", re.ASCII)
_INTO_INTERPRETER: Final = re.compile(
    r"\|[^|;&\n]*(?<=[\s|/])(?:"
    r"(?:sh|bash|dash|ash|ksh\d*|mksh|zsh|csh|tcsh|fish|at|batch|xargs|parallel|ssh|mysql|mariadb|psql|sqlite3)(?=[\s;|&)]|$)"
    r"|(?:python[\d.]*|perl|ruby|php|node)(?:\s+-)?\s*(?=[;|&)\n]|$))"
)
"""A pipe into what runs its input: a shell, or an interpreter that is given no program."""

_DEEPEST: Final = 16


def read(text: str) -> tuple[Script, bool]:
    """Return a script's words, and whether the script is unclear."""
    reader = _Reader(text)
    script = reader.script("")
    return script, reader.is_unclear or bool(_INTO_INTERPRETER.search(text))


def written(script: Script) -> str:
    """Return a script without marks as it is written."""
    return "".join(each if isinstance(each, str) else each.raw for each in script)


class _Reader:
    """Go through a text once, from left to right."""

    __slots__ = ("at", "depth", "is_unclear", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.is_unclear = False

    def script(self, closing: str) -> Script:
        """Read to the end, or to the parenthesis that closes a substitution."""
        items: list[Word | str] = []
        parentheses = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == closing and not parentheses:
                break
            parentheses = max(parentheses + (char == "(") - (char == ")"), 0)
            items.append(self._item(closing))
        return tuple(items)

    def _item(self, closing: str) -> Word | str:
        token = _TOKEN.match(self.text, self.at)
        if token:
            self.at = token.end()
            self.is_unclear |= token.lastgroup == "unclear"
            return token[0]
        if self.text[self.at] == "#":
            return MARK.sub("", self._until("\n"))
        word = Word(self._word())
        self.is_unclear |= bool(closing) and word.plain == "case"
        return word

    def _until(self, end: str) -> str:
        stop = self.text.find(end, self.at)
        start, self.at = self.at, stop if stop >= 0 else len(self.text)
        return self.text[start : self.at]

    def _word(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD:
            char = self.text[self.at]
            if char == "'":
                parts += self._single()
            elif char == '"':
                parts += self._double()
            else:
                parts += self._unquoted(Quote.NONE)
        return tuple(parts)

    def _single(self) -> list[Part]:
        self.at += 1
        body = self._until("'")
        self.at += 1
        return [Part("'", ""), *_marked(body, Quote.SINGLE), Part("'", "")]

    def _double(self) -> list[Part]:
        parts = [Part('"', "")]
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            parts += self._unquoted(Quote.DOUBLE)
        self.at += 1
        return [*parts, Part('"', "")]

    def _unquoted(self, quote: Quote) -> list[Part]:
        """Read a piece in which dollars, backquotes and backslashes count."""
        char = self.text[self.at]
        if char == "\0":
            mark = MARK.match(self.text, self.at)
            self.at = mark.end() if mark else self.at + 1
            return [Part(quote=quote, mark=int(mark[1]))] if mark else []
        if char == "\\":
            return self._escaped(quote)
        if char == "$":
            return self._dollar(quote)
        if char == "`":
            return self._backquoted(quote)
        start = self.at
        self.at += 1
        ends = _SPECIAL if quote is Quote.DOUBLE else _SPECIAL | _ENDS_WORD
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1
        return [_text(self.text[start : self.at], quote)]

    def _escaped(self, quote: Quote) -> list[Part]:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "\0":
            self.at += 1
            return []
        self.at += 2
        if quote is Quote.DOUBLE and following not in '$`"\\\n':
            return [Part(f"\\{following}", f"\\{following}", quote)]
        return [Part(f"\\{following}", "" if following == "\n" else following, quote)]

    def _dollar(self, quote: Quote) -> list[Part]:
        rest = self.text[self.at + 1 : self.at + 3]
        if rest.startswith("\0"):
            self.at += 1
            return [Part("\\$", "$", quote)]
        if rest == "((" or rest.startswith("["):
            return self._nested("()" if rest == "((" else "[]", Quote.NUMBER)
        if rest.startswith("{"):
            return self._nested("{}", Quote.OPAQUE)
        if rest.startswith("(") and self.depth < _DEEPEST:
            return self._substitution(quote)
        self.is_unclear |= rest.startswith("(") or (rest.startswith("'") and quote is Quote.NONE)
        self.at += 1
        return [Part("$", None if _NAME.match(rest) else "$", quote)]

    def _substitution(self, quote: Quote) -> list[Part]:
        self.at += 2
        self.depth += 1
        inner = self.script(")")
        self.depth -= 1
        closed = self.text[self.at : self.at + 1]
        self.at += 1
        return [Part("$("), Part(quote=quote, inner=inner), Part(closed)]

    def _nested(self, pair: str, quote: Quote) -> list[Part]:
        """Read what stands between a pair, without looking at what it means."""
        start, level = self.at, 0
        for index in range(self.at + 1, len(self.text)):
            level += (self.text[index] == pair[0]) - (self.text[index] == pair[1])
            if level == 0:
                self.at = index + 1
                break
        else:
            self.at = len(self.text)
        return _marked(self.text[start : self.at], quote, is_known=False)

    def _backquoted(self, quote: Quote) -> list[Part]:
        start = self.at
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != "`":
            self.at += 1 + (self.text[self.at] == "\\")
        body = self.text[start + 1 : self.at]
        closed = self.text[self.at : self.at + 1]
        self.at = min(self.at + 1, len(self.text))
        if quote is Quote.DOUBLE or "\\" in body:
            return [Part("`"), *_marked(body, Quote.OPAQUE, is_known=False), Part(closed)]
        inner, is_unclear = read(body)
        self.is_unclear |= is_unclear
        return [Part("`"), Part(quote=quote, inner=inner), Part(closed)]


def _text(raw: str, quote: Quote) -> Part:
    return Part(raw, raw, quote)


def _marked(text: str, quote: Quote, *, is_known: bool = True) -> list[Part]:
    """Return a text without structure as parts: its marks, and what stands between them."""
    pieces = MARK.split(text)
    parts: list[Part] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            parts.append(Part(quote=quote, mark=int(piece)))
        elif piece:
            parts.append(Part(piece, piece if is_known else None, quote))
    return parts
