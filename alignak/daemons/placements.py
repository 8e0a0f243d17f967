"""Where the hosts were: kept by the arbiter, so that its restart moves none of them."""

from __future__ import annotations

import logging

from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError
from alignak.dispatch.planner import Placement
from alignak.system import files

log = logging.getLogger(__name__)


class PlacementFile:
    """A placement on disk."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._saved: Placement | None = None

    def load(self) -> Placement | None:
        """Return the placement of the last run; None when there is none that can be read."""
        try:
            self._saved = decode(files.read_private(self._path), Placement)
        except FileNotFoundError:
            return None
        except (OSError, BadRequestError) as error:
            log.warning("the placement of the last run cannot be read, hosts may move: %s", error)
        return self._saved

    def save(self, placement: Placement) -> None:
        """Write a placement that is not the one on disk already."""
        if placement == self._saved:
            return
        try:
            files.write_atomic(self._path, encode(placement))
            self._saved = placement
        except OSError as error:
            log.error("the placement cannot be written, hosts may move at the next start: %s", error)
