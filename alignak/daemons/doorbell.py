"""What HTTP threads wait at until the loop has something for them, so that nobody has to ask again and again."""

from __future__ import annotations

import threading


class Doorbell:
    """Let some threads wait until the next ring; the others are told not to wait."""

    def __init__(self, most: int) -> None:
        """``most`` threads may wait at a time: those that serve requests are few."""
        self._condition = threading.Condition()
        self._places = most
        self.rung = 0
        """How often it rang."""

    def ring(self) -> None:
        """Wake all that wait."""
        with self._condition:
            self.rung += 1
            self._condition.notify_all()

    def wait(self, rung: int, timeout: float) -> bool:
        """Wait until it has rung more often than ``rung``; False when it did not in time, or there was no place."""
        with self._condition:
            if not self._places:
                return False
            self._places -= 1
            try:
                return self._condition.wait_for(lambda: self.rung != rung, timeout)
            finally:
                self._places += 1
