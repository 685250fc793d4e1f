"""Catalogs of other domains, invented from a seed: albums, artists, games, podcasts, books. No real
titles, no real ratings.

A writer that is trained on films alone copies film titles well and others badly. Titles here are
made of common words, of made-up words, numbers, initials and marks; feedback comes on several
scales, and as bare choices.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary

_N_ITEMS, _N_USERS = 300, 160


@dataclass(frozen=True, slots=True)
class Domain:
    """What sets one domain's catalog apart from another's."""

    noun: str
    labels: tuple[str, ...]
    words: tuple[str, ...]  # that its titles like
    scale: RatingScale | None  # None: choices
    years: tuple[int, int] | None
    has_people: bool = False


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


DOMAINS: Mapping[str, Domain] = {
    "albums": Domain(
        "album",
        _listed(
            "Jazz, Indie Rock, Ambient, Hip-Hop, Folk, Soul, Post-Punk, Electronic, Opera, "
            "Bossa Nova"
        ),
        _listed(
            "Velvet, Static, Tambourine, Blue, Echoes, Sessions, Avenue, Midnight, Copper, "
            "Waltz, Live"
        ),
        RatingScale(0.5, 5.0, 0.5),
        (1957, 2024),
    ),
    "artists": Domain(
        "artist",
        _listed(
            "shoegaze, trip-hop, female vocalists, synthpop, 80s, psychedelic, chillout, "
            "math rock, ska"
        ),
        _listed(
            "The, Kings, Horses, Machine, Orchestra, Sisters, Neon, Bears, Society, Trio, Wolves"
        ),
        None,
        None,
    ),
    "games": Domain(
        "game",
        _listed(
            "Strategy, Role-Playing, Puzzle, Shooter, Platformer, Racing, Simulation, Roguelike, "
            "Co-op"
        ),
        _listed(
            "Legacy, Empire, Quest, Dungeon, Starfall, Arena, Rift, Frontier, Tactics, II, III, VR"
        ),
        RatingScale(1.0, 10.0, 1.0),
        (1985, 2025),
    ),
    "podcasts": Domain(
        "podcast",
        _listed(
            "True Crime, Science, Economics, History, Parenting, Sports Talk, Comedy Interviews, "
            "Philosophy"
        ),
        _listed(
            "Hour, Talk, Deep, Daily, Unheard, Minutes, Letters, Unscripted, Weekly, Room, Signal"
        ),
        RatingScale(1.0, 5.0, 1.0),
        (2006, 2025),
        True,
    ),
    "books": Domain(
        "book",
        _listed(
            "Historical Fiction, Memoir, Fantasy, Poetry, Cozy Mystery, Popular Science, Essays, "
            "Dystopia"
        ),
        _listed(
            "Daughter, Atlas, Lighthouse, Orchard, Silence, Winter, Gardener, Chronicle, Bone, Salt"
        ),
        RatingScale(1.0, 5.0, 1.0),
        (1890, 2024),
        True,
    ),
}
UNSEEN = "books"  # never trained on: what a writer does with it is the test

_COMMON = """
River House Night Garden Stone Summer Road Letter Ocean Mirror Paper City Train Storm Morning Island
Glass Fire Shadow Bridge Apple Clock Harbor Silver North Forest Window Dust Lantern Moon Falcon
Crown Secret Door Snow Desert Copper Rain
"""
_NAMES = (
    "Mara Ivo Nell Tomas Adaeze Lin Priya Oskar Juno Karim Elise Wim Sade Bruno Hana Piotr Zoe Abel"
)
_STARTS = "b br c d dr f g h j k kr l m n p pr r s sh st t tr v w z qu"
_PLAIN, _FIRST, _START = _COMMON.split(), _NAMES.split(), _STARTS.split()
_SMALL = ("of", "and", "in the", "for", "without", "at", "to the", "under")
_VOWEL = ("a", "e", "i", "o", "u", "ai", "ea", "ou", "é", "ö")
_CLOSE = ("", "n", "r", "s", "l", "th", "ck", "m", "nd", "x")


def made_up_domain(name: str, seed: int = 11) -> Dataset:
    """Return the data of one of `DOMAINS`: 300 items and 160 users with tastes. Same arguments,
    same data.

    >>> games = made_up_domain("games")
    >>> games.n_items, games.catalog.noun, games.scale
    (300, 'game', RatingScale(low=1.0, high=10.0, step=1.0))
    """
    domain, rng = DOMAINS[name], np.random.default_rng([seed, sorted(DOMAINS).index(name)])
    catalog = _catalog(domain, rng)
    users, items, liking = _choices(catalog, rng)
    scale = domain.scale
    ratings = None if scale is None else _on_scale(liking + rng.normal(0, 0.5, len(liking)), scale)
    keep = np.ones(len(users), bool) if ratings is not None else liking > -0.3
    return Dataset.from_triples(
        name,
        [f"{domain.noun} fan {user}" for user in users[keep]],
        [catalog.items.id(int(item)) for item in items[keep]],
        ratings,
        catalog,
        timestamps=np.arange(int(keep.sum()), dtype=np.int64) * 600 + 1_600_000_000,
        scale=scale,
        source="made up",
    )


def _catalog(domain: Domain, rng: np.random.Generator) -> Catalog:
    titles = list(dict.fromkeys(_title(domain, rng) for _ in range(2 * _N_ITEMS)))[:_N_ITEMS]
    labels = [
        tuple(sorted(rng.choice(domain.labels, rng.integers(1, 4), replace=False).tolist()))
        for _ in titles
    ]
    years = np.zeros(len(titles), np.int32)
    if domain.years:
        first, last = domain.years
        years = (last - (last - first) * rng.random(len(titles)) ** 2).astype(np.int32)
    people = {"director": tuple((_person(rng),) for _ in titles)} if domain.has_people else {}
    return Catalog(
        items=Vocabulary(tuple(f"{domain.noun}-{index}" for index in range(len(titles)))),
        titles=tuple(titles),
        years=years,
        genres=tuple(labels),
        metadata=people,
        noun=domain.noun,
    )


def _title(domain: Domain, rng: np.random.Generator) -> str:
    def word() -> str:
        roll = rng.random()
        if roll < 0.3:
            return str(rng.choice(domain.words))
        return str(rng.choice(_PLAIN)) if roll < 0.7 else _invented(rng)

    forms: tuple[Callable[[], str], ...] = (
        word,
        lambda: f"{word()} {word()}",
        lambda: f"The {word()}",
        lambda: f"The {word()} {rng.choice(_SMALL)} {word()}",
        lambda: f"{word()} {rng.choice(_SMALL)} {word()} {word()}",
        lambda: f"{rng.choice(_FIRST)}'s {word()}",
        lambda: f"{word()} {rng.integers(2, 100)}",
        lambda: f"{word()}: The {word()} {word()}",
        lambda: f"{word()}, {word()} & {word()}",
        lambda: f"Dr. {_invented(rng)} {rng.choice(_SMALL)} the {word()}",
        lambda: f"{word()}!",
        lambda: f"{rng.integers(3, 9999)}",
        lambda: f"{word().lower()} {word().lower()}",
        lambda: f"{_person(rng)} {rng.choice(_SMALL)} {word()}",
        lambda: f"{word()} Vol. {rng.integers(1, 9)}",
    )
    return forms[rng.integers(len(forms))]()


def _invented(rng: np.random.Generator) -> str:
    parts = [
        f"{rng.choice(_START)}{rng.choice(_VOWEL)}{rng.choice(_CLOSE)}"
        for _ in range(rng.integers(2, 4))
    ]
    return "".join(parts).capitalize()


def _person(rng: np.random.Generator) -> str:
    middle = f" {'ABCDEFGHJKLM'[rng.integers(12)]}." if rng.random() < 0.2 else ""
    return f"{rng.choice(_FIRST)}{middle} {_invented(rng)}"


def _choices(
    catalog: Catalog, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return who took which item, and how well it fits: users love two labels, and some items are
    known by more."""
    has_label = np.array(
        [[label in genre for label in catalog.genre_names] for genre in catalog.genres], float
    )
    fame, quality = rng.gamma(0.6, 1.0, len(catalog)), rng.normal(0, 0.4, len(catalog))
    users: list[int] = []
    items: list[int] = []
    liking: list[float] = []
    for user in range(_N_USERS):
        taste = np.asarray(rng.normal(-0.4, 0.3, has_label.shape[1]))
        taste[rng.choice(len(taste), 2, replace=False)] = 1.0
        fit = has_label @ taste + quality
        weight = (fame + 0.02) * np.exp(fit)
        taken = rng.choice(
            len(catalog), int(rng.integers(8, 60)), replace=False, p=weight / weight.sum()
        )
        users += [user] * len(taken)
        items += taken.tolist()
        liking += fit[taken].tolist()
    return np.array(users, np.int64), np.array(items, np.int64), np.array(liking)


def _on_scale(liking: NDArray[np.float64], scale: RatingScale) -> NDArray[np.float64]:
    middle, reach = (scale.high + scale.low) / 2, (scale.high - scale.low) / 2
    steps = np.round((middle + reach * 0.3 + reach * 0.6 * liking - scale.low) / scale.step)
    return np.clip(scale.low + steps * scale.step, scale.low, scale.high)
