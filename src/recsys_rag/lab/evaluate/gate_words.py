"""A verdict of the gate in words and as a table, for terminal and report. Judges nothing."""

from collections.abc import Sequence

from recsys_rag.fuse.bins import BIN_NAMES
from recsys_rag.gate_verdict import FEWEST, GateBin, GateVerdict
from recsys_rag.lab.evaluate.figures import figure, interval, signed
from recsys_rag.lab.evaluate.significance import Estimate

HEAD = ("ratings", "people", "NDCG@10", "with it", "gain", "95 % interval", "strength", "verdict")


def summary(verdict: GateVerdict) -> str:
    """Return the outcome in one sentence."""
    on = [one.length for one in verdict.bins if one.is_on]
    off = [one.length for one in verdict.bins if not one.is_on]
    asked = f"{_model(verdict)} by {verdict.form}, {verdict.protocol} protocol of {verdict.data}, validation part"
    if on:
        told = f"it ranks for people with {_listed(on)} ratings" + (
            f", and not with {_listed(off)}" if off else ""
        )
    else:
        told = "no length of history gains for certain, so it ranks for nobody"
    unknown = [name for name in BIN_NAMES if name not in (*on, *off)]
    return f"{asked}: {told}" + (f"; not measured, so off: {_listed(unknown)}" if unknown else "")


def rows(verdict: GateVerdict) -> list[tuple[str, ...]]:
    """Return a row of texts for each length of history, in the order of HEAD."""
    return [
        (
            one.length,
            f"{one.people}, {one.cut} cut" if one.cut else f"{one.people}",
            figure(one.without),
            figure(one.with_stage),
            signed(one.difference),
            interval(Estimate(one.difference, one.low, one.high, one.people)),
            f"{one.strength:g}",
            _outcome(one),
        )
        for one in verdict.bins
    ]


def passport(verdict: GateVerdict) -> tuple[tuple[str, str], ...]:
    """Return (field, words) that say what the verdict is about."""
    weights = verdict.weights_hash[:12] or "not known"
    return (
        ("data", f"{verdict.data} ({verdict.content_hash[:12]})"),
        ("language model", f"{_model(verdict)} (files {weights}), by {verdict.form}"),
        (
            "protocol",
            f"{verdict.protocol}, validation part ({verdict.passport}); seed {verdict.seed}",
        ),
        ("settings", f"those that rank ({verdict.pipeline_hash[:12]})"),
        (
            "judged",
            f"one in three people chose the strength, the others judged; {verdict.resamples:,} resamples",
        ),
        ("cut", "people with more ratings, of whom only so many were told"),
    )


def _outcome(one: GateBin) -> str:
    if one.is_on:
        return "on"
    return "off" if one.people >= FEWEST else "off: too few"


def _model(verdict: GateVerdict) -> str:
    return verdict.model if verdict.adapter == "none" else f"{verdict.model} with {verdict.adapter}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
