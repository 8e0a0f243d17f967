"""What stand-ins of plugins that talk to a server are tried with: scripted servers, and answers of a whole matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.matrices import Answers, played
from tests.support.talkers import Talkers, talkers


@pytest.fixture(scope="module")
def several() -> Iterator[Talkers]:
    """Return who can be asked to play servers."""
    with talkers() as talking:
        yield talking


@pytest.fixture(scope="module")
def answers(request: pytest.FixtureRequest, several: Talkers) -> Answers:
    """Return what plugin and stand-in answer to each of the module's ``CASES``."""
    return played(request.module.CASES, several)
