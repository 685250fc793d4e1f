"""A second judge of shown text: finds its titles, numbers, genres, years and people, and derives
them again from the rows.

Shares the catalog's title matcher and nothing else with the product: neither `evidence` nor
`verify` is imported. It knows no phrasing, so it reads less than the verifier, but what it reads it
counts itself. Similar users and the scores of a ranking come from the models, as functions that are
given; who of them rated what is counted here.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from recsys_rag.data.dataset import Dataset
from recsys_rag.lab.evaluate.text.judge_rows import Case, Models, differences, oldest_first
from recsys_rag.types import Evidence, Fact, Query, RecommendedItem

_CITED = re.compile(r"((?: ?\[\d+\])+)")
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|neither|nor|hardly|(?<!or )higher|more than|\w+n't)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(\d+) of (?:the |its )?(\d+)\b")
_SHARES = re.compile(r"(\d+) %")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SAME_WORD = {
    "animated": "animation",
    "comedies": "comedy",
    "documentaries": "documentary",
    "mysteries": "mystery",
}


def case_of(dataset: Dataset, query: Query, models: Models, examples: Sequence[int] = ()) -> Case:
    """Return a query as its texts are judged by; `examples` are the items that its words named."""
    catalog, history = dataset.catalog, dict[int, float]()
    if query.user_id is not None:
        history.update(oldest_first(dataset, query.user_id))
    for one, rating in query.history.items():
        history.pop(catalog.resolve(one), None)
        history[catalog.resolve(one)] = rating
    for one in query.dislikes:
        history.pop(catalog.resolve(one), None)
    return Case(dataset, query, history, tuple(examples), models)


def problems(case: Case, items: Sequence[RecommendedItem]) -> list[str]:
    """Return what is wrong with the texts about these items, one line each; empty = nothing
    found."""
    return [f"{item.candidate.name}: {one}" for item in items for one in problems_of(case, item)]


def problems_of(case: Case, item: RecommendedItem) -> list[str]:
    text = item.explanation
    if not text:
        return ["no text"]
    found = [f"odd character {one!r}" for one in text if unicodedata.category(one)[0] in "C"]
    if item.candidate.item_index in case.history:
        found.append("was in the history already")
    if set(item.candidate.genres) != set(case.dataset.catalog.genres[item.candidate.item_index]):
        found.append("is shown with other genres than the catalog's")
    marked = _marked(case.dataset, _without_quotations(case, item, text))
    if marked.count(_mark(item.candidate.item_index)) > 1:
        found.append("names the film more than once")
    found += [f"negation {one[0]!r}" for one in _NEGATION.finditer(marked)] + _of_people(
        case, item, marked
    )
    rest, every_cited = marked, set[int]()
    for segment, cited in re.findall(r"(.*?)((?: \[\d+\])+)", marked):
        numbers = [int(one) for one in re.findall(r"\d+", cited)]
        rest = rest[len(segment) + len(cited) :]
        if max(numbers) > len(item.evidence) or min(numbers) < 1:
            found.append(f"cites {cited.strip()}, which is not there")
            continue
        every_cited |= set(numbers)
        found += _of_segment(case, item, segment, [item.evidence[one - 1] for one in numbers])
    if rest != ".":
        found.append(f"ends without citation and stop: {rest!r}")
    for number in sorted(every_cited):
        evidence = item.evidence[number - 1]
        found += [
            f"evidence {number} ({evidence.kind}): {one}"
            for one in differences(case, item, evidence)
        ]
    return found


def _without_quotations(case: Case, item: RecommendedItem, text: str) -> str:
    """Return the text with each quotation that the catalog's plot holds word for word as one
    character, 0xE001."""
    plots = [
        " ".join(one.split())
        for one in case.dataset.catalog.people(item.candidate.item_index, "plot")
    ]

    def swapped(found: re.Match[str]) -> str:
        return "\ue001" if any(found[1] in one for one in plots) else found[0]

    return re.sub(r'"([^"]{15,})"', swapped, text)


def _mark(item_index: int) -> str:
    return chr(0xF0000 + item_index)  # private use: one character an item


def _marked(dataset: Dataset, text: str) -> str:
    """Return the text with each title (and its year) as one character that says which item it is;
    0xE000 = none of them."""
    catalog = dataset.catalog
    marked, end = "", 0
    for mention in catalog.mentions(text):
        year = re.match(r"[^\w\s(]*\s*\((\d{4})\)", text[mention.stop :])
        meant = [
            one for one in mention.item_indices if not year or catalog.year(one) == int(year[1])
        ]
        written = text[mention.start : mention.stop]
        if (
            not year
            and " " not in written
            and any(catalog.year(one) for one in mention.item_indices)
        ):
            # a word that happens to be a title, as "Drama" or "Close": titles are shown with their
            # years
            continue
        marked += text[end : mention.start] + (_mark(meant[0]) if meant else "\ue000")
        end = mention.stop + (year.end() if year else 0)
    return marked + text[end:]


def _of_titles(
    case: Case, item: RecommendedItem, segment: str, cited: Sequence[Evidence]
) -> list[str]:
    """A clause names the film itself, and the films of the evidence that it cites: all of these,
    and no others."""
    index, name = case.dataset.items.index, case.dataset.catalog.name
    reasons: set[str] = set()
    for one in cited:
        ids = _texts(one.facts.get("item_ids", one.facts.get("item_id", ())))
        reasons |= {name(index(each)) for each in ids}  # names: some films stand twice
    named = [ord(one) - 0xF0000 for one in segment if one >= "\U000f0000"]
    others = {
        name(one)
        for one in named
        if name(one) != item.candidate.name or item.candidate.name in reasons
    }
    found = [f"names {one}, which its evidence does not" for one in sorted(others - reasons)]
    for reason in sorted(reasons):
        times = [name(each) for each in named].count(reason) or _bare_mentions(
            case, reason, segment
        )
        if times != 1:
            found.append(f"has {reason}, which is its evidence, {times} times")
    found += ["names a film of a year that it is not of"] * ("\ue000" in segment)
    unknown = re.findall(
        r"[^\W\d_][^.\U000f0000-\U000fffff]{0,40}\(\d{4}\)", segment
    )  # a year in brackets that no title has
    return found + [f"names a film that the catalog does not have: {one}" for one in unknown]


def _bare_mentions(case: Case, name: str, segment: str) -> int:
    """Return how often a text names a film of one word by its title alone, as prose may; 0 where
    several bear it."""
    title = re.sub(r" \(\d{4}\)$", "", name)
    is_one = case.dataset.catalog.titles.count(title) == 1
    return len(re.findall(rf"\b{re.escape(title)}(?!\w)", segment)) if is_one else 0


def _texts(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (str(fact),)


def _of_genres(case: Case, segment: str, cited: Sequence[Evidence]) -> list[str]:
    words = re.findall(r"[\w'-]+", segment.casefold().replace("film noir", "film-noir"))
    every = {genre.casefold() for genre in case.dataset.catalog.genre_names}
    canonical = [_SAME_WORD.get(one, one) for one in words]
    named = [one if one in every else one.removesuffix("s") for one in canonical]
    named = [one for one in named if one in every]
    own = {str(one.facts["genre"]).casefold() for one in cited if "genre" in one.facts}
    own |= {genre.casefold() for one in cited for genre in _texts(one.facts.get("genres", ()))}
    found = [f"speaks of {one}, which its evidence does not" for one in sorted(set(named) - own)]
    return found + [f"speaks of {one} twice" for one in sorted(set(named)) if named.count(one) > 1]


def _of_people(case: Case, item: RecommendedItem, text: str) -> list[str]:
    catalog = case.dataset.catalog
    columns = [one for one in ("director", "actors") if one in catalog.metadata]
    own = {
        name for column in columns for name in catalog.metadata[column][item.candidate.item_index]
    }
    every = {name for column in columns for row in catalog.metadata[column] for name in row}
    for one in sorted(own, key=len, reverse=True):
        text = text.replace(one, " ")
    return [
        f"mentions {one}, who did not make it"
        for one in sorted(every - own)
        if one in text and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)
    ]


def _of_segment(
    case: Case, item: RecommendedItem, segment: str, cited: Sequence[Evidence]
) -> list[str]:
    """Hold a clause against the facts that it cites, which `differences` derives again."""
    found = _of_titles(case, item, segment, cited) + _of_genres(case, segment, cited)
    if len(re.findall(r"\bwithout\b", segment, re.IGNORECASE)) > sum(
        one.kind == "carrier" for one in cited
    ):
        found.append(f"negation 'without': {segment!r}")
    quoted = segment.count("\ue001")
    if quoted != sum("quote" in one.facts for one in cited) or (quoted and '"' in segment):
        found.append(f"quotes other than its evidence: {segment!r}")
    said = Counter(_NUMBER.findall(re.sub(r"(\d{4})s\b", r"\1", segment)))
    known = sum((_numbers_of(one, segment) for one in cited), Counter[str]())
    for number, times in said.items():
        if times > known[number]:
            found.append(
                f"says {number}, which {[one.kind for one in cited]} does not: {segment!r}"
            )
    if len(cited) == 1:
        facts = cited[0].facts
        pairs = {(str(facts.get(a)), str(facts.get(b))) for a, b in _pairs_of(cited[0], segment)}
        if pairs:
            found += [
                f"says {one[0]} of {one[1]}" for one in _PAIR.findall(segment) if one not in pairs
            ]
        shares = _SHARES.findall(segment)
        if len(shares) == 2 and shares != [
            str(facts.get("share_percent")),
            str(facts.get("catalog_percent")),
        ]:
            found.append(f"says {shares[0]} % against {shares[1]} %")
    return found


def _pairs_of(evidence: Evidence, segment: str) -> tuple[tuple[str, str], ...]:
    """Return the names of the facts that "n of m" may be here."""
    if evidence.kind == "person":
        return (("liked", "in_catalog" if "the catalog" in segment else "of"),)
    return _PAIRS_OF.get(evidence.kind, ())


_PAIRS_OF = {
    "neighbors": (("liked", "raters"), ("chosen", "neighbors")),
    "genre": (("liked", "of"),),
    "decade": (("liked", "of"),),
}


def _numbers_of(evidence: Evidence, segment: str) -> Counter[str]:
    """Return the numbers that a clause about this may say, each as often as the facts hold it."""
    facts = evidence.facts
    unsaid = {"neighbors"} if "liked" in facts else set()
    if evidence.kind == "person":
        unsaid = {"of" if "the catalog" in segment else "in_catalog"}
    numbers: Counter[str] = Counter()
    for name in sorted(set(facts) & _SPOKEN - unsaid):
        value = facts[name]
        for one in value if isinstance(value, tuple) else (value,):
            numbers[f"{one:.1f}" if name in ("rating", "mean", "error") else f"{float(one):g}"] += 1
    if evidence.kind == "neighbors" and "%" in segment:
        numbers[str(round(100 * float(str(facts["liked"])) / float(str(facts["raters"]))))] += 1
    if evidence.kind == "catalog" and "year" in facts:
        numbers[str(int(str(facts["year"])) // 10 * 10)] += 1  # "a thriller from the 1990s"
    return numbers


_SPOKEN = {
    "liked",
    "raters",
    "chosen",
    "neighbors",
    "threshold",
    "top",
    "of",
    "share_percent",
    "loss_percent",
    "catalog_percent",
    "decade",
}
_SPOKEN |= {"ratings", "rating", "mean", "error", "year", "first_year", "last_year"}
_SPOKEN |= {"in_catalog", "now", "before"}
