"""Parts of installed packages: found by entry point, checked, refused by package and promise."""

import re
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from installing import Install
from installing import install as install
from recsys_rag import registry
from recsys_rag.errors import RegistryError
from recsys_rag.fact import Fact, Reading
from recsys_rag.registry import installed


def whatever(name: str, part: Any) -> str:
    return ""


# --- any group ------------------------------------------------------------------------------------


def test_parts_come_by_name_in_the_order_of_their_names(install: Install) -> None:
    install("shapes", "one, two = 1, 2", "b = MODULE:one", "a = MODULE:two")
    parts = installed("recsys_rag.shapes", taken={"c": 0}, broken_promise=whatever)
    assert list(parts.items()) == [("a", 2), ("b", 1)]
    assert installed("recsys_rag.nothing", taken={}, broken_promise=whatever) == {}


def test_a_broken_promise_is_told_with_package_name_and_place(install: Install) -> None:
    install("shapes", "one = 1", "a = MODULE:one")

    def breaks(name: str, part: Any) -> str:
        return f"it must not be {part}" if name == "a" else ""

    with pytest.raises(RegistryError) as refused:
        installed("recsys_rag.shapes", taken={}, broken_promise=breaks)
    assert re.fullmatch(
        r"acme-parts 1\.2 brings 'a' \(stranger_\d+:one\) to recsys_rag\.shapes, which breaks a "
        r"promise: it must not be 1; fix or uninstall the package",
        str(refused.value),
    )


def test_a_name_that_is_taken_is_refused(install: Install) -> None:
    install("shapes", "one = 1", "a = MODULE:one")
    with pytest.raises(RegistryError, match="its name must be free, and 'a' is taken"):
        installed("recsys_rag.shapes", taken={"a": 0}, broken_promise=whatever)


def test_a_name_that_two_packages_bring_is_refused(install: Install) -> None:
    install("shapes", "one = 1", "a = MODULE:one")
    install("shapes", "one = 1", "a = MODULE:one", package="other-parts")
    with pytest.raises(RegistryError, match="its name must be free, and 'a' is taken"):
        installed("recsys_rag.shapes", taken={}, broken_promise=whatever)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1 / 0", "it must be importable: ZeroDivisionError: division by zero"),
        ("two = 2", "it must be importable: AttributeError"),
    ],
)
def test_what_cannot_be_imported_is_refused(install: Install, source: str, complaint: str) -> None:
    install("shapes", source, "a = MODULE:one")
    with pytest.raises(RegistryError, match=complaint):
        installed("recsys_rag.shapes", taken={}, broken_promise=whatever)


# --- retrievers -----------------------------------------------------------------------------------

_RETRIEVER = """
import numpy as np
from recsys_rag.retrieve.popularity import Popularity
class Part(Popularity):
    name = "acme"
    {body}
"""


def test_a_retriever_that_keeps_its_promises_can_be_made_with_its_settings(
    install: Install,
) -> None:
    body = "def __init__(self, damping=2.0): super().__init__(damping); self.given = damping"
    install("retrievers", _RETRIEVER.format(body=body), "acme = MODULE:Part")
    parts: Any = registry.retrievers(("ease",))
    assert list(parts) == ["acme"]
    assert parts["acme"](damping=7.0).given == 7.0
    assert registry.retrievers(("ease",)) is parts


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("name = 'no name'", "its name 'no name' is not an identifier"),
        ("name = 'other'", "its name must be that of its entry point, and is 'other'"),
        ("score = None", "it lacks score of protocols.Retriever"),
        ("def score(self, batch): return np.zeros((len(batch), 60), np.float32)", "NotFitted"),
        ("def fit(self, dataset): super().fit(dataset)", "fit does not return self"),
        ("def score(self, batch): return super().score(batch) + np.inf", "is not finite"),
        ("def score(self, batch): return super().score(batch).astype(float)", "are float64"),
        (
            "def score(self, batch): batch.histories.data += 1; return super().score(batch)",
            "ratings were changed",
        ),
        ("def restore(self, dataset, state): return self", "NotFittedError"),
    ],
)
def test_a_retriever_that_breaks_a_promise_is_refused(
    install: Install, body: str, complaint: str
) -> None:
    install("retrievers", _RETRIEVER.format(body=body), "acme = MODULE:Part")
    with pytest.raises(RegistryError, match="breaks a promise") as refused:
        registry.retrievers(())
    assert complaint in str(refused.value)


def test_a_retriever_cannot_be_called_as_one_of_ours(install: Install) -> None:
    install("retrievers", _RETRIEVER.format(body="pass"), "acme = MODULE:Part")
    with pytest.raises(RegistryError, match="its name must be free, and 'acme' is taken"):
        registry.retrievers(("ease", "acme"))


# --- language models ------------------------------------------------------------------------------

_MODEL = """
from recsys_rag.testing.language_models import ScriptedLanguageModel
def make(name):
    model = ScriptedLanguageModel()
    model.model_id = name
    return model
def none(name): return None
five = 5
def fails(name): raise ValueError("boom")
"""


def test_a_model_is_made_by_its_backend_with_the_rest_of_its_name(install: Install) -> None:
    install("backends", _MODEL, "acme = MODULE:make")
    model = registry.language_model("acme", "big:7b")
    assert model is not None
    assert model.model_id == "big:7b"
    assert registry.language_model("emca", "big:7b") is None


