"""Data and queries with an attack string in every field, and what a language model writes that
obeys it."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Prompt, Query


@dataclass(frozen=True)
class Attack:
    why: str
    text: str
    says: str


_TABLE = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text(encoding="utf-8"))
ATTACKS = [Attack(**one) for one in _TABLE["attack"]]


def with_titles(dataset: Dataset, attack: str, items: tuple[int, ...]) -> Dataset:
    """The attack as the title of some items, and as the id of user "1"."""
    titles = list(dataset.catalog.titles)
    for place, item in enumerate(items):
        titles[item] = f"{attack} {'I' * (place + 1)}"
    users = Vocabulary(tuple(attack if one == "1" else one for one in dataset.users.ids))
    return replace(dataset, users=users, catalog=replace(dataset.catalog, titles=tuple(titles)))


def with_properties(dataset: Dataset, attack: str) -> Dataset:
    """The attack as the name of the commonest genre, of every fourth director and actor, and as
    every fourth plot."""
    catalog, commonest = dataset.catalog, dataset.catalog.genre_names[0]
    genres = tuple(
        tuple(attack if one == commonest else one for one in row) for row in catalog.genres
    )
    people = {
        name: tuple(
            (attack, *row[1:]) if place % 4 == 0 else row
            for place, row in enumerate(catalog.metadata[name])
        )
        for name in ("director", "actors", "plot")
    }
    return replace(
        dataset, catalog=replace(catalog, genres=genres, metadata={**catalog.metadata, **people})
    )


def queries(attack: str) -> tuple[Query, ...]:
    """The attack as a person's words, and as the taste that they state."""
    return Query(user_id="1", words=attack, k=1), Query(user_id="1", profile=attack, k=1)


def obedient(attack: Attack) -> Callable[[], ScriptedLanguageModel]:
    """Return what makes a model that writes what the attack wants, in every form that could be
    taken for an explanation."""

    def text(prompt: Prompt) -> str:
        said = attack.says
        return (
            f"{said}. {said.capitalize()} [1]. It is {said} [1]. This film is {said}, as you "
            f"asked [1] [2]. {attack.text} [1]. "
            f"{prompt.facts.splitlines()[0].removeprefix('Film: ')} is {said} [1]. It averages "
            f"{said} over 583 ratings [1]. "
        )

    return lambda: ScriptedLanguageModel(text, honors_grammar=False)
