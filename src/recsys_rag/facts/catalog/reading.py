"""What sentences about year and genres mean."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.genres import called
from recsys_rag.verify.slots import TEXT, exactly, lists

if TYPE_CHECKING:
    from recsys_rag.facts.catalog import CatalogFact

_TYPE = re.compile(
    r"(?P<article>an? )(?:(?P<before>[0-9]{4}s?) )?(?P<what>.+?)"
    r"(?: (?:from|of) (?:the (?=[0-9]{4}s))?(?P<behind>[0-9]{4}s?))?"
)


def _slots(fact: "CatalogFact") -> Mapping[str, Check]:
    slots = {"labels": lists(fact.genres), "type": lambda text: _is_such_a_film(text, fact)}
    return {**slots, "year": exactly(fact.year)} if fact.year else slots


def _is_such_a_film(text: str, fact: "CatalogFact") -> bool:
    """Say whether "a 1995 crime drama" or "a crime drama from the 1990s" says only what the catalog
    has, and not nothing."""
    said = _TYPE.fullmatch(text)
    if not said:
        return False
    years = [year for year in (said["before"], said["behind"]) if year]
    known = {str(fact.year), f"{fact.year // 10 * 10}s"} if fact.year else set()
    what = said["what"] if not said["before"] else f"{_article(said['what'])} {said['what']}"
    genres = called(what if said["before"] else said["article"] + what, fact.genres)
    has_its_article = said["before"] is None or said["article"] == "a "
    return (
        genres is not None
        and has_its_article
        and bool(genres or years)
        and len(years) < 2
        and set(years) <= known
    )


def _article(word: str) -> str:
    return "an" if word[:1].casefold() in ("a", "e", "i", "o", "u") else "a"


READING = Reading(
    _slots,
    shapes={"labels": TEXT, "type": TEXT},
    own=(
        "<it> is (?:in the catalog|listed) under <labels>",
        "the catalog lists <it> under <labels>",
        "you will find <it> under <labels>",
        "look under <labels> and you will find <it>",
        "under <labels>, the catalog lists <it>",
        "in the catalog, <it> stands under <labels>",
        "<it> came out in <year>(?: and is listed under <labels>)?",
        "<it> is a film of <year>, listed under <labels>",
        "<it> is in the catalog",
        "the catalog has <it>",
        "you will find <it> in the catalog",
        "among the films of the catalog is <it>",
        "in the catalog there is <it>",
        "look in the catalog and you will find <it>",
    ),
    predicates=(
        "is <type>",
        "(?:came out|was released) in <year>",
        "is a film (?:from|of) <year>",
        "(?:is|dates) from <year>",
        "is (?:listed|filed) under <labels>",
    ),
    modifiers=("<type>", "(?:released|made) in <year>", "from <year>", "listed under <labels>"),
    closes=True,
)
