"""What is counted over the answers of one writer: one mapping from the names of figures to their
values."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from statistics import fmean, median

import numpy as np

from recsys_rag._flow import Flow
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.lab.evaluate.text import text_metrics as metrics
from recsys_rag.lab.evaluate.text.answers import Answer
from recsys_rag.lab.evaluate.text.judge import problems_of
from recsys_rag.lab.evaluate.text.sql_judge import SqlJudge
from recsys_rag.protocols import Verifier
from recsys_rag.types import Context, Evidence, Query, RecommendedItem
from recsys_rag.verify._rows import RowReader
from recsys_rag.verify.claims import claims_of

FIGURES = {  # name -> what it is
    "texts": "texts",
    "claims": "claims: sentences of these texts",
    "precision_verifier": "claims that the verifier supports",
    "precision_judge": "claims with which the second judge finds nothing wrong",
    "precision_rows": "claims with which the third judge, SQL over the rows, finds nothing wrong",
    "not_in_rows": "claims of which no row holds a part: a rank without a film, a prediction",
    "invented_titles": "texts that name a film outside of the list and its evidence",
    "recall": "offered evidence that the texts cite",
    "unique_sentences": "different sentences among all, word for word (USR)",
    "unique_skeletons": "different sentences among all, names and numbers masked",
    "unique_texts": "different texts among all, names and numbers masked",
    "distinct_1": "different words among all",
    "distinct_2": "different pairs of words among all",
    "same_opener": "most texts of one list that begin alike",
    "template": "texts by the template writer",
    "repaired": "texts written a second time",
    "rejected": "claims that were refused before the text was shown",
    "empty": "items without a text",
    "swap_fails": "personal texts that fail when shown against another person's data",
    "words": "words a text",
    "reading_ease": "reading ease (Flesch)",
    "seconds": "seconds a text, median",
}
PERSONAL = frozenset({"neighbors", "influence", "genre", "decade", "predicted", "person"})


def figures(
    answers: Sequence[Answer], flow: Flow, *, own_writer: str
) -> tuple[dict[str, float], list[str]]:
    """Return the figures over these answers, nan where nothing defines one, and what the second
    and third judges found wrong.

    `own_writer` is the writer that was asked for: a text of the template counts as such unless it
    is what was asked for.
    """
    rows = [rows_of(flow, answer.recommendation.query, answer.items) for answer in answers]
    texts = [
        (of_query, item)
        for of_query, answer in zip(rows, answers, strict=True)
        for item in answer.items
        if item.explanation
    ]
    items = [item for answer in answers for item in answer.items]
    wrong = [(item, problems_of_claims(of_query, item)) for of_query, item in texts]
    claims = [of_claim for _, of_claims in wrong for of_claim in of_claims]
    by_rows = judged_by_rows(answers, flow)
    sentences = [
        (sentence, names_in(item))
        for _, item in texts
        for sentence in metrics.sentences(item.explanation)
    ]
    openers = [
        metrics.most_repeats(
            [metrics.opener(i.explanation, names_in(i)) for i in answer.items if i.explanation]
        )
        for answer in answers
    ]
    used, offered = _recalled(answers)
    judged = [supported for _, item in texts for supported in _verdicts(flow.verifier, item)]
    whole = [metrics.skeleton(item.explanation, names_in(item)) for _, item in texts]
    checked = sum(answer.recommendation.n_checked for answer in answers)
    row = {
        "texts": len(texts),
        "claims": len(claims),
        "precision_verifier": _share(judged),
        "precision_judge": _share(not claim for claim in claims),
        "precision_rows": _share(not problems for _, problems, _ in by_rows),
        "not_in_rows": _share(not is_judged for _, _, is_judged in by_rows),
        "invented_titles": _share(
            any("names " in one for of_claim in of for one in of_claim) for _, of in wrong
        ),
        "recall": used / offered if offered else math.nan,
        "unique_sentences": metrics.unique_ratio(
            [metrics.uncited(sentence) for sentence, _ in sentences]
        ),
        "unique_skeletons": metrics.unique_ratio(
            [metrics.skeleton(sentence, names) for sentence, names in sentences]
        ),
        "unique_texts": metrics.unique_ratio(whole),
        "distinct_1": metrics.distinct(whole, 1),
        "distinct_2": metrics.distinct(whole, 2),
        "same_opener": max(openers, default=0),
        "template": _share(item.written_by == "template" != own_writer for item in items),
        "repaired": _share(item.repaired for item in items),
        "rejected": sum(answer.recommendation.n_dropped for answer in answers) / checked
        if checked
        else math.nan,
        "empty": sum(not item.explanation for item in items),
        "swap_fails": _swapped(answers, flow),
        "words": _mean(len(metrics.words_of(item.explanation)) for _, item in texts),
        "reading_ease": _mean(metrics.reading_ease(item.explanation) for _, item in texts),
        "seconds": median(
            [second for answer in answers for second in answer.seconds] or [math.nan]
        ),
    }
    assert row.keys() == FIGURES.keys()
    return row, [
        f"{item.candidate.name}: {one}" for item, of in wrong for of_claim in of for one in of_claim
    ] + [f"{name}, by SQL: {one}" for name, problems, _ in by_rows for one in problems]


def problems_of_claims(rows: QueryRows, item: RecommendedItem) -> list[list[str]]:
    """Return what the second judge finds wrong with each sentence of a text; that the film is named
    twice is the last one's."""
    parts = metrics.sentences(item.explanation)
    problems = [problems_of(rows, _saying(item, part)) for part in parts]
    if not any(problems) and (whole := problems_of(rows, item)):
        problems[-1] = whole
    return problems


