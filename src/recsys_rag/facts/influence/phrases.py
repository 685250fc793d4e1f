"""How the person's own items speak for an item."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import a_rating, clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_SHOWN_PERCENT = 4  # a smaller loss is true, but nothing to tell


def _fields(fact: "InfluenceFact", noun: str) -> Fields:
    titles, ratings = [clean(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    # of 100 % and more, the score is below the average without it: more than a share of a score
    is_shown = _SHOWN_PERCENT <= fact.loss_percent < 100
    fields = {"p": str(fact.loss_percent)} if is_shown else {}
    if fact.is_near:
        fields["near"] = ""  # no words of its own: it allows those that speak of other viewers
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
    if fact.loss_rank == 1:
        fields["most"] = titles[0]
    return {**fields, "title": titles[0], "r": ratings[0], "a_r": a_rating(ratings[0])}


PHRASES = Phrases(
    _fields,
    opens=(
        "Without your {r} for {title}, {film} would score {p} % lower",
        "Take away your {r} for {title}, and {film} loses {p} % of its score",
        "{film} owes {p} % of its score to your {r} for {title}",
        "{film} is here in part because you gave {title} {a_r}",
        "{film} gains from your {r} for {title}",
        "Your {r} for {title} speaks for {film}",
        "You gave {title} {a_r}, and without that {film} would score {p} % lower",
        "Your {r} for {title} is worth {p} % of the score of {film}",
        "Other viewers' ratings put {film} near {title}, which you gave {a_r}{near}",
        "From {title}, which you gave {a_r}, {film} draws {p} % of its score",
        "One reason for {film} is {title}, which you gave {a_r}",
        "{film} is close to {title} in the eyes of other viewers, and you gave that one "
        "{a_r}{near}",
        "The case for {film} begins with your {r} for {most}",
        "The main reason for {film} is your {r} for {most}",
        "Of all your ratings, the {r} for {most} speaks loudest for {film}",
        "You gave {both} {each}, and without those {film} would score {p} % lower",
        "{film} is close to {both} in the eyes of other viewers, and you gave those {each}{near}",
        "Together, {both} are worth {p} % of the score of {film}, and you gave them {each}",
        "Two films that you liked lift {film}: without {both}, it would score {p} % lower",
        "From {both}, which you gave {each}, {film} draws {p} % of its score",
        "Your ratings of {both} are worth {p} % of the score of {film}",
        "Take away {both}, which you gave {each}, and {film} loses {p} % of its score",
        "Other viewers' ratings put {film} near {both}, which you gave {each}{near}",
        "Two reasons for {film} are {both}, which you gave {each}",
        "{film} gains from {both}, which you gave {each}",
        "Both {both} speak for {film}, and you gave them {each}",
        "Two films that you liked, {both}, stand close to {film} in the eyes of other "
        "viewers{near}",
        "{film} is close to {example}, your example, in the eyes of other viewers{near}",
        "From {example}, which you named, {film} draws {p} % of its score",
        "You named {example}, and without that {film} would score {p} % lower",
        "You named {example}, and {film} is close to it in the eyes of other viewers{near}",
        "One reason for {film} is {example}, which you named",
        "{film} gains from {example}, which you named",
        "Your example, {example}, speaks for {film}",
        "Your example, {example}, is worth {p} % of the score of {film}",
        "You chose {chosen}, and without that {film} would score {p} % lower",
        "{film} is close to {chosen} in what people choose, and you chose that one{near}",
        "From {chosen}, which you chose, {film} draws {p} % of its score",
        "One reason for {film} is {chosen}, which you chose",
        "{film} gains from your choice of {chosen}",
        "Your choice of {chosen} speaks for {film}",
        "Your choice of {chosen} is worth {p} % of the score of {film}",
        "By choosing {chosen}, you gave {film} {p} % of its score",
        "People's choices put {film} near {chosen}, which you chose{near}",
        "You chose {both_chosen}, and without those {film} would score {p} % lower",
        "From {both_chosen}, which you chose, {film} draws {p} % of its score",
        "Together, {both_chosen} are worth {p} % of the score of {film}, and you chose both",
        "Two films that you chose lift {film}: without {both_chosen}, it would score {p} % lower",
        "{film} is close to {both_chosen} in what people choose, and you chose those{near}",
        "By choosing {both_chosen}, you gave {film} {p} % of its score",
        "People's choices put {film} near {both_chosen}, which you chose{near}",
        "Two reasons for {film} are {both_chosen}, which you chose",
        "{film} gains from {both_chosen}, which you chose",
        "Both {both_chosen} speak for {film}, and you chose them",
    ),
    nexts=(
        "without your {r} for {title}, it would score {p} % lower",
        "it owes {p} % of its score to your {r} for {title}",
        "it is close to {title}, which you gave {a_r}, in the eyes of other viewers{near}",
        "one reason for it is {title}, which you gave {a_r}",
        "it gains from your {r} for {title}",
        "your {r} for {title} speaks for it",
        "it is here in part because you gave {title} {a_r}",
        "from {title}, which you gave {a_r}, it draws {p} % of its score",
        "other viewers' ratings put it near {title}, which you gave {a_r}{near}",
        "{p} % of its score hangs on your {r} for {title}",
        "you gave {title} {a_r}, which is worth {p} % of its score",
        "the main reason for it is your {r} for {most}",
        "of all your ratings, the {r} for {most} speaks loudest for it",
        "without {both}, which you gave {each}, it would score {p} % lower",
        "it is close to {both} in the eyes of other viewers, and you gave those {each}{near}",
        "from {both}, which you gave {each}, it draws {p} % of its score",
        "it is close to {both}, which you gave {each}, in the eyes of other viewers{near}",
        "your ratings of {both} are worth {p} % of its score",
        "other viewers' ratings put it near {both}, which you gave {each}{near}",
        "two reasons for it are {both}, which you gave {each}",
        "it gains from {both}, which you gave {each}",
        "two films that you liked lift it: without {both}, it would score {p} % lower",
        "it is close to {example}, which you named, in the eyes of other viewers{near}",
        "one reason for it is {example}, which you named",
        "it gains from {example}, which you named",
        "your example, {example}, speaks for it",
        "from {example}, which you named, it draws {p} % of its score",
        "your example, {example}, is worth {p} % of its score",
        "{p} % of its score hangs on your example, {example}",
        "your choice of {chosen} is worth {p} % of its score",
        "it is close to {chosen}, which you chose, in what people choose{near}",
        "one reason for it is {chosen}, which you chose",
        "it gains from your choice of {chosen}",
        "your choice of {chosen} speaks for it",
        "by choosing {chosen}, you gave it {p} % of its score",
        "without your choice of {chosen}, it would score {p} % lower",
        "people's choices put it near {chosen}, which you chose{near}",
        "from {both_chosen}, which you chose, it draws {p} % of its score",
        "it is close to {both_chosen}, which you chose, in what people choose{near}",
        "by choosing {both_chosen}, you gave it {p} % of its score",
        "people's choices put it near {both_chosen}, which you chose{near}",
        "two reasons for it are {both_chosen}, which you chose",
        "it gains from {both_chosen}, which you chose",
        "without {both_chosen}, which you chose, it would score {p} % lower",
    ),
    prompt_name="carrier",  # the name that the shipped writer was trained with
    not_prompted=frozenset({"a_r"}),
    flags=("most", "near"),
)
