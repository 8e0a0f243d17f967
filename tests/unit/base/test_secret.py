"""A secret does not show itself, whoever prints, logs, compares or stores it."""

from __future__ import annotations

import pickle

import pytest

from alignak.base.codec import dumps, encode
from alignak.base.secret import Secret


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{0!r}".format, "%s".__mod__, lambda it: f"{[it]}"])
def test_no_way_of_printing_shows_it(show) -> None:
    assert "canary" not in show(Secret("canary"))


@pytest.mark.parametrize("store", [encode, dumps, pickle.dumps])
def test_it_goes_into_no_document(store) -> None:
    try:
        written = store(Secret("canary"))
    except TypeError:
        return
    assert "canary" not in str(written)


def test_only_the_same_text_is_the_same_secret() -> None:
    secret = Secret("canary")

    assert secret.is_same_as("canary")
    assert not secret.is_same_as("canarx")
    assert not secret.is_same_as("")
    assert not secret.is_same_as("canary\udcff")


def test_comparing_it_the_quick_way_is_a_mistake_that_is_seen() -> None:
    with pytest.raises(TypeError, match="is_same_as"):
        assert Secret("canary") == "canary"
    with pytest.raises(TypeError):
        hash(Secret("canary"))


def test_one_word_gets_it_out() -> None:
    assert Secret("canary").reveal() == "canary"