def judged_by_rows(answers: Sequence[Answer], flow: Flow) -> list[tuple[str, list[str], bool]]:
    """Return (name of the item, what is wrong, whether the rows hold all of it) of each sentence,
    by the third judge."""
    with closing(SqlJudge(flow.ranker.dataset)) as judge:
        judged = []
        for answer in answers:
            resolved = flow.ranker.resolve(answer.recommendation.query)
            judge.asks(resolved, [item.item_id for item in answer.items])
            judged += [
                (item.candidate.name, *judge.sentence(sentence, item))
                for item in answer.items
                for sentence in metrics.sentences(item.explanation)
            ]
    return judged


def names_in(item: RecommendedItem) -> list[str]:
    """Return the names that a text may hold: of the film, and of films, people and quotations of
    its evidence."""
    names = [item.candidate.name, item.candidate.title]
    of_facts = (name for one in item.evidence for name in one.fact.names)
    return names + [name.text for name in of_facts if name.role != "genre"]


def rows_of(flow: Flow, query: Query, items: Sequence[RecommendedItem]) -> QueryRows:
    """Return what the facts about this list are read again from."""
    assert isinstance(flow.rows, RowReader)
    candidates = [item.candidate for item in items]
    return flow.rows.rows(flow.ranker.resolve(query), candidates)


def _saying(item: RecommendedItem, text: str) -> RecommendedItem:
    return RecommendedItem(item.rank, item.candidate, item.evidence, text, item.written_by)


def _verdicts(verifier: Verifier, item: RecommendedItem) -> list[bool]:
    context = Context(item.candidate, item.evidence)
    return [verdict.supported for verdict in verifier.verify(claims_of(item.explanation), context)]


def _recalled(answers: Sequence[Answer]) -> tuple[int, int]:
    used = offered = 0
    for answer in answers:
        for item, pieces in zip(answer.items, answer.offered, strict=True):
            cited = {int(number) for number in metrics.CITED.findall(item.explanation)}
            used += len([number for number in cited if 1 <= number <= len(item.evidence)])
            offered += len(pieces)
    return used, offered


def _swapped(answers: Sequence[Answer], flow: Flow) -> float:
    """Return the share of personal texts in which the judge finds something wrong against the data
    of the next person."""
    fails = []
    for rank, one in enumerate(answers):
        user_id = answers[(rank + 1) % len(answers)].recommendation.query.user_id
        if user_id == one.recommendation.query.user_id:
            continue
        rows = rows_of(flow, Query(user_id=user_id), one.items)
        for item in one.items:
            if item.explanation and any(_is_personal(piece) for piece in item.evidence):
                fails.append(bool(problems_of(rows, item)))
    return _share(fails)


def _is_personal(evidence: Evidence) -> bool:
    return evidence.kind in PERSONAL


def _share(values: Iterable[bool]) -> float:
    counted = Counter(map(bool, values))
    return counted[True] / counted.total() if counted else math.nan


def _mean(values: Iterable[float]) -> float:
    kept = [value for value in values if not math.isnan(value)]
    return fmean(kept) if kept else math.nan


def rounded(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Return figures as JSON has them: four digits, null for what is not defined."""
    return {
        name: None
        if math.isnan(value)
        else (int(value) if float(value).is_integer() else float(np.round(value, 4)))
        for name, value in figures.items()
    }
