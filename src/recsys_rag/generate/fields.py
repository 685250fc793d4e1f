"""Evidence -> the words that its phrases are filled with, by kind. A phrase whose field is missing
is not used."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from recsys_rag.generate.wording import a_rating, clean, genre_forms, listed, span, stars
from recsys_rag.types import Candidate, Evidence

Fields: TypeAlias = dict[str, str]

_SHOWN_PERCENT = 4  # a smaller loss is true, but nothing to tell


def fields_of(evidence: Evidence, candidate: Candidate) -> Fields:
    """Return the fields of one piece of evidence; `film` is always there. KeyError for a kind
    without phrases."""
    fields = {"film": clean(candidate.name), **_BY_KIND[evidence.kind](evidence.facts)}
    if evidence.kind == "catalog" and "labels" not in fields:
        # that it is there is worth saying only where nothing else is
        fields.update(bare=fields["film"], it="it")
    return fields


def _neighbors(facts: Mapping[str, Any]) -> Fields:
    if "chosen" in facts:
        return {"chosen": str(facts["chosen"]), "asked": str(facts["neighbors"])}
    liking = stars(facts["threshold"], facts["top"], facts["step"])
    if facts["liked"] == facts["raters"]:
        return {"all": str(facts["raters"]), "stars": liking}
    return {"n": str(facts["liked"]), "m": str(facts["raters"]), "stars": liking}


def _carrier(facts: Mapping[str, Any]) -> Fields:
    titles, ratings = [clean(one) for one in facts["titles"]], facts.get("ratings", ())
    # below the average without it: more than a share of a score
    shown = _SHOWN_PERCENT <= facts["loss_percent"] < 100
    fields = {"p": str(facts["loss_percent"])} if shown else {}
    if "near" in facts:
        fields["near"] = ""  # no words of its own: it allows those that speak of other viewers
    if "named" in facts:
        return {**fields, "example": titles[0]}
    if len(titles) == 2:
        fields["both" if ratings else "both_chosen"] = listed(titles)
        if ratings:
            fields["each"] = (
                f"{ratings[0]} each"
                if ratings[0] == ratings[1]
                else f"{ratings[0]} and {ratings[1]}"
            )
        return fields
    if not ratings:
        return {**fields, "chosen": titles[0]}
    if facts.get("place") == 1:
        fields["most"] = titles[0]
    return {**fields, "title": titles[0], "r": ratings[0], "a_r": a_rating(ratings[0])}


def _share(facts: Mapping[str, Any]) -> Fields:
    n, m = facts["liked"], facts["of"]
    return {
        "n_of_m": f"all {m} of the" if n == m else f"{n} of the {m}",
        "p": str(facts["share_percent"]),
        "q": str(facts["catalog_percent"]),
        "liked": facts["feedback"],
    }


def _genre(facts: Mapping[str, Any]) -> Fields:
    one, many = genre_forms(facts["genre"])
    return {**_share(facts), "a_genre": one, "genres": many}


def _decade(facts: Mapping[str, Any]) -> Fields:
    return {**_share(facts), "decade": f"{facts['decade']}s"}


def _predicted(facts: Mapping[str, Any]) -> Fields:
    fields = {"r": f"{facts['rating']:.1f}", "top": f"{facts['top']:g}"}
    return {**fields, "error": f"{facts['error']:.1f}"} if "error" in facts else fields


def _popularity(facts: Mapping[str, Any]) -> Fields:
    if "mean" not in facts:
        return {"choices": str(facts["ratings"])}
    return {
        "count": str(facts["ratings"]),
        "mean": f"{facts['mean']:.1f}",
        "top": f"{facts['top']:g}",
    }


def _words(facts: Mapping[str, Any]) -> Fields:
    genres = facts.get("genres", ())
    what = genre_forms(genres[0])[0] if len(genres) == 1 else "a film"
    if len(genres) > 1:
        what += f" listed under {listed([clean(one) for one in genres])}"
    if "first_year" in facts:
        what += f" from {span(facts['first_year'], facts['last_year'])}"
    if "people" in facts:
        what += f" with {listed([clean(one) for one in facts['people']])} in the credits"
    return {"asked_for" if facts["asked"] == "words" else "stated": what}


def _like(facts: Mapping[str, Any]) -> Fields:
    return {
        "title": clean(facts["title"]),
        "shared": listed([clean(one) for one in facts["genres"]]),
    }


def _person(facts: Mapping[str, Any]) -> Fields:
    n, m = facts["liked"], facts["of"]
    fields = {
        "n_of_m": f"all {m} of the" if n == m else f"{n} of the {m}",
        "liked": facts["feedback"],
    }
    if n < m:
        fields |= {"n": str(n), "m": str(m)}
    if n < facts["in_catalog"]:
        fields |= {"n": str(n), "x": str(facts["in_catalog"])}
    return {
        **fields,
        "director" if facts["role"] == "director" else "actor": clean(facts["person"]),
    }


def _moved(facts: Mapping[str, Any]) -> Fields:
    now = str(facts["now"])
    if "before" not in facts:
        return {"entered": now}
    return {"now": now, "up" if facts["now"] < facts["before"] else "down": str(facts["before"])}


def _plot(facts: Mapping[str, Any]) -> Fields:
    return {"quote": facts["quote"]}


def _metadata(facts: Mapping[str, Any]) -> Fields:
    people = {"directors": facts.get("director"), "actors": facts.get("actors")}
    return {name: listed([clean(one) for one in names]) for name, names in people.items() if names}


def _catalog(facts: Mapping[str, Any]) -> Fields:
    fields = {"year": str(facts["year"])} if "year" in facts else {}
    if facts["genres"]:
        fields["labels"] = listed([clean(one) for one in facts["genres"]])
    return fields


_BY_KIND: dict[str, Callable[[Mapping[str, Any]], Fields]] = {
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
