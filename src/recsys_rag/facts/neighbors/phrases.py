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
    fields = {"n": n, "m": str(fact.n_raters), "stars": liking}
    return {**fields, "split" if fact.is_split else "most": ""}


PHRASES = Phrases(
    _fields,
    opens=(
        "Of the {m} people most like you who rated {film}, {n} gave it {stars}{most}",
        "Among people who rate as you do, {n} of the {m} who rated {film} gave it {stars}{most}",
        "{film} got {stars} from {n} of the {m} people most like you who rated it{most}",
        "People with a taste close to yours rate {film} well, with {stars} from {n} of {m}{most}",
        "Those who rate most as you do like {film}: {n} of the {m} who rated it gave it "
        "{stars}{most}",
        "Most people with a taste close to yours gave {film} {stars}, {n} of the {m} who rated "
        "it{most}",
        "All {all} of the people most like you who rated {film} gave it {stars}",
        "{film} got {stars} from all {all} of the people most like you who rated it",
        "Among people who rate as you do, all {all} who rated {film} gave it {stars}",
        "People who rate as you do agree on {film}: all {all} who rated it gave it {stars}",
        "Be warned that people like you are split on {film}, with {stars} from {n} of the {m} who "
        "rated it{split}",
        "People who rate as you do are split on {film}: {n} of {m} gave it {stars}{split}",
        "On {film}, people with a taste close to yours are split, with {stars} from {n} of "
        "{m}{split}",
        "Of the {asked} people whose choices are most like yours, {chosen} chose {film}",
        "{film} was chosen by {chosen} of the {asked} people whose choices are most like yours",
        "Among the {asked} people whose choices are closest to yours, {chosen} chose {film}",
        "Most people whose choices are close to yours chose {film}, {chosen} of {asked}",
    ),
    nexts=(
        "{n} of the {m} people most like you who rated it gave it {stars}{most}",
        "of the {m} people most like you who rated it, {n} gave it {stars}{most}",
        "among people who rate as you do, {n} of the {m} who rated it gave it {stars}{most}",
        "it got {stars} from {n} of the {m} people most like you who rated it{most}",
        "people with a taste close to yours rate it well, with {stars} from {n} of {m}{most}",
        "most people with a taste close to yours gave it {stars}, {n} of the {m} who rated "
        "it{most}",
        "all {all} of the people most like you who rated it gave it {stars}",
        "it got {stars} from all {all} of the people most like you who rated it",
        "among people who rate as you do, all {all} who rated it gave it {stars}",
        "people who rate as you do agree on it, and all {all} who rated it gave it {stars}",
        "people like you are split on it, with {stars} from {n} of the {m} who rated it{split}",
        "be warned that people who rate as you do are split on it, with {stars} from {n} of "
        "{m}{split}",
        "people with a taste close to yours are split, with {stars} from {n} of {m}{split}",
        "of the {asked} people whose choices are most like yours, {chosen} chose it",
        "it was chosen by {chosen} of the {asked} people whose choices are most like yours",
        "among the {asked} people whose choices are closest to yours, {chosen} chose it",
        "most people whose choices are close to yours chose it, {chosen} of {asked}",
    ),
    flags=("most", "split"),
)
