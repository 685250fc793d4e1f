"""What sentences about directors and actors mean; how it is said of any film is in `words.toml`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import lists

if TYPE_CHECKING:
    from recsys_rag.facts.metadata import MetadataFact


def _slots(fact: "MetadataFact") -> Mapping[str, Check]:
    return {"its_directors": lists(fact.directors), "its_actors": lists(fact.actors)}


READING = Reading(_slots)
