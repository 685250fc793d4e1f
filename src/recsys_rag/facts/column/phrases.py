"""How a column is said: by the idiom of its name, or under the name itself."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts.column._names import are_features, in_series, is_plural, meaning_of, spoken
from recsys_rag.generate.wording import clean, listed
from recsys_rag.verify._traits import table

if TYPE_CHECKING:
    from recsys_rag.facts.column import ColumnFact

_FIELDS = {
    "designed by": "designers",
    "published by": "publishers",
    "developed by": "developers",
    "written by": "writers",
    "illustrated by": "illustrators",
    "music by": "composers",
    "read by": "narrators",
    "made by": "makers",
    "by": "artists",
    "released by": "labels",
    "tagged": "tags",
    "feature": "features",
    "in the series": "series",
    "from the studio": "studios",
    "from": "countries",
    "in the language": "languages",
    "certificate": "certificate",
    "players from": "from_players",
    "players": "players",
    "playing time": "playing_minutes",
    "pages": "pages",
    "youngest": "youngest",
    "runtime": "minutes",
}
_THE = frozenset(("UK", "Netherlands", "Philippines", "Czech Republic", "Soviet Union", "Muppets"))


def _fields(fact: "ColumnFact", noun: str) -> Fields:
    meaning = meaning_of(fact.column)
    values = [clean(value) for value in fact.values]
    if meaning in ("from", "from the studio"):
        values = [f"the {value}" if value in _THE else value for value in values]
    if meaning == "in the series":
        values = [in_series(value) for value in values]
    has_words = are_features(fact.column, fact.values)
    if has_words:
        values = [table()["features"][value][0] for value in values]
    said = listed(values) if values else f"{fact.number:g}"
    if fact.is_long:
        return {"long": said}
    if meaning not in _FIELDS or (meaning == "feature" and not has_words):
        plural = {"several" if len(values) > 1 or is_plural(fact.column) else "single": said}
        return {"column": spoken(fact.column), **plural}
    return {_FIELDS[meaning]: said} | (
        {"to_players": f"{fact.highest:g}"} if fact.highest is not None else {}
    )


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} was designed by {designers}",
        "The designers' credit of {film} goes to {designers}",
        "{film} was published by {publishers}",
        "{film} was developed by {developers}",
        "{film} was written by {writers}",
        "{film} comes from the pen of {writers}",
        "{film} was illustrated by {illustrators}",
        "{film} has music by {composers}",
        "{film} is read by {narrators}",
        "{film} is made by {makers}",
        "{film} is by {artists}",
        "{film} was released by {labels}",
        "{film} is tagged {tags}",
        "{film} {features}",
        "{film} is part of {series}",
        "{film} belongs to {series}",
        "{film} comes from {studios}",
        "{film} comes from {countries}",
        "{film} was made in {countries}",
        "{film} is in {languages}",
        "{film} is rated {certificate}",
        "{film} is for {from_players} to {to_players} players",
        "{film} is for {players} players",
        "{film} plays in {playing_minutes} minutes",
        "A round of {film} takes {playing_minutes} minutes",
        "{film} has {pages} pages",
        "{film} is for ages {youngest} and up",
        "{film} runs {minutes} minutes",
        "{film} runs {long} minutes",
        "Be warned that {film} runs {long} minutes",
        "For {film}, the catalog has {single} as its {column}",
        "The {column} of {film} is {single}",
        "For {film}, the catalog has {several} under {column}",
    ),
    nexts=(
        "it was designed by {designers}",
        "{designers} designed it",
        "it was published by {publishers}",
        "it was developed by {developers}",
        "it was written by {writers}",
        "{writers} wrote it",
        "it was illustrated by {illustrators}",
        "it has music by {composers}",
        "it is read by {narrators}",
        "it is made by {makers}",
        "it is by {artists}",
        "it was released by {labels}",
        "it is tagged {tags}",
        "it {features}",
        "it is part of {series}",
        "it belongs to {series}",
        "it comes from {studios}",
        "it comes from {countries}",
        "it was made in {countries}",
        "it is in {languages}",
        "it is rated {certificate}",
        "it is for {from_players} to {to_players} players",
        "it is for {players} players",
        "it plays in {playing_minutes} minutes",
        "a round of it takes {playing_minutes} minutes",
        "it has {pages} pages",
        "it is for ages {youngest} and up",
        "it runs {minutes} minutes",
        "it runs {long} minutes",
        "be warned that it runs {long} minutes",
        "its {column} is {single}",
        "under {column} the catalog has {several}",
    ),
)
