"""How a leaning toward a director or an actor is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import clean, share

if TYPE_CHECKING:
    from recsys_rag.facts.person import PersonFact


def _fields(fact: "PersonFact", noun: str) -> Fields:
    n, m = fact.n_liked, fact.n_history
    fields = {"n_of_m": share(n, m), "liked": fact.feedback}
    if n < m:
        fields |= {"n": str(n), "m": str(m)}
    if n < fact.n_theirs:
        fields |= {"n": str(n), "x": str(fact.n_theirs)}
    return {**fields, "director" if fact.role == "director" else "actor": clean(fact.person)}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} was directed by {director}, like {n_of_m} films you {liked}",
        "{director} directed {n_of_m} films you {liked}, and {film} too",
        "You know {director}, who directed {n_of_m} films you {liked} as well as {film}",
        "Of the films you {liked}, {n} of {m} were directed by {director}, and so was {film}",
        "Like {n_of_m} films you {liked}, {film} was directed by {director}",
        "Behind {film} is {director}, who directed {n_of_m} films you {liked}",
        "You {liked} {n} films by {director}, out of {x} in the catalog, and {film} is another",
        "{film} has {actor} in the cast, like {n_of_m} films you {liked}",
        "{actor} is in the cast of {n_of_m} films you {liked}, and of {film} too",
        "You know {actor} from {n_of_m} films you {liked}, and {film} is another",
        "Of the films you {liked}, {n} of {m} have {actor} in the cast, and so has {film}",
        "With {film} you would see {actor} again, who is in {n_of_m} films you {liked}",
        "In {film} you meet {actor} again, who is in {n_of_m} films you {liked}",
        "You {liked} {n} films with {actor}, out of {x} in the catalog, and {film} is another",
    ),
    nexts=(
        "it was directed by {director}, like {n_of_m} films you {liked}",
        "{director}, who directed it, directed {n_of_m} films you {liked}",
        "you know its director, {director}, from {n_of_m} films you {liked}",
        "like {n_of_m} films you {liked}, it was directed by {director}",
        "you {liked} {n} of the {x} films by {director} in the catalog, and this is another",
        "like {n_of_m} films you {liked}, it is by {director}",
        "behind it is {director}, who directed {n_of_m} films you {liked}",
        "it has {actor} in the cast, like {n_of_m} films you {liked}",
        "{actor}, who is in it, is in the cast of {n_of_m} films you {liked}",
        "you know {actor}, who is in it, from {n_of_m} films you {liked}",
        "like {n_of_m} films you {liked}, it has {actor} in the cast",
        "it brings back {actor}, who is in {n_of_m} films you {liked}",
        "you {liked} {n} of the {x} films with {actor} in the catalog, and this is another",
        "in it you meet {actor} again, who is in {n_of_m} films you {liked}",
    ),
)
