"""Directors and actors, read again in the order of the catalog, from its first one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.metadata import MetadataFact


def recount(fact: "MetadataFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    catalog, item = rows.dataset.catalog, candidate.item_index
    return {
        "directors": catalog.people(item, "director")[: len(fact.directors)],
        "actors": catalog.people(item, "actors")[: len(fact.actors)],
    }


def objection(fact: "MetadataFact", candidate: Candidate, catalog: Catalog) -> str:
    for people, column in ((fact.directors, "director"), (fact.actors, "actors")):
        for person in people:
            if person not in catalog.people(candidate.item_index, column):
                return f"the catalog does not have {person} for it"
    return ""
