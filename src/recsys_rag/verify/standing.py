"""Whether evidence stands: about this candidate, and nothing in it against the catalog. Reads no
text."""

from collections.abc import Mapping

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate, Evidence, Fact
from recsys_rag.verify.names import texts


def objection_to_candidate(candidate: Candidate, catalog: Catalog) -> str:
    """Return why this candidate is not the catalog's item, or ""."""
    if catalog.items.get(candidate.item_id) != candidate.item_index:
        return f"item {candidate.item_id!r} is not number {candidate.item_index} of the catalog"
    place = candidate.item_index
    shown = (candidate.title, candidate.year, tuple(candidate.genres))
    if shown != (catalog.titles[place], catalog.year(place), tuple(catalog.genres[place])):
        return f"the catalog has {catalog.name(place)} as item {candidate.item_id!r}, not {candidate.name}"
    return ""


def objection(evidence: Evidence, candidate: Candidate, catalog: Catalog) -> str:
    """Return why this evidence cannot support anything about the candidate, or ""."""
    if evidence.item_id != candidate.item_id:
        return f"the evidence is about item {evidence.item_id!r}, not {candidate.item_id!r}"
    return (
        _objection_to_titles(evidence, catalog)
        or _objection_to_genres(evidence, candidate, catalog)
        or _objection_to_years(evidence, candidate)
        or _objection_to_people(evidence, candidate, catalog)
        or _objection_to_quote(evidence, candidate, catalog)
        or _objection_to_prediction(evidence, candidate)
    )


def _objection_to_titles(evidence: Evidence, catalog: Catalog) -> str:
    facts = evidence.facts
    if evidence.kind == "carrier":
        named = zip(_listed(facts, "titles"), _listed(facts, "item_ids"), strict=True)
    elif evidence.kind == "like":
        named = zip([str(facts["title"])], [str(facts["item_id"])], strict=True)
    else:
        return ""
    for title, item_id in named:
        place = catalog.items.get(item_id)
        if place is None or catalog.name(place) != title:
            return f"item {item_id!r} of the catalog is not {title}"
    return ""


def _objection_to_genres(evidence: Evidence, candidate: Candidate, catalog: Catalog) -> str:
    genres = [*_listed(evidence.facts, "genres"), *_listed(evidence.facts, "genre")]
    missing = [one for one in genres if one not in candidate.genres]
    if evidence.kind == "like" and not missing:
        example = catalog.items.get(str(evidence.facts["item_id"]))
        missing = [one for one in genres if example is None or one not in catalog.genres[example]]
    return f"{missing[0]} is not a genre of it" if missing else ""


def _objection_to_years(evidence: Evidence, candidate: Candidate) -> str:
    facts, year = evidence.facts, candidate.year or 0
    if "decade" in facts and facts["decade"] != year // 10 * 10:
        return f"{candidate.name} is not of the {facts['decade']}s"
    if "year" in facts and facts["year"] != year:
        return f"{candidate.name} is not of {facts['year']}"
    if "first_year" in facts and not int(str(facts["first_year"])) <= year <= int(
        str(facts["last_year"])
    ):
        return f"{candidate.name} is not of {facts['first_year']} to {facts['last_year']}"
    return ""


def _objection_to_people(evidence: Evidence, candidate: Candidate, catalog: Catalog) -> str:
    place = candidate.item_index
    known = {column: catalog.people(place, column) for column in ("director", "actors")}
    if evidence.kind == "person" and evidence.facts["person"] not in known.get(
        str(evidence.facts["role"]), ()
    ):
        return (
            f"the catalog does not have {evidence.facts['person']} as its {evidence.facts['role']}"
        )
    for name in ("director", "actors", "people"):
        allowed = known.get(name, known["director"] + known["actors"])
        for one in _listed(evidence.facts, name):
            if one not in allowed:
                return f"the catalog does not have {one} for it"
    return ""


def _objection_to_quote(evidence: Evidence, candidate: Candidate, catalog: Catalog) -> str:
    if "quote" not in evidence.facts:
        return ""
    quote, column = str(evidence.facts["quote"]), str(evidence.facts["column"])
    said = [" ".join(one.split()) for one in catalog.people(candidate.item_index, column)]
    if '"' in quote or not any(quote in one for one in said):
        return f"the {column} that the catalog has for it does not say {quote!r}"
    return ""


def _objection_to_prediction(evidence: Evidence, candidate: Candidate) -> str:
    shown = candidate.predicted_rating
    if evidence.kind == "predicted" and shown is not None:
        stated = float(str(evidence.facts["rating"]))
        if abs(stated - shown) > 0.0501:  # rounded to one decimal
            return f"its predicted rating is {shown:.1f}, not {stated:.1f}"
    return ""


def _listed(facts: Mapping[str, Fact], name: str) -> tuple[str, ...]:
    return texts(facts.get(name, ()))
