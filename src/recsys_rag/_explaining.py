"""Explains the items of one list: has writers write, shows each sentence to the verifier, and keeps
what it supports.

A text of the language model takes the place of the template's only when it is there whole. Streams
nothing, ranks nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from recsys_rag._turns import Deadline
from recsys_rag.errors import GenerationError, RecsysRagError
from recsys_rag.protocols import FindsCitations, LeavesFactsOut, RepairsText, Verifier, Writer
from recsys_rag.types import Context, RecommendedItem, Verdict
from recsys_rag.verify.claims import claims_of, renumbered


class Explained(NamedTuple):
    """An item with its explanation, the verdicts on the claims that were made for it, and why the
    text is not the model's.

    `broke_off`: because the model failed or was too slow, not because of what it said.
    """

    item: RecommendedItem
    verdicts: Sequence[Verdict] = ()
    failure: str = ""
    broke_off: bool = False


@dataclass(slots=True)
class _Draft:
    """One text about one item, as far as it is supported; `numbers` maps the context's citations to
    the text's own."""

    kept: list[str] = field(default_factory=list)
    # the same as written: with the context's citations
    written: list[str] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def refused(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.supported]

    @property
    def n_facts(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains one item at a time. Never changes."""

    verifier: Verifier
    seed: int

    def by_template(self, item: RecommendedItem, context: Context, template: Writer) -> Explained:
        """Return the item with what the template writer says about it, at once."""
        text = template.write(context, rank=item.rank, seed=self.seed + item.rank)
        draft = self._judged(text, context)
        item = _with_text(item, context, draft, template.name, draft.refused)
        silence = f"{context.candidate.name}: the data supports nothing that could be said about it"
        return Explained(item, draft.verdicts, "" if draft.kept else silence)

    def by_model(
        self, plain: Explained, context: Context, writer: Writer, deadline: Deadline
    ) -> Explained:
        """Return the item with the writer's text in the place of the `plain` one.

        Where sentences are refused, a writer that can repair is told what was wrong, once; of the
        two texts the one that tells more facts counts. A text that comes too late, breaks off, is
        not supported at all, or tells fewer facts than the plain one after a refusal, of its own or
        of the text before it, leaves the item as it was, with `failure` saying why and `rejected`
        holding what was refused.
        """
        seed = self.seed + plain.item.rank
        drafts, repaired, broke_off = list[_Draft](), False, False
        failure = f"{context.candidate.name}: nothing that the model wrote is supported by the data"
        left_out = writer.left_out(context) if isinstance(writer, LeavesFactsOut) else ""
        try:
            about = {"rank": plain.item.rank, "seed": seed}
            text = _sentences(
                writer, lambda: writer.write(context, **about, timeout_seconds=deadline.seconds)
            )
            drafts.append(self._judged(text, context))
            if drafts[0].refused and isinstance(writer, RepairsText):
                repaired = True
                repairs, refused_first = writer, drafts[0].refused
                again = _sentences(
                    writer,
                    lambda: repairs.repair(
                        context, refused_first, **about, timeout_seconds=deadline.seconds_left
                    ),
                )
                drafts.append(self._judged(again, context))
        except GenerationError as error:
            failure, broke_off = f"{context.candidate.name}: {error}", True
        verdicts = [verdict for draft in drafts for verdict in draft.verdicts]
        refused = [verdict for draft in drafts for verdict in draft.refused]
        # subtle: of two that tell as much, the repaired one, which comes last
        best = max(reversed(drafts), key=lambda draft: draft.n_facts, default=_Draft())
        n_plain_facts = len(plain.item.evidence) if plain.item.explanation else 0
        if best.kept and refused and best.n_facts < n_plain_facts:
            failure = (
                f"{context.candidate.name}: the supported part of the model's text says less "
                "than the template's text"
            )
        elif best.kept:
            item = _with_text(plain.item, context, best, writer.name, refused)
            return Explained(replace(item, repaired=repaired), verdicts, left_out)
        elif left_out and not verdicts and not broke_off:
            failure = left_out
        item = replace(plain.item, rejected=(*refused, *plain.item.rejected), repaired=repaired)
        return Explained(item, [*verdicts, *plain.verdicts], failure, broke_off)

    def _judged(self, sentences: Iterable[str], context: Context) -> _Draft:
        """Have each sentence judged behind those before it; those that are supported are kept."""
        sentences = list(sentences)
        if whole := self._supported_whole(sentences, context):
            return whole
        draft = _Draft()
        for sentence in sentences:
            judged = self._verdicts(draft.written, [sentence], context)
            if not _are_supported(judged):
                sentence, judged = self._cited_anew(sentence, judged, draft, context)
            draft.verdicts += judged
            if _are_supported(judged):
                self._keep(sentence, draft, context)
        return draft

    def _supported_whole(self, sentences: Sequence[str], context: Context) -> _Draft | None:
        """Return the draft of a text that is supported as it will be shown, None for any other.
        Most are, and so are read once, and not once more for each sentence."""
        n_pieces, numbers = len(context.evidence), dict[int, int]()
        claims = [claims_of(sentence) for sentence in sentences]
        cited = {number for of in claims for claim in of for number in claim.citations}
        if not all(claims) or not all(1 <= number <= n_pieces for number in cited):
            return None
        shown = [renumbered(sentence, numbers) for sentence in sentences]
        evidence = tuple(context.evidence[number - 1] for number in numbers)
        judged = self._verdicts([], shown, replace(context, evidence=evidence))
        if not _are_supported(judged):
            return None
        return _Draft(shown, list(sentences), numbers, list(judged))

    def _verdicts(
        self, before: Sequence[str], sentences: Sequence[str], context: Context
    ) -> Sequence[Verdict]:
        """Return the verdicts on sentences of a text: what "it" means in them depends on those
        before."""
        claims = [claim for one in before for claim in claims_of(one)]
        asked = [claim for one in sentences for claim in claims_of(one)]
        return self.verifier.verify([*claims, *asked], context)[len(claims) :]

    def _keep(self, sentence: str, draft: _Draft, context: Context) -> None:
        """Number a sentence's citations in the order of reading; the verifier sees it as shown."""
        numbers = dict(draft.numbers)
        shown = renumbered(sentence, numbers)
        evidence = tuple(context.evidence[number - 1] for number in numbers)
        judged = self._verdicts(draft.kept, [shown], replace(context, evidence=evidence))
        if _are_supported(judged):
            draft.kept.append(shown)
            draft.written.append(sentence)
            draft.numbers = numbers
        else:
            draft.verdicts += [verdict for verdict in judged if not verdict.supported]

    def _cited_anew(
        self, sentence: str, judged: Sequence[Verdict], draft: _Draft, context: Context
    ) -> tuple[str, Sequence[Verdict]]:
        """Return a refused sentence with the citations that it should have, if it is true under
        some."""
        verifier = self.verifier
        if isinstance(verifier, FindsCitations) and (cited := verifier.cited(sentence, context)):
            return cited, self._verdicts(draft.written, [cited], context)
        return sentence, judged


def _sentences(writer: Writer, write: Callable[[], Iterable[str]]) -> Iterator[str]:
    """Yield what a writer writes. Whatever goes wrong in a writer or a model, which may come from
    an installed package, costs the text, not the list: it becomes a GenerationError."""
    try:
        for sentence in write():
            if not isinstance(sentence, str):
                raise TypeError(f"a sentence is a {type(sentence).__name__}, not a str")
            yield sentence
    except RecsysRagError:
        raise
    except Exception as error:
        raise GenerationError(
            f"the writer {writer.name!r} or its language model broke its promise to raise only "
            f"GenerationError: {type(error).__name__}: {error}"
        ) from error


def _are_supported(verdicts: Sequence[Verdict]) -> bool:
    return bool(verdicts) and all(verdict.supported for verdict in verdicts)


def _with_text(
    item: RecommendedItem,
    context: Context,
    draft: _Draft,
    written_by: str,
    rejected: Sequence[Verdict],
) -> RecommendedItem:
    return replace(
        item,
        evidence=tuple(context.evidence[number - 1] for number in draft.numbers)
        if draft.kept
        else context.evidence,
        explanation=" ".join(draft.kept),
        written_by=written_by,
        rejected=tuple(rejected),
    )
