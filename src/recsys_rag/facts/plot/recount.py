"""A quotation, held against the catalog word for word."""

from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.plot import PlotFact


def objection(fact: "PlotFact", candidate: Candidate, catalog: Catalog) -> str:
    plots = [" ".join(p.split()) for p in catalog.people(candidate.item_index, fact.column)]
    if '"' not in fact.quote and any(fact.quote in plot for plot in plots):
        return ""
    return f"the {fact.column} that the catalog has for it does not say {fact.quote!r}"
