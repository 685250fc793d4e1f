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
        "Without your {r} for {title}, {film} would rank {places} lower",
        "Take away your {r} for {title}, and {film} drops {places}",
        "Your {r} for {title} lifts {film} by {places}",
        "You gave {title} {a_r}, and that lifts {film} by {places}",
        "People who rated {title}, which you gave {a_r}, tend to have rated {film} too{near}",
        "The same people tend to rate {film} and {title}, which you gave {a_r}{near}",
        "Whoever rated {title}, which you gave {a_r}, has often rated {film} too{near}",
        "One reason for {film} is {title}, which you gave {a_r}",
        "{film} gains from your {r} for {title}",
        "Your {r} for {title} speaks for {film}",
        "Above all, it is your {r} for {title} that speaks for {film}{main}",
        "The main reason for {film} is {title}, which you gave {a_r}{main}",
        "Without {both}, which you gave {each}, {film} would rank {places} lower",
        "You gave {both} {each}, and together they lift {film} by {places}",
        "Take away {both}, which you gave {each}, and {film} drops {places}",
        "The people who rated {both}, which you gave {each}, tend to have rated {film} too{near}",
        "Two reasons for {film} are {both}, which you gave {each}",
        "Both {both} speak for {film}, and you gave them {each}",
        "{film} gains from {both}, which you gave {each}",
        "You named {example}, and that lifts {film} by {places}",
        "Without {example}, which you named, {film} would rank {places} lower",
        "People who rated {example}, which you named, tend to have rated {film} too{near}",
        "The same people tend to rate {film} and {example}, which you named{near}",
        "One reason for {film} is {example}, which you named",
        "Your example, {example}, speaks for {film}",
        "The main reason for {film} is {example}, which you named{main}",
        "Without your choice of {chosen}, {film} would rank {places} lower",
        "You chose {chosen}, and that lifts {film} by {places}",
        "People who chose {chosen}, as you did, tend to choose {film} too{near}",
        "The same people tend to choose {film} and {chosen}, which you chose{near}",
        "One reason for {film} is {chosen}, which you chose",
        "Your choice of {chosen} speaks for {film}",
        "The main reason for {film} is {chosen}, which you chose{main}",
        "Without {both_chosen}, which you chose, {film} would rank {places} lower",
        "You chose {both_chosen}, and together they lift {film} by {places}",
        "People who chose {both_chosen}, as you did, tend to choose {film} too{near}",
        "Two reasons for {film} are {both_chosen}, which you chose",
        "Both {both_chosen} speak for {film}, and you chose them",
    ),
    nexts=(
        "it would rank {places} lower without your {r} for {title}",
        "it owes {places} in your ranking to your {r} for {title}",
        "it is rated by much the same people as {title}, which you gave {a_r}{near}",
        "it tends to be rated by the people who rated {title}, which you gave {a_r}{near}",
        "one reason for it is {title}, which you gave {a_r}",
        "it gains from your {r} for {title}",
        "it is here in part for your {r} for {title}",
        "the main reason for it is {title}, which you gave {a_r}{main}",
        "it would rank {places} lower without {both}, which you gave {each}",
        "it owes {places} in your ranking to {both}, which you gave {each}",
        "it is rated by much the same people as {both}, which you gave {each}{near}",
        "two reasons for it are {both}, which you gave {each}",
        "it gains from {both}, which you gave {each}",
        "it would rank {places} lower without {example}, which you named",
        "it owes {places} in your ranking to {example}, which you named",
        "it is rated by much the same people as {example}, which you named{near}",
        "one reason for it is {example}, which you named",
        "it gains from {example}, which you named",
        "the main reason for it is {example}, which you named{main}",
        "it would rank {places} lower without your choice of {chosen}",
        "it owes {places} in your ranking to {chosen}, which you chose",
        "it is chosen by much the same people as {chosen}, which you chose{near}",
        "one reason for it is {chosen}, which you chose",
        "it gains from your choice of {chosen}",
        "the main reason for it is {chosen}, which you chose{main}",
        "it would rank {places} lower without {both_chosen}, which you chose",
        "it owes {places} in your ranking to {both_chosen}, which you chose",
        "it is chosen by much the same people as {both_chosen}, which you chose{near}",
        "two reasons for it are {both_chosen}, which you chose",
        "it gains from {both_chosen}, which you chose",
    ),
    not_prompted=frozenset({"a_r"}),
    flags=("main", "near"),
)
