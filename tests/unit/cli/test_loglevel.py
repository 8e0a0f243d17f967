"""``alignak loglevel``: who logs how much, and changing it, at the daemon itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import ujson

from alignak.api.common import LogLevel, SetLogLevel
from alignak.base.secret import Secret
from alignak.cli import main
from alignak.model.topology import Role
from alignak.net.keys import KeyRing
from tests.support.doors import answering


def level(name: str, word: str) -> LogLevel:
    """Return what a daemon says of itself."""
    return LogLevel("My Alignak", "poller", name, "3", logging.getLevelNamesMapping()[word], word)


def installation(*pollers: tuple[str, str]) -> Callable[[Any], dict[str, list[dict[str, Any]]]]:
    """Return an arbiter's list of links: names and addresses of pollers."""
    links = [{"name": name, "type": "poller", "uri": uri} for name, uri in pollers]
    return lambda _: {"poller": links, "scheduler": []}


def test_each_daemon_is_asked_itself_and_one_that_is_gone_is_told_of(
    unused_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = f"http://127.0.0.1:{unused_port}/"
    with answering(Role.POLLER, {"get_log_level": lambda _: level("poller-1", "WARNING")}) as poller:
        links = {"get_satellites_configuration": installation(("poller-1", poller), ("poller-2", gone))}
        with answering(Role.ARBITER, links) as url:
            assert main.main(["loglevel", "--url", url, "-o", "json"]) == 1

    first, second = ujson.loads(capsys.readouterr().out)
    assert (first["daemon"], first["level"], first["problem"]) == ("poller-1", "WARNING", "")
    assert (second["daemon"], second["level"]) == ("poller-2", "")
    assert "nothing answers" in second["problem"]


def test_a_level_is_changed_for_a_while_at_the_daemon_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[SetLogLevel] = []

    def set_level(request: SetLogLevel) -> LogLevel:
        asked.append(request)
        return level("poller-1", str(request.log_level))

    with answering(Role.POLLER, {"set_log_level": set_level}) as poller:
        links = {
            "get_satellites_configuration": installation(("poller-1", poller), ("poller-2", "http://127.0.0.1:9/"))
        }
        with answering(Role.ARBITER, links) as url:
            assert main.main(["loglevel", "--url", url, "poller-1", "debug", "--for", "60"]) == 0

    assert asked == [SetLogLevel("DEBUG", 60.0)]
    assert "poller-1" in capsys.readouterr().out


def test_an_unknown_daemon_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(Role.ARBITER, {"get_satellites_configuration": installation(("poller-1", "http://x/"))}) as url:
        assert main.main(["loglevel", "--url", url, "poler-1", "DEBUG"]) == 2

    assert "no daemon is named 'poler-1'; there are: poller-1" in capsys.readouterr().err


def test_a_level_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["loglevel", "poller-1", "LOUD"])

    assert ended.value.code == 2


def test_the_key_goes_to_the_daemons_too(capsys: pytest.CaptureFixture[str]) -> None:
    key, ring = KeyRing().create("me", 0.0)
    handlers = {"get_log_level": lambda _: level("poller-1", "INFO")}
    with answering(Role.POLLER, handlers, ring, local=False) as poller:
        links = {"get_satellites_configuration": installation(("poller-1", poller))}
        with answering(Role.ARBITER, links, ring, local=False) as url:
            assert main.main(["loglevel", "--url", url, "--key", Secret(key).reveal()]) == 0
            assert main.main(["loglevel", "--url", url]) == 1

    assert "operator key" in capsys.readouterr().err
