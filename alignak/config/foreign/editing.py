"""Changes to the text of a file that leave every other line as its owner wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from alignak.config.parser import Definition


class Edits:
    """Collect what is to change in one text, by the numbers its lines have before."""

    __slots__ = ("_before", "_instead", "_lines")

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._before: dict[int, list[str]] = {}
        self._instead: dict[int, str | None] = {}

    def line(self, number: int) -> str:
        """Return a line as it stands."""
        return self._lines[number - 1]

    def insert(self, number: int, line: str) -> None:
        """Put a line before another one, indented like it."""
        indent = self.line(number)[: -len(self.line(number).lstrip()) or None]
        self._before.setdefault(number, []).append(indent + line)

    def replace(self, first: int, last: int, line: str) -> None:
        """Put one line where some lines stand, the last one included."""
        self._instead |= dict.fromkeys(range(first, last + 1))
        self._instead[first] = line

    def comment_out(self, first: int, last: int, remark: str) -> None:
        """Make comments of some lines, the last one included, below a remark."""
        self._before.setdefault(first, []).append(f"# {remark}")
        self._instead |= {number: f"#{self.line(number)}" for number in range(first, last + 1)}

    def statement_end(self, number: int) -> int:
        r"""Return the last line of a statement: the next ones while a ``\`` continues it."""
        while number < len(self._lines) and self.line(number).rstrip().endswith("\\"):
            number += 1
        return number

    def body_line(self, definition: Definition) -> int | None:
        """Return the line of a definition's first directive; None when none has a line without the brace."""
        numbers = (definition.place_of(key).line for key in definition.values)
        inside = (number for number in numbers if number > definition.line)
        return next((number for number in inside if not self.line(number).lstrip().startswith("{")), None)

    def definition_end(self, definition: Definition) -> int:
        """Return the line on which a definition is closed; its last line that says something when it never is."""
        last = max([definition.line, *(definition.place_of(key).line for key in definition.values)])
        if definition.line == last and self.line(last).rstrip().endswith("}"):
            return last
        for number in range(last, len(self._lines) + 1):
            if number > definition.line and self.line(number).strip().startswith("}"):
                return number
        return self.statement_end(last)

    def text(self) -> str:
        """Return the changed text."""
        return "\n".join(line for number in range(1, len(self._lines) + 1) for line in self._at(number))

    def _at(self, number: int) -> Sequence[str]:
        here = self._instead.get(number, self.line(number))
        return [*self._before.get(number, ()), *([] if here is None else [here])]