def test_without_an_installed_backend_there_is_no_model() -> None:
    assert registry.language_model("acme", "big") is None


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("acme = MODULE:none", "and made a NoneType, which lacks close, generate"),
        ("acme = MODULE:five", "it must be callable, and is 5"),
        ("acme = MODULE:fails", "it must make a model of 'big', and raised ValueError: boom"),
    ],
)
def test_a_backend_that_makes_no_model_is_refused(
    install: Install, entry: str, complaint: str
) -> None:
    install("backends", _MODEL, entry)
    with pytest.raises(RegistryError, match=f"acme-parts 1.2 brings 'acme' .*{complaint}"):
        registry.language_model("acme", "big")


# --- writers --------------------------------------------------------------------------------------

_WRITER = """
class Part:
    name = "{name}"
    def __init__(self, model, temperature): self.given = (model, temperature)
    def {write}(self, context, *, rank, seed, timeout_seconds=60.0): yield ""
five = 5
"""


def test_a_writer_is_made_of_a_model_and_a_temperature(install: Install) -> None:
    install("writers", _WRITER.format(name="acme", write="write"), "acme = MODULE:Part")
    writer: Any = registry.writers(("auto",))["acme"]("model", temperature=0.25)
    assert writer.given == ("model", 0.25)


@pytest.mark.parametrize(
    ("name", "write", "part", "complaint"),
    [
        ("acme", "scribble", "Part", "it must make a protocols.Writer"),
        ("other", "write", "Part", "its name must be that of its entry point, and is 'other'"),
        ("acme", "write", "five", "it must be callable, and is 5"),
    ],
)
def test_a_writer_that_breaks_a_promise_is_refused(
    install: Install, name: str, write: str, part: str, complaint: str
) -> None:
    install("writers", _WRITER.format(name=name, write=write), f"acme = MODULE:{part}")
    with pytest.raises(RegistryError, match=complaint):
        registry.writers(())


def test_a_writer_cannot_be_called_as_one_of_ours(install: Install) -> None:
    install("writers", _WRITER.format(name="auto", write="write"), "auto = MODULE:Part")
    with pytest.raises(RegistryError, match="'auto' is taken"):
        registry.writers(("auto",))


# --- kinds of fact --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weather(Fact):
    kind = "weather"
    degrees: float


@dataclass(frozen=True, slots=True)
class _Lossy(Fact):
    kind = "weather"
    names_of_days: Any


def kind_of(**changes: Any) -> SimpleNamespace:
    """A kind that is in order as far as registration looks, but for these changes."""
    ours: Any = registry.fact_kinds()["genre"]
    members = {
        name: getattr(ours, name)
        for name in ("evidence", "phrases", "reading", "recount", "objection")
    }
    members |= {"name": "weather", "fact": _Weather, "samples": (_Weather(21.5),)}
    return SimpleNamespace(**members | changes)


def test_a_kind_that_keeps_its_promises_is_taken() -> None:
    assert registry._kind_breaks("weather", kind_of()) == ""


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": "climate"}, "its name must be that of its entry point, an identifier, and is"),
        ({"fact": dict}, "its fact must be a frozen dataclass under recsys_rag.fact.Fact"),
        ({"fact": _Weather(3.0)}, "its fact must be a frozen dataclass"),
        ({"samples": ()}, "it must have samples, each a fact of its own type"),
        ({"samples": (_Weather(1.0), 5)}, "it must have samples, each a fact of its own type"),
        ({"phrases": SimpleNamespace(opens=(), nexts=("x",))}, "it must have phrases to open"),
        ({"phrases": SimpleNamespace(opens=("x",), nexts=())}, "it must have phrases to open"),
        ({"reading": Reading(lambda fact: {"degrees": str.isdigit})}, "and a reading of its own"),
        ({"fact": _Lossy, "samples": (_Lossy(frozenset("ab")),)}, "must survive JSON, and"),
        ({"fact": _Lossy, "samples": (_Lossy(object()),)}, "its facts must survive JSON: "),
    ],
)
def test_a_kind_that_breaks_a_promise_is_refused(changes: dict[str, Any], complaint: str) -> None:
    assert complaint in registry._kind_breaks("weather", kind_of(**changes))


def test_a_kind_without_all_members_or_with_no_name_is_refused() -> None:
    less = kind_of()
    del less.recount
    assert registry._kind_breaks("weather", less) == (
        "it must have every member of protocols.FactKind"
    )
    assert "an identifier" in registry._kind_breaks("two words", kind_of(name="two words"))


def test_an_installed_kind_comes_after_ours(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(registry.fact_kinds())
    monkeypatch.setitem(sys.modules, "weather_kind", SimpleNamespace(KIND=kind_of()))
    install("facts", "from weather_kind import KIND", "weather = MODULE:KIND")
    assert list(registry.fact_kinds()) == [*before, "weather"]


def test_the_kinds_of_ours_are_called_as_they_are_registered() -> None:
    for name, kind in registry.fact_kinds().items():
        assert kind.name == name == kind.fact.kind
        assert registry._kind_breaks(name, kind) == ""
