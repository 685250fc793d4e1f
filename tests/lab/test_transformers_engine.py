"""Threads that sleep soon, while a library is loaded."""

import os

import pytest

from recsys_rag.lab.transformers_engine import _few_spins


def test_spinning_is_limited_while_a_library_is_loaded_and_the_environment_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    with _few_spins():
        assert os.environ["GOMP_SPINCOUNT"] == "1000"
    assert "GOMP_SPINCOUNT" not in os.environ


def test_what_the_environment_says_about_spinning_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    with _few_spins():
        assert "GOMP_SPINCOUNT" not in os.environ
