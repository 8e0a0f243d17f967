"""How things really are at a small site, for simulations of years: what breaks, when, and for how long.

Everything follows from a seed and a name, so that the same site has the same years each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

HOUR = 3600.0
DAY = 86400.0


@dataclass
class Weather:
    """One thing that works for some days, then does not for some hours; when it is restless, changes every hour."""

    name: str
    days_good: float = 20.0
    hours_bad: float = 5.0
    restless_share: float = 0.0
    random: Random = field(init=False)
    until: float = 0.0
    code: int = 0
    restless_until: float = 0.0

    def __post_init__(self) -> None:
        self.random = Random(f"weather of {self.name}")

    def at(self, now: float) -> int:
        """Return the exit code a plugin would give; times must not go back."""
        if not self.until:
            self.until = now + self.random.expovariate(1 / self.days_good) * DAY
        while now >= self.until:
            self._turn()
        return self.code

    def _turn(self) -> None:
        chance = self.random
        if self.until < self.restless_until:
            self.code = 0 if self.code else 2
            self.until += chance.uniform(0.7, 1.3) * HOUR
        elif self.code and chance.random() < 0.2:
            self.code = chance.choice([each for each in (1, 2, 3) if each != self.code])
            self.until += chance.expovariate(1 / self.hours_bad) * HOUR
        elif self.code:
            self.code = 0
            self.until += chance.expovariate(1 / self.days_good) * DAY
        else:
            self.code = chance.choice((1, 2, 2, 2, 3))
            if chance.random() < self.restless_share:
                self.restless_until = self.until + 2 * DAY
            self.until += chance.expovariate(1 / self.hours_bad) * HOUR
