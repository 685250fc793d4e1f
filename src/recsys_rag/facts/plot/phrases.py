"""How the catalog's plot is quoted: between straight double quotation marks, word for word."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.plot import PlotFact


def _fields(fact: "PlotFact", noun: str) -> Fields:
    return {"quote": fact.quote}


PHRASES = Phrases(
    _fields,
    opens=(
        'The catalog says of {film}: "{quote}"',
        'In the words of the catalog, {film} is this: "{quote}"',
        '{film} in the words of the catalog: "{quote}"',
        'On {film}, the catalog has this: "{quote}"',
        'The summary of {film} begins "{quote}"',
        'From the summary of {film}: "{quote}"',
        'As the catalog tells {film}: "{quote}"',
        'This is how the summary of {film} begins: "{quote}"',
        'What happens in {film}, by the catalog: "{quote}"',
    ),
    nexts=(
        'the catalog says of it "{quote}"',
        'its summary begins "{quote}"',
        'its summary reads "{quote}"',
        'the catalog sums it up with "{quote}"',
        'in the words of the catalog: "{quote}"',
        'the catalog tells it this way: "{quote}"',
        'from its summary: "{quote}"',
        'it is about this, says the catalog: "{quote}"',
    ),
)
