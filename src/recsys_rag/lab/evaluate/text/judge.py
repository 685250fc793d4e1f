"""A second judge of shown text: finds its titles, numbers, genres, years and people, and holds
them against the facts, which are counted again from the rows.

It knows no phrasing, so it reads less than the verifier, but it shares no reading with it: neither
phrases nor wordings, only the catalog's title matcher. The facts are read again by the recount of
their kinds, as the product does before it writes.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

from recsys_rag.data.dataset import Dataset
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.facts._leaning import Leaning
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.person import PersonFact
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.facts.record import RecordFact
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Evidence, RecommendedItem
from recsys_rag.verify._rows import objection_of_rows

_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|neither|nor|hardly|(?<!or )higher|more than|\w+n't)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(\d+) of (?:the |its |your last )?(\d+)\b")
_CLASS = re.compile(r"\ba (?:safe|fair) (?:guess|bet)\b|\ba long shot\b")
_SHARES = re.compile(r"(\d+) %")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SAME_WORD = {
    "animated": "animation",
    "comedies": "comedy",
    "documentaries": "documentary",
    "mysteries": "mystery",
}


def problems(rows: QueryRows, items: Sequence[RecommendedItem]) -> list[str]:
    """Return what is wrong with the texts about these items, one line each; empty = nothing
    found."""
    return [f"{item.candidate.name}: {one}" for item in items for one in problems_of(rows, item)]


def problems_of(rows: QueryRows, item: RecommendedItem) -> list[str]:
    text = item.explanation
    if not text:
        return ["no text"]
    found = [f"odd character {one!r}" for one in text if unicodedata.category(one)[0] in "C"]
    if item.candidate.item_index in rows.rated:
        found.append("was in the history already")
    if set(item.candidate.genres) != set(rows.dataset.catalog.genres[item.candidate.item_index]):
        found.append("is shown with other genres than the catalog's")
    marked = _marked(rows.dataset, _without_quotations(rows, item, text))
    found += [f"negation {one[0]!r}" for one in _NEGATION.finditer(marked)] + _of_people(
        rows, item, marked
    )
    rest, every_cited = marked, set[int]()
    for segment, cited in re.findall(r"(.*?)((?: \[\d+\])+)", marked):
        numbers = [int(one) for one in re.findall(r"\d+", cited)]
        rest = rest[len(segment) + len(cited) :]
        if max(numbers) > len(item.evidence) or min(numbers) < 1:
            found.append(f"cites {cited.strip()}, which is not there")
            continue
        every_cited |= set(numbers)
        found += _of_segment(rows, item, segment, [item.evidence[one - 1] for one in numbers])
    if rest != ".":
        found.append(f"ends without citation and stop: {rest!r}")
    for number in sorted(every_cited):
        evidence = item.evidence[number - 1]
        if wrong := objection_of_rows(rows, item.candidate, evidence, fact_kinds()):
            found.append(f"evidence {number} ({evidence.kind}): {wrong}")
    return found


def _without_quotations(rows: QueryRows, item: RecommendedItem, text: str) -> str:
    """Return the text with each quotation that the catalog's plot holds word for word as one
    character, 0xE001, and without its premise, which stands without marks, its first letter small
    or not."""
    catalog, place = rows.dataset.catalog, item.candidate.item_index
    plots = [" ".join(plot.split()) for plot in catalog.people(place, "plot")]
    for premise in (*catalog.people(place, "premise"), *plots):
        words = premise.removesuffix(".")
        for begin in {words, words[:1].lower() + words[1:]} - {""}:
            text = re.sub(f'(?<!"){re.escape(begin)}', "", text)

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
    rows: QueryRows, item: RecommendedItem, segment: str, cited: Sequence[Evidence]
) -> list[str]:
    """A clause names the film itself, and the films of the evidence that it cites: all of these,
    or their number where they share something, and no others."""
    index, name = rows.dataset.items.index, rows.dataset.catalog.name
    reasons, counted = set[str](), set[str]()
    for one in cited:
        ids = (named.item_id for named in one.fact.names if named.role == "title")
        titles = {name(index(item_id)) for item_id in ids}  # names: some films stand twice
        reasons |= titles
        counted |= titles if one.kind == "shared" else set()
    named = [ord(one) - 0xF0000 for one in segment if one >= "\U000f0000"]
    others = {
        name(one)
        for one in named
        if name(one) != item.candidate.name or item.candidate.name in reasons
    }
    found = [f"names {one}, which its evidence does not" for one in sorted(others - reasons)]
    for reason in sorted(reasons):
        times = [name(each) for each in named].count(reason) or _bare_mentions(
            rows, reason, segment
        )
        if times > 1 or (not times and reason not in counted):
            found.append(f"has {reason}, which is its evidence, {times} times")
    found += ["names a film of a year that it is not of"] * ("\ue000" in segment)
    unknown = re.findall(
        r"[^\W\d_][^.\U000f0000-\U000fffff]{0,40}\(\d{4}\)", segment
    )  # a year in brackets that no title has
    return found + [f"names a film that the catalog does not have: {one}" for one in unknown]


def _bare_mentions(rows: QueryRows, name: str, segment: str) -> int:
    """Return how often a text names a film of one word by its title alone, as prose may; 0 where
    several bear it."""
    title = re.sub(r" \(\d{4}\)$", "", name)
    is_one = rows.dataset.catalog.titles.count(title) == 1
    return len(re.findall(rf"\b{re.escape(title)}(?!\w)", segment)) if is_one else 0


def _of_genres(rows: QueryRows, segment: str, cited: Sequence[Evidence]) -> list[str]:
    words = re.findall(r"[\w'-]+", segment.casefold().replace("film noir", "film-noir"))
    every = {genre.casefold() for genre in rows.dataset.catalog.genre_names}
    canonical = [_SAME_WORD.get(one, one) for one in words]
    named = [one if one in every else one.removesuffix("s") for one in canonical]
    named = [one for one in named if one in every]
    names = (name for one in cited for name in one.fact.names)
    own = {name.text.casefold() for name in names if name.role == "genre"}
    # a theme or mood may be called as a genre is: "a film about war"
    topics = {str(topic).casefold() for piece in cited for topic in piece.fact.topics}
    own |= {word for topic in topics for word in re.findall(r"[\w'-]+", topic)}
    found = [f"speaks of {one}, which its evidence does not" for one in sorted(set(named) - own)]
    return found + [f"speaks of {one} twice" for one in sorted(set(named)) if named.count(one) > 1]


def _of_people(rows: QueryRows, item: RecommendedItem, text: str) -> list[str]:
    catalog = rows.dataset.catalog
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
    rows: QueryRows, item: RecommendedItem, segment: str, cited: Sequence[Evidence]
) -> list[str]:
    """Hold a clause against the facts that it cites, which `differences` derives again."""
    found = _of_titles(rows, item, segment, cited) + _of_genres(rows, segment, cited)
    if len(re.findall(r"\bwithout\b", segment, re.IGNORECASE)) > sum(
        one.kind == "influence" for one in cited
    ):
        found.append(f"negation 'without': {segment!r}")
    classes = {one.fact.certainty for one in cited if isinstance(one.fact, PredictedFact)}
    found += [f"says {one!r}" for one in _CLASS.findall(segment) if one not in classes]
    quoted = segment.count("\ue001")
    if quoted != sum(one.kind == "plot" for one in cited) or (quoted and '"' in segment):
        found.append(f"quotes other than its evidence: {segment!r}")
    said = Counter(_NUMBER.findall(re.sub(r"(\d{4})s\b", r"\1", segment)))
    known = sum((_numbers_of(one, segment) for one in cited), Counter[str]())
    for number, times in said.items():
        if times > known[number]:
            found.append(
                f"says {number}, which {[one.kind for one in cited]} does not: {segment!r}"
            )
    if len(cited) == 1:
        pairs = _pairs_of(cited[0], segment)
        if pairs:
            found += [f"says {n} of {m}" for n, m in _PAIR.findall(segment) if (n, m) not in pairs]
        shares, fact = _SHARES.findall(segment), cited[0].fact
        if len(shares) == 2 and (
            not isinstance(fact, Leaning)
            or shares != [str(fact.share_percent), str(fact.catalog_percent)]
        ):
            found.append(f"says {shares[0]} % against {shares[1]} %")
    return found


def _pairs_of(evidence: Evidence, segment: str) -> set[tuple[str, str]]:
    """Return what "n of m" may be here."""
    fact = evidence.fact
    if isinstance(fact, PersonFact):
        m = fact.n_theirs if "the catalog" in segment else fact.n_history
        return {(str(fact.n_liked), str(m))}
    if isinstance(fact, NeighborsFact):
        return {(str(fact.n_liked), str(fact.n_raters or fact.n_neighbors))}
    if isinstance(fact, Leaning):
        return {(str(fact.n_liked), str(fact.n_history))}
    if isinstance(fact, RecordFact):
        return {(str(fact.n_right), str(fact.n_ratings))}
    return set()


def _numbers_of(evidence: Evidence, segment: str) -> Counter[str]:
    """Return the numbers that a clause about this may say, each as often as the fact holds it."""
    fact, unsaid = evidence.fact, set(_UNSAID)
    numbers: Counter[str] = Counter()
    if isinstance(fact, PersonFact):
        unsaid.add("n_history" if "the catalog" in segment else "n_theirs")
    elif isinstance(fact, NeighborsFact) and fact.n_raters:
        unsaid.add("n_neighbors")
        if "%" in segment:
            numbers[str(round(100 * fact.n_liked / fact.n_raters))] += 1
    elif isinstance(fact, InfluenceFact):
        unsaid |= {"rank", "rank_without"}
        numbers[str(min(fact.n_places, 100))] += segment.count("place")
    elif isinstance(fact, CatalogFact) and fact.year:
        numbers[str(fact.year // 10 * 10)] += 1  # "a thriller from the 1990s"
    for field in fields(fact):
        value = getattr(fact, field.name)
        for number in value if isinstance(value, tuple) else (value,):
            # 0 stands for what is not known; no text is about nothing
            if isinstance(number, int | float) and number and field.name not in unsaid:
                is_mean = field.name in ("rating", "mean_rating", "rating_error")
                numbers[f"{number:.1f}" if is_mean else f"{float(number):g}"] += 1
    return numbers


_UNSAID = frozenset(
    {"rating_step", "n_catalog", "n_last", "is_near", "is_example", "is_main", "n_ranked"}
)
