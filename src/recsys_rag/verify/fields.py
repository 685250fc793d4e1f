"""What each slot of a clause may say for a given fact: the fact's own values, and nothing else."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from recsys_rag.types import Evidence
from recsys_rag.verify.genres import called, is_several
from recsys_rag.verify.names import as_shown, is_list_of

Check: TypeAlias = Callable[[str], bool]

_STARS = re.compile(r"([0-9.]+)(?: or (more|[0-9.]+))?")
_WHAT = re.compile(
    r"(?P<head>an? .+?)(?: listed under (?P<labels>.+?))?(?: from (?P<span>the [0-9]{4}s|[0-9]{4}(?: to [0-9]{4})?))?"
    r"(?: with (?P<people>.+) in the credits)?"
)
_TYPE = re.compile(
    r"(?P<article>an? )(?:(?P<before>[0-9]{4}s?) )?(?P<what>.+?)(?: (?:from|of) (?:the (?=[0-9]{4}s))?(?P<behind>[0-9]{4}s?))?"
)


def checks_of(evidence: Evidence) -> Mapping[str, Check]:
    """Return for each slot that this fact can fill how its text is checked; other slots are
    unsupported."""
    found: dict[str, Check] = (
        dict(_BY_KIND[evidence.kind](evidence.facts)) if evidence.kind in _BY_KIND else {}
    )
    return found


def _is(*values: object) -> Check:
    accepted = {str(one) for one in values}
    return lambda text: text in accepted


def _lists(names: tuple[str, ...]) -> Check:
    shown = [as_shown(one) for one in names]
    return lambda text: is_list_of(text, shown)


def _anything(text: str) -> bool:
    return True


def _neighbors(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    if "chosen" in facts:
        return {"chosen": _is(facts["chosen"]), "asked": _is(facts["neighbors"])}
    checks: dict[str, Check] = {
        "n": _is(facts["liked"]),
        "m": _is(facts["raters"]),
        "share": _is(round(100 * facts["liked"] / facts["raters"])),
        "stars": lambda text: _is_liked(text, facts),
    }
    return {**checks, "all": _is(facts["raters"])} if facts["liked"] == facts["raters"] else checks


def _is_liked(text: str, facts: Mapping[str, Any]) -> bool:
    """Say whether "4 or 5", "8 or more" or "2" names exactly the liked ratings of the scale."""
    found = _STARS.fullmatch(text)
    threshold, top = facts["threshold"], facts["top"]
    if not found or found[1] != f"{threshold:g}":
        return False
    if found[2] is None:
        return bool(threshold == top)
    if found[2] == "more":
        return bool(threshold < top)
    return bool(threshold + facts["step"] == top and found[2] == f"{top:g}")


def _carrier(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    titles, ratings = tuple(as_shown(one) for one in facts["titles"]), facts.get("ratings", ())
    checks: dict[str, Check] = {"p": _is(facts["loss_percent"])}
    if facts.get("near") == 1:
        checks["near"] = _anything
    if "named" in facts:
        return {**checks, "example": _is(titles[0])}
    checks["rated" if ratings else "pick"] = _anything
    checks["feedback"] = _is("liked" if ratings else "chose")
    if len(titles) == 2:
        checks["both"] = _is(" and ".join(titles))
        if ratings:
            pairs = [f"{title} {rating}" for title, rating in zip(titles, ratings, strict=True)]
            checks["pairs"] = lambda text: is_list_of(re.sub(r" an? (?=[0-9])", " ", text), pairs)
            checks["each"] = _is(
                " and ".join(ratings), *([f"{ratings[0]} each"] if ratings[0] == ratings[1] else [])
            )
        return checks
    checks["title"] = _is(titles[0])
    if ratings:
        checks["r"] = _is(ratings[0])
        checks["a_r"] = _is(f"{_article_of(ratings[0])} {ratings[0]}")
        if facts.get("place") == 1:
            checks["most"] = _is(titles[0])
    return checks


def _article_of(rating: str) -> str:
    whole = rating.split(".")[0]
    return "an" if whole.startswith("8") or whole in ("11", "18") else "a"


def _share(facts: Mapping[str, Any]) -> dict[str, Check]:
    n, m = facts["liked"], facts["of"]
    return {
        "n_of_m": _is(f"{n} of the {m}", *([f"all {m} of the"] if n == m else [])),
        "p": _is(facts["share_percent"]),
        "q": _is(facts["catalog_percent"]),
        "feedback": _is(facts["feedback"]),
    }


def _genre(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    genre = facts["genre"]
    return {
        **_share(facts),
        "a_genre": lambda text: bool(called(text, [genre])),
        "genres": lambda text: is_several(text, genre),
        "label": lambda text: text.casefold() == as_shown(genre).casefold(),
    }


def _decade(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    return {**_share(facts), "decade": _is(f"{facts['decade']}s")}


def _predicted(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    checks = {"decimal": _is(f"{facts['rating']:.1f}"), "top": _is(f"{facts['top']:g}")}
    return {**checks, "error": _is(f"{facts['error']:.1f}")} if "error" in facts else checks


def _popularity(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    count = {"count": _is(facts["ratings"])}
    if "mean" not in facts:
        return {**count, "pick": _anything}
    return {
        **count,
        "rated": _anything,
        "decimal": _is(f"{facts['mean']:.1f}"),
        "top": _is(f"{facts['top']:g}"),
    }


def _words(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    return {"what" if facts["asked"] == "words" else "stated": lambda text: _describes(text, facts)}


def _describes(text: str, facts: Mapping[str, Any]) -> bool:
    """Say whether "a drama from the 1990s with Bill Murray in the credits" says only what the fact
    holds."""
    found = _WHAT.fullmatch(text)
    if not found:
        return False
    genres, people = facts.get("genres", ()), facts.get("people", ())
    return (
        called(found["head"], () if found["labels"] else genres) is not None
        and (
            found["labels"] is None
            or is_list_of(found["labels"], [as_shown(one) for one in genres])
        )
        and (found["span"] is None or found["span"] == _span(facts))
        and (
            found["people"] is None
            or is_list_of(found["people"], [as_shown(one) for one in people])
        )
        and text != "a film"
    )


def _span(facts: Mapping[str, Any]) -> str | None:
    if "first_year" not in facts:
        return None
    first, last = facts["first_year"], facts["last_year"]
    if first == last:
        return str(first)
    return f"the {first}s" if first % 10 == 0 and last - first == 9 else f"{first} to {last}"


def _like(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    genres = facts["genres"]
    return {
        "title": _is(as_shown(facts["title"])),
        "labels": _lists(genres),
        "kin": lambda text: bool(called(text, genres)),
    }


def _person(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    n, m = facts["liked"], facts["of"]
    return {
        "n_of_m": _is(f"{n} of the {m}", *([f"all {m} of the"] if n == m else [])),
        "n": _is(n),
        "m": _is(m),
        "x": _is(facts["in_catalog"]),
        "feedback": _is(facts["feedback"]),
        {"director": "director", "actors": "actor"}[facts["role"]]: _is(as_shown(facts["person"])),
    }


def _moved(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    if "before" not in facts:
        return {"entered": _is(facts["now"])}
    return {
        "now": _is(facts["now"]),
        "up" if facts["now"] < facts["before"] else "down": _is(facts["before"]),
    }


def _plot(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    return {"quote": _is(as_shown(facts["quote"]))}


def _metadata(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    return {
        "directors": _lists(facts.get("director", ())),
        "actors": _lists(facts.get("actors", ())),
    }


def _catalog(facts: Mapping[str, Any]) -> Mapping[str, Check]:
    checks: dict[str, Check] = {
        "labels": _lists(facts["genres"]),
        "type": lambda text: _is_such_a_film(text, facts),
    }
    return {**checks, "year": _is(facts["year"])} if "year" in facts else checks


def _is_such_a_film(text: str, facts: Mapping[str, Any]) -> bool:
    """Say whether "a 1995 crime drama" or "a crime drama from the 1990s" says only what the catalog
    has, and not nothing."""
    found = _TYPE.fullmatch(text)
    if not found:
        return False
    said = [one for one in (found["before"], found["behind"]) if one]
    years = {str(facts["year"]), f"{facts['year'] // 10 * 10}s"} if "year" in facts else set()
    genres = called(
        found["article"] + found["what"] if not found["before"] else _an(found["what"]),
        facts["genres"],
    )
    a_year = found["before"] is None or found["article"] == "a "
    return (
        genres is not None
        and a_year
        and bool(genres or said)
        and len(said) < 2
        and set(said) <= years
    )


def _an(word: str) -> str:
    return f"an {word}" if word[:1].casefold() in ("a", "e", "i", "o", "u") else f"a {word}"


_BY_KIND: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Check]]] = {
    "neighbors": _neighbors,
    "carrier": _carrier,
    "genre": _genre,
    "decade": _decade,
    "predicted": _predicted,
    "popularity": _popularity,
    "words": _words,
    "like": _like,
    "person": _person,
    "moved": _moved,
    "metadata": _metadata,
    "plot": _plot,
    "catalog": _catalog,
}
