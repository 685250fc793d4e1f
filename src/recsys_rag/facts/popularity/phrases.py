"""How the ratings of all people are said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.popularity import PopularityFact


def _fields(fact: "PopularityFact", noun: str) -> Fields:
    if fact.mean_rating is None:
        return {"choices": str(fact.n_ratings)}
    mean, top = f"{fact.mean_rating:.1f}", f"{fact.top_rating:g}"
    return {"count": str(fact.n_ratings), "mean": mean, "top": top}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} averages {mean} of {top} over {count} ratings",
        "The {count} ratings of {film} average {mean} of {top}",
        "On average, {count} people gave {film} {mean} of {top}",
        "Across {count} ratings, {film} averages {mean} of {top}",
        "With {count} ratings, {film} stands at {mean} of {top}",
        "Rated by {count} people, {film} averages {mean} of {top}",
        "{film} has an average of {mean} of {top} from {count} people",
        "Among those who rated {film}, {count} in all, the average is {mean} of {top}",
        "{film} was chosen by {choices} people",
        "In all, {choices} people chose {film}",
        "So far, {choices} people have chosen {film}",
        "There are {choices} people who chose {film}",
        "{film} is the choice of {choices} people",
        "Count those who chose {film}: {choices} people",
    ),
    nexts=(
        "it averages {mean} of {top} over {count} ratings",
        "its {count} ratings average {mean} of {top}",
        "on average, {count} people gave it {mean} of {top}",
        "it stands at {mean} of {top} after {count} ratings",
        "across {count} ratings, it averages {mean} of {top}",
        "it has an average of {mean} of {top} from {count} people",
        "{count} people rated it, with an average of {mean} of {top}",
        "it was chosen by {choices} people",
        "in all, {choices} people chose it",
        "so far, {choices} people have chosen it",
        "there are {choices} people who chose it",
        "it is the choice of {choices} people",
        "{choices} people chose it",
    ),
)
