"""Whether evidence stands: about this candidate, and nothing in it against the catalog. Reads no
text."""

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Named
from recsys_rag.protocols import Kinds
from recsys_rag.types import Candidate, Evidence


def objection_to_candidate(candidate: Candidate, catalog: Catalog) -> str:
    """Return why this candidate is not the catalog's item, or ""."""
    index = candidate.item_index
    if catalog.items.get(candidate.item_id) != index:
        return f"item {candidate.item_id!r} is not number {index} of the catalog"
    shown = (candidate.title, candidate.year, tuple(candidate.genres))
    if shown != (catalog.titles[index], catalog.year(index), tuple(catalog.genres[index])):
        return (
            f"the catalog has {catalog.name(index)} as item {candidate.item_id!r}, "
            f"not {candidate.name}"
        )
    return ""


def objection(evidence: Evidence, candidate: Candidate, catalog: Catalog, kinds: Kinds) -> str:
    """Return why this evidence cannot support anything about the candidate, or ""."""
    if evidence.item_id != candidate.item_id:
        return f"the evidence is about item {evidence.item_id!r}, not {candidate.item_id!r}"
    if evidence.kind not in kinds:
        return f"facts of kind {evidence.kind!r} are unknown here"
    for name in evidence.fact.names:
        if wrong := _objection_to_name(name, candidate, catalog):
            return wrong
    return kinds[evidence.kind].objection(evidence.fact, candidate, catalog)


def _objection_to_name(name: Named, candidate: Candidate, catalog: Catalog) -> str:
    if name.role == "title":
        index = catalog.items.get(name.item_id)
        if index is None or catalog.name(index) != name.text:
            return f"item {name.item_id!r} of the catalog is not {name.text}"
    if name.role == "genre" and name.text not in candidate.genres:
        return f"{name.text} is not a genre of it"
    if name.role == "person" and not any(
        name.text in catalog.people(candidate.item_index, column) for column in catalog.metadata
    ):
        return f"the catalog does not have {name.text} for it"
    return ""
