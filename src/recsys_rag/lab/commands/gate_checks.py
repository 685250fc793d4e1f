"""What `doctor` says of the gate: of each recommender in the cache that was judged, and of one that
is named. Shows nothing."""

from collections.abc import Iterator
from pathlib import Path

from recsys_rag import assets
from recsys_rag.cli.checks import Check
from recsys_rag.errors import ArtifactError


def verdicts(model: Path | None) -> Iterator[Check]:
    """Check the verdicts in the cache, and that of the saved recommender `model`, if it is given.

    Raises ArtifactError where `model` is no recommender; a damaged one in the cache is left out,
    since it is made again.
    """
    from recsys_rag.recommender import saved_verdict

    if model is not None:
        yield _check(f"gate of {model}", saved_verdict(model), f"recsys-rag gate --model {model}")
    folder = assets.cache_dir() / "fitted"
    judged = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            verdict = saved_verdict(place)
        except ArtifactError:
            continue
        if verdict is not None:
            judged.append((verdict.data, verdict))
    yield from (_check(f"gate of {data}", verdict, "") for data, verdict in judged)
    if not judged and model is None:
        yield _check("gate", None, "recsys-rag gate")


def _check(name: str, verdict: object, remedy: str) -> Check:
    from recsys_rag.gate_verdict import GateVerdict
    from recsys_rag.lab.evaluate.gate_words import summary

    if isinstance(verdict, GateVerdict):
        return Check(name, "ok", summary(verdict))
    return Check(name, "optional", "no verdict, so no language model ranks", remedy)
