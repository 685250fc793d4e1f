"""How the person's own items speak for an item. No pronoun stands behind another title."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import a_rating, clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_FEWEST_PLACES = 3  # that are worth a word
_MOST_PLACES = 100  # that are counted out: beyond them an item would be out of sight


def _fields(fact: "InfluenceFact", noun: str) -> Fields:
    titles, ratings = [clean(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    fields = {}
    if fact.n_places >= _FEWEST_PLACES:
        fields["places"] = _places(fact.n_places)
    if fact.is_near:
        fields["near"] = ""  # no words of its own: it allows those that speak of other people
    if fact.n_places:  # what moves nothing is no reason
        fields["moves"] = ""
        if fact.is_main:
            fields["main"] = ""
    if fact.is_example:
        return {**fields, "example": titles[0]}
    if len(titles) == 2:
        if not ratings:
            return {**fields, "both_chosen": listed(titles)}
        first, second = ratings
        each = f"{first} each" if first == second else f"{first} and {second}"
        return {**fields, "both": listed(titles), "each": each}
    if not ratings:
        return {**fields, "chosen": titles[0]}
    return {**fields, "title": titles[0], "r": ratings[0], "a_r": a_rating(ratings[0])}


def _places(n: int) -> str:
    """Say so many places.

    >>> _places(1), _places(12), _places(460)
    ('1 place', '12 places', 'more than 100 places')
    """
    if n > _MOST_PLACES:
        return f"more than {_MOST_PLACES} places"
    return f"{n} place{'s' * (n > 1)}"


PHRASES = Phrases(
    _fields,
    opens=(
        "Your {r} for {title} moves {film} up {places} in your list",
        "Your {r} for {title} counts in favor of {film}{moves}",
        "{film} is here in part thanks to your {r} for {title}{moves}",
        "{film} owes its place in part to your {r} for {title}{moves}",
        "Your {r} for {title} is the main reason for {film}{main}",
        "People who rated {title}, which you gave {a_r}, often rate {film} too{near}",
        "Much the same people rated {film} and {title}, which you gave {a_r}{near}",
        "{film} is rated by much the same people as {title}, which you gave {a_r}{near}",
        "Both {both} speak for {film}, and you gave them {each}{moves}",
        "{film} is here in part thanks to {both}, which you gave {each}{moves}",
        "{film} owes its place in part to {both}, which you gave {each}{moves}",
        "People who rated {both}, which you gave {each}, often rate {film} too{near}",
        "{film} is rated by much the same people as {both}, which you gave {each}{near}",
        "{film} is here in part thanks to {example}, which you named{moves}",
        "{film} owes its place in part to {example}, which you named{moves}",
        "Your example, {example}, counts in favor of {film}{moves}",
        "The main reason for {film} is {example}, which you named{main}",
        "People who rated {example}, which you named, often rate {film} too{near}",
        "Much the same people rated {film} and {example}, which you named{near}",
        "{film} is here in part thanks to your choice of {chosen}{moves}",
        "{film} owes its place in part to your choice of {chosen}{moves}",
        "Your choice of {chosen} counts in favor of {film}{moves}",
        "The main reason for {film} is {chosen}, which you chose{main}",
        "People who chose {chosen}, as you did, often choose {film} too{near}",
        "Much the same people chose {film} and {chosen}, which you chose{near}",
        "Both {both_chosen} speak for {film}, and you chose them{moves}",
        "{film} is here in part thanks to {both_chosen}, which you chose{moves}",
        "{film} owes its place in part to {both_chosen}, which you chose{moves}",
        "People who chose {both_chosen}, as you did, often choose {film} too{near}",
        "{film} is chosen by much the same people as {both_chosen}, which you chose{near}",
    ),
    nexts=(
        "it is here in part thanks to your {r} for {title}{moves}",
        "the main reason for it is {title}, which you gave {a_r}{main}",
        "it is rated by much the same people as {title}, which you gave {a_r}{near}",
        "it is here in part thanks to {both}, which you gave {each}{moves}",
        "it is rated by much the same people as {both}, which you gave {each}{near}",
        "it is here in part thanks to {example}, which you named{moves}",
        "the main reason for it is {example}, which you named{main}",
        "it is rated by much the same people as {example}, which you named{near}",
        "it is here in part thanks to your choice of {chosen}{moves}",
        "the main reason for it is {chosen}, which you chose{main}",
        "it is chosen by much the same people as {chosen}, which you chose{near}",
        "it is here in part thanks to {both_chosen}, which you chose{moves}",
        "it is chosen by much the same people as {both_chosen}, which you chose{near}",
    ),
    not_prompted=frozenset({"a_r"}),
    flags=("main", "moves", "near"),
)
