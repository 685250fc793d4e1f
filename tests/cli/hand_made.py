"""Recommendations made by hand, for tests of how they are shown."""

from dataclasses import replace

from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.types import (
    Candidate,
    Claim,
    Evidence,
    Finished,
    Query,
    Ranked,
    Recommendation,
    RecommendedItem,
    Verdict,
    Written,
)

FACTS = (
    Evidence(
        "10",
        InfluenceFact(("Paper Moons (1990)",), ("17",), 2, 14, 60, (5.0,)),
        "rating row 17",
        "your 5 for Paper Moons",
        0.9,
    ),
    Evidence(
        "10",
        NeighborsFact(21, 50, ("94", "303"), 25, 4.0, 5.0, 1.0),
        "ratings of item 10",
        "21 of 25 people like you gave it 4 or 5",
        0.8,
    ),
    Evidence("10", MetadataFact(("A. Nobody",)), "items file", "directed by A. Nobody", 0.2),
)
SENTENCES = (
    "It is close to Paper Moons [1].",
    "And 21 of the 25 people most like you who rated it gave it 4 or 5 [2].",
)


def candidate(
    item_id="10", title="The Long Chase", year=1993, genres=("Action", "Thriller"), predicted=4.31
):
    return Candidate(
        item_id, int(item_id), title, year, genres, 0.92134, predicted, {"ease": 1, "bm25": 7}
    )


def item(rank=1, one=None, facts=FACTS, sentences=SENTENCES, written_by="clauses", rejected=()):
    return RecommendedItem(
        rank, one or candidate(), facts, " ".join(sentences), written_by, rejected
    )


def recommendation(*items, **changes):
    made = Recommendation(
        Query("196", profile="action movies", k=len(items)),
        (("Paper Moons (1990)", 5.0), ("Night Tram (1996)", 5.0), ("Cold Harbor (1995)", 4.0)),
        ("genre Action (preferred)",),
        items,
        model_id="smollm2",
        n_checked=5,
        seconds={"retrieve": 0.001, "write": 6.13},
    )
    return replace(made, **changes)


AT_ONCE = "The template says that it is close to Paper Moons [1]."


def events(made):
    """Tell a recommendation as its events: the template's words for every item first."""
    plain = tuple(replace(one, explanation=AT_ONCE, written_by="template") for one in made.items)
    yield Ranked(replace(made, items=plain, model_id="template", n_checked=0))
    for one in made.items:
        yield Written(one)
    yield Finished(made)


REFUSED = Verdict(Claim("It won 7 prizes.", (2,)), False, "number 7 is not in [2]")
