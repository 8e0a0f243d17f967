"""What is made of internal checks that say too little, or what cannot be."""

from __future__ import annotations

import pytest

from alignak.config.internal import completed
from alignak.config.link import Problems
from alignak.config.values import command_call

HOST = "_internal_host_check"


def made(text: str) -> tuple[str, list[str]]:
    problems: Problems = []
    call = completed(command_call(text), problems)
    return "!".join((call.name, *call.arguments)), [each.message for each in problems]


@pytest.mark.parametrize("text", [f"{HOST}!0!fine", f"{HOST}!0,2,1!%d", f"{HOST}!$_HOSTSTATE$!x", "check!a", "_echo"])
def test_what_says_enough_is_left_alone(text: str) -> None:
    assert made(text) == (text, [])


def test_a_check_without_a_word_is_up_or_ok() -> None:
    host, service = f"{HOST}!0!Host assumed to be UP", "_internal_service_check!0!Service assumed to be OK"
    assert made(HOST) == (host, [f"has no defined state nor output. Changed to {host}"])
    assert made("_internal_service_check") == (
        service,
        [f"has no defined state nor output. Changed to {service}"],
    )


def test_a_state_alone_gets_an_output() -> None:
    text = f"{HOST}!2!Host internal check result: %d"
    assert made(f"{HOST}!2") == (text, [f"has no defined output. Changed to {text}"])


def test_states_that_are_none_are_unknown() -> None:
    assert made(f"{HOST}!x!text") == (f"{HOST}!3!text", ["required a non integer state: x. Using 3."])
    assert made(f"{HOST}!7!text") == (f"{HOST}!3!text", ["required an impossible state: 7. Using 3."])
    assert made(f"{HOST}!0,9!text")[0] == f"{HOST}!0,3!text"


def test_more_than_state_and_output_is_cut() -> None:
    text = f"{HOST}!1!a"
    assert made(f"{HOST}!1!a!b") == (text, [f"has too many parameters. Changed to {text}"])
