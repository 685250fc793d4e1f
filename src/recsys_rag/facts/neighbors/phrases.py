"""How similar users speak for an item."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import stars

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact


def _fields(fact: "NeighborsFact", noun: str) -> Fields:
    n = str(fact.n_liked)
    if not fact.n_raters:
        return {"chosen": n, "asked": str(fact.n_neighbors)}
    liking = stars(fact.liked_rating, fact.top_rating, fact.rating_step)
    if fact.n_liked == fact.n_raters:
        return {"all": n, "stars": liking}
    return {"n": n, "m": str(fact.n_raters), "stars": liking}


PHRASES = Phrases(
    _fields,
    opens=(
        "Of the {m} people most like you who rated {film}, {n} gave it {stars}",
        "Among people with a taste close to yours, {n} of the {m} who rated {film} gave it {stars}",
        "{film} got {stars} from {n} of the {m} people most like you who rated it",
        "Out of {m} raters with a taste like yours, {n} gave {film} {stars}",
        "Ask the people whose ratings are closest to yours: {n} of the {m} who rated {film} "
        "gave it {stars}",
        "{film} has people like you behind it, with {stars} from {n} of the {m} who rated it",
        "Your neighbors in taste have rated {film}, and {n} of {m} gave it {stars}",
        "When people like you rated {film}, {n} of {m} gave it {stars}",
        "All {all} of the people most like you who rated {film} gave it {stars}",
        "{film} got {stars} from all {all} of the people most like you who rated it",
        "Among people with a taste close to yours, all {all} who rated {film} gave it {stars}",
        "Ask the people whose ratings are closest to yours: all {all} who rated {film} gave it "
        "{stars}",
        "People who rate films as you do agree on {film}: all {all} who rated it gave it {stars}",
        "When people like you rated {film}, all {all} gave it {stars}",
        "Of the {asked} people most like you, {chosen} chose {film}",
        "{film} was chosen by {chosen} of the {asked} people most like you",
        "Among the {asked} people with a taste closest to yours, {chosen} chose {film}",
        "Ask the {asked} people whose choices are closest to yours: {chosen} of them chose {film}",
        "{film} has people like you behind it, chosen by {chosen} of {asked}",
        "Your neighbors in taste know {film}, and {chosen} of {asked} chose it",
    ),
    nexts=(
        "{n} of the {m} people most like you who rated it gave it {stars}",
        "of the {m} people most like you who rated it, {n} gave it {stars}",
        "among people with a taste close to yours, {n} of {m} gave it {stars}",
        "it got {stars} from {n} of the {m} people most like you who rated it",
        "out of {m} raters with a taste like yours, {n} gave it {stars}",
        "of its {m} ratings by those closest to you in taste, {n} were {stars}",
        "it has people like you behind it, with {stars} from {n} of {m}",
        "when people like you rated it, {n} of {m} gave it {stars}",
        "all {all} of the people most like you who rated it gave it {stars}",
        "it got {stars} from all {all} of the people most like you who rated it",
        "among people with a taste close to yours, all {all} who rated it gave it {stars}",
        "when people like you rated it, all {all} gave it {stars}",
        "people who rate films as you do agree on it: all {all} who rated it gave it {stars}",
        "{chosen} of the {asked} people most like you chose it",
        "of the {asked} people most like you, {chosen} chose it",
        "it was chosen by {chosen} of the {asked} people most like you",
        "among the {asked} people with a taste closest to yours, {chosen} chose it",
        "it has people like you behind it, chosen by {chosen} of {asked}",
    ),
)
