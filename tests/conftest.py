"""What every test may ask for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.support.services import PACKAGES, find_program


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that ``bin/test --with-services`` sets."""
    parser.addoption(
        "--with-services",
        action="store_true",
        help="fail, not skip, where a program from a Debian package is missing",
    )


@pytest.fixture(scope="session")
def needs(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Return a function that finds a program by name; the test is skipped, saying how to get it, when it is missing."""
    is_required = bool(request.config.getoption("--with-services"))

    def find(program: str) -> Path:
        found = find_program(program)
        if found is not None:
            return found
        reason = f"needs {program}: apt-get install {PACKAGES[program]}, or run bin/test --with-services as root"
        if is_required:
            pytest.fail(reason)
        pytest.skip(reason)

    return find


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make what a test printed fit to be sent: hostile texts have halves of characters that no encoding takes."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture(autouse=True)
def no_orphans_are_adopted() -> Iterator[None]:
    """Undo what a worker pool in the tests' own process does to it: the orphans of other tests are not its business."""
    yield
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
