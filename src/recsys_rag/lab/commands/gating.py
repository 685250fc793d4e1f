"""From the options of `gate` to a verdict that is kept: opens the recommender, loads the model.
Shows no figure."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag.cli.bring import bring
from recsys_rag.cli.console import note, progress
from recsys_rag.cli.options import Source

if TYPE_CHECKING:
    from recsys_rag.gate_verdict import GateVerdict
    from recsys_rag.protocols import LanguageModel
    from recsys_rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be judged, as the options say it."""

    form: Any  # "labels" or "titles": checked by the option
    protocol: str
    users: int
    lengths: tuple[str, ...]
    seconds: float | None
    seed: int
    lm: str | None
    adapter: str | None
    writes: bool


def judged(asked: Request, source: Source) -> "tuple[GateVerdict, Path | None]":
    """Return the verdict, and the artifact that it was written into, if it was to be.

    Raises EvaluationError, GenerationError, SettingsError, AssetError, MissingExtraError,
    ArtifactError, DataError.
    """
    from recsys_rag.cli.sources import opened, place_of
    from recsys_rag.lab.evaluate.gate import gate
    from recsys_rag.recommender import keep_verdict
    from recsys_rag.settings import with_changes

    recommender = opened(source, writes=False).recommender
    named = {"model": asked.lm, "adapter": asked.adapter}
    settings = with_changes(
        recommender.settings,
        {"rerank": {key: value for key, value in named.items() if value is not None}},
    )
    _check_adapter(settings.rerank.adapter, asked.protocol, recommender.dataset.content_hash)
    model = _loaded(settings, asked)

    def expect(people: int, seconds: float) -> None:
        enough = asked.seconds is None or seconds <= asked.seconds
        limit = (
            ""
            if enough
            else f"; --seconds {asked.seconds:g} is enough for about {_part(people, seconds, asked)}"
        )
        note(f"Asking about {people} people takes about {_duration(seconds)}{limit}.")

    try:
        with progress() as bars:
            verdict = gate(
                recommender.dataset,
                settings,
                model,
                form=asked.form,
                by=asked.protocol,
                users=asked.users,
                lengths=asked.lengths,
                seconds=asked.seconds,
                seed=asked.seed,
                progress=bars.asked,
                expect=expect,
            )
    finally:
        model.close()
    if not asked.writes:
        return verdict, None
    place = place_of(source, recommender.settings)
    keep_verdict(place, verdict)
    return verdict, place


def _loaded(settings: "Settings", asked: Request) -> "LanguageModel":
    """Return the model that is to be judged, brought and loaded, so that what it lacks is said
    before anything is fitted."""
    from recsys_rag.build import embedded_models, language_model
    from recsys_rag.protocols import LoadsAhead
    from recsys_rag.rerank.language_model import check

    name = settings.ranking_model
    if name in embedded_models():
        bring(name)
    adapter = settings.rerank.adapter or "none"
    model = language_model(
        name, threads=settings.generate.threads, adapter=adapter, adapter_kind="ranker"
    )
    if model is None:
        raise click.UsageError(f"{name} is no language model; name one with --lm, such as smollm2")
    check(model, asked.form)
    if isinstance(model, LoadsAhead):
        model.load()
    return model


def _check_adapter(folder: str, protocol: str, content_hash: str) -> None:
    """Refuse an adapter that has seen what the protocol holds out, or other prompts. Raises
    ArtifactError, UsageError."""
    if folder in ("", "none"):
        return
    from recsys_rag.errors import ArtifactError
    from recsys_rag.generate.backends import adapter
    from recsys_rag.rerank.ranking_prompt import RANKING_FORM

    found = adapter.read(Path(folder))
    if found.kind == "ranker" and found.prompt_form != RANKING_FORM:
        raise ArtifactError(
            f"adapter {folder} was trained on prompts of the form {found.prompt_form}, this version has {RANKING_FORM}; make it "
            "again with `recsys-rag finetune ranker`"
        )
    if found.kind == "ranker" and found.protocol != protocol:
        raise click.UsageError(
            f"adapter {folder} has learned from ratings that the protocol {protocol} holds out; give --protocol {found.protocol}"
        )
    if found.kind == "ranker" and found.content_hash != content_hash:
        note(
            f"The adapter was trained on other data; where {folder} has seen ratings of these people, the verdict flatters it."
        )


def _part(people: int, seconds: float, asked: Request) -> str:
    assert asked.seconds is not None
    return f"{max(1, int(people * asked.seconds / seconds))} of them"


def _duration(seconds: float) -> str:
    """Return a time in round words.

    >>> _duration(2.2), _duration(95), _duration(7300)
    ('3 s', '2 min', '2.0 h')
    """
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{math.ceil(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
