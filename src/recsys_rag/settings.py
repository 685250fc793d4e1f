"""Every setting, typed, bounded and explained where it is declared. Reads TOML and environment;
builds nothing.

Order, later wins: defaults, preset, file, environment (`RECSYS_RAG__GENERATE__MODEL=template`).
Unknown keys are refused.
"""

import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, TypeAlias, get_type_hints

import msgspec
from msgspec import Meta

from recsys_rag.errors import SettingsError

Positive = Annotated[float, Meta(gt=0)]
NonNegative = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
Strength = Annotated[float, Meta(ge=0, le=1)]  # 0 = off, 1 = nothing but this


def meaning(description: str, **bounds: Any) -> Meta:
    """Say what a setting means, and between what it lies."""
    return Meta(description=description, **bounds)


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section refuses keys that it does not know."""


class Data(_Section, frozen=True):
    """What is read beside a person's own data."""

    notes: Annotated[
        bool,
        meaning(
            "films get what the notes of the package say of them, by title and year: premise, "
            "people, moods, place ..."
        ),
    ] = True


class Fit(_Section, frozen=True):
    """What a fit decides by itself."""

    choose: Annotated[
        bool,
        meaning(
            "settings of ranking that are left as shipped are chosen by trials on the data itself"
        ),
    ] = True


class Popularity(_Section, frozen=True):
    damping: Annotated[
        NonNegative, meaning("ratings of average value added to each item's own")
    ] = 5.0


class _UserKnn(_Section, frozen=True):
    neighbors: Annotated[Count, meaning("how many similar users count")] = 400
    shrinkage: Annotated[
        NonNegative, meaning("pulls similarities based on little overlap toward zero")
    ] = 10.0


class _ItemKnn(_Section, frozen=True):
    neighbors: Annotated[Count, meaning("how many similar items are kept for each")] = 200
    shrinkage: Annotated[
        NonNegative, meaning("pulls similarities based on little overlap toward zero")
    ] = 25.0


class _Ease(_Section, frozen=True):
    l2: Annotated[Positive, meaning("ridge penalty of the closed form")] = 629.0
    popularity_power: Annotated[
        NonNegative,
        meaning("how strongly popular items are held back; 0 = not at all, as first published"),
    ] = 0.5
    user_power: Annotated[
        NonNegative,
        meaning("how much less people with many ratings count; 0 = all ratings count alike"),
    ] = 0.35
    diagonal_power: Annotated[
        NonNegative, meaning("power of the diagonal in the closed form; 1 = as first published")
    ] = 0.75
    attribute_weight: Annotated[
        NonNegative,
        meaning("how strongly a shared genre or year ties items together; 0 = not at all"),
    ] = 5.0
    order_weight: Annotated[
        NonNegative,
        meaning("how strongly being rated in succession ties items together; 0 = not at all"),
    ] = 2.7
    order_decay: Annotated[
        float, meaning("share of that which remains with each rating in between", ge=0, lt=1)
    ] = 0.85
    memory: Annotated[
        NonNegative,
        meaning("ratings after which an old one counts about a third; 0 = all count alike"),
    ] = 35.0
    floor: Annotated[float, meaning("share that the oldest ratings keep", ge=0, le=1)] = 0.75
    rating_power: Annotated[
        NonNegative, meaning("how much less low ratings of a history count; 0 = all ratings alike")
    ] = 1.0
    dense_items: Annotated[
        int, meaning("items up to which all pairs are weighed; memory grows with the square", ge=0)
    ] = 10_000
    neighbors: Annotated[
        Count, meaning("beyond that, how many nearest items each item has weights from")
    ] = 100
    directions: Annotated[
        Count, meaning("and in how many directions of all items its other weights lie")
    ] = 64


class _Slit(_Section, frozen=True):
    l2: Annotated[Positive, meaning("ridge penalty of the closed form")] = 300.0
    fast: Annotated[
        float,
        meaning(
            "after how many ratings one counts about a third, for weights of the last few",
            ge=0.1,
            lt=10_000,
        ),
    ] = 1.0
    slow: Annotated[float, meaning("and likewise: a longer while", ge=0.1, lt=10_000)] = 8.0
    most_items: Annotated[
        int,
        meaning(
            "items that take part, those with most ratings; memory grows with the square", ge=0
        ),
    ] = 4_000


class Recent(_Section, frozen=True):
    days: Annotated[Positive, meaning("for how many days before the question a rating counts")] = (
        55.0
    )


class _Als(_Section, frozen=True):
    factors: Annotated[Count, meaning("latent dimensions")] = 56
    regularization: Annotated[Positive, meaning("L2 penalty on factors")] = 43.0
    alpha: Annotated[Positive, meaning("confidence of an interaction")] = 6.0
    iterations: Annotated[Count, meaning("alternating sweeps")] = 15
    seed: Annotated[int, meaning("seed of the initial factors", ge=0)] = 42


class _Bm25(_Section, frozen=True):
    k1: Annotated[NonNegative, meaning("how fast repeated words stop counting")] = 1.2
    b: Annotated[float, meaning("how strongly long texts are held back", ge=0, le=1)] = 0.75


class Retrieve(_Section, frozen=True):
    """Hyperparameters of each retriever. Which of them rank is said by the fusion weights."""

    popularity: Popularity = Popularity()
    recent: Recent = Recent()
    user_knn: _UserKnn = _UserKnn()
    item_knn: _ItemKnn = _ItemKnn()
    ease: _Ease = _Ease()
    als: _Als = _Als()
    slit: _Slit = _Slit()
    bm25: _Bm25 = _Bm25()
    installed: Annotated[
        dict[str, dict[str, Any]],
        meaning("retriever of an installed package -> its settings, as it names them"),
    ] = msgspec.field(default_factory=dict)
    encoder: Annotated[
        Literal["minilm", "none"], meaning("sentence encoder for dense text; none = BM25 alone")
    ] = "minilm"


# Bounds stand in the fusion: msgspec 0.22 crashes on a bounded number beside a tuple.
Weight: TypeAlias = float | tuple[float, float, float, float, float]
OfShort: TypeAlias = tuple[float, float, float, float, float, float, float, float, float]


def _weights() -> dict[str, Weight]:
    """Return where a fit begins, and stays where the data has too few people to say better.

    What `recsys-rag tune --protocol seed` chose on MovieLens 100K; for 1 to 5 ratings about what
    fits chose on data of four shapes (decision 0036); those of words are by judgement.
    """
    return {
        "popularity": (1.25, 1.1, 0.35, 0.0, 0.05),
        "recent": (0.4, 0.3, 0.3, 0.0, 0.0),
        "user_knn": (0.0, 1.6, 0.0, 0.0, 0.0),
        "item_knn": (0.0, 0.0, 0.7, 0.0, 0.0),
        "ease": (0.0, 0.7, 1.15, 1.0, 1.0),
        "als": (0.0, 0.6, 1.1, 1.4, 1.4),
        "bm25": 0.5,
        "embedding": 1.0,
    }


class Fuse(_Section, frozen=True):
    """How the retrievers' scores become one ranking."""

    method: Annotated[
        Literal["weighted", "rrf"], meaning("weighted z-scores, or reciprocal rank fusion")
    ] = "weighted"
    weights: Annotated[
        dict[str, Weight],
        meaning(
            "retriever -> weight, or five weights: for histories of 0, 1-5, 6-20, 21-100 and more "
            "ratings; a retriever that is not named does not rank"
        ),
    ] = msgspec.field(default_factory=_weights)
    smoothing: Annotated[Positive, meaning("the constant of reciprocal rank fusion")] = 60.0
    depth: Annotated[
        Count, meaning("ranks of each retriever that reciprocal rank fusion reads")
    ] = 200
    profile_weight: Annotated[
        NonNegative,
        meaning("how far a taste profile lifts what fits it, in standard deviations of the score"),
    ] = 3.0
    dislike_weight: Annotated[
        NonNegative,
        meaning("how strongly resemblance to disliked items counts against a candidate"),
    ] = 0.5
    short: Annotated[
        dict[str, OfShort],
        meaning(
            "retriever -> nine weights, for histories of 1, 2-5 and 6-20 ratings, each of little "
            "known, known and well-known items; a retriever that is not named has those of "
            "`weights`"
        ),
    ] = msgspec.field(default_factory=dict)


class _Rerank(_Section, frozen=True):
    """What a list should have besides good scores, where a query does not say."""

    depth: Annotated[Count, meaning("how many of the best candidates are selected from")] = 100
    diversity: Annotated[
        Strength,
        meaning(
            "holds back what resembles the list so far, by genres and decade; the default costs no "
            "nDCG@10 on validation data of MovieLens 100K"
        ),
    ] = 0.05
    calibration: Annotated[
        Strength, meaning("keeps the genres in the proportions of the history")
    ] = 0.0
    novelty: Annotated[Strength, meaning("prefers what few people have rated")] = 0.0


class _EvidenceSettings(_Section, frozen=True):
    """Which facts are offered to the writer."""

    neighbors: Annotated[Count, meaning("similar users consulted where nothing is rated")] = 50
    per_item: Annotated[int, meaning("pieces of evidence an explanation may use", ge=1, le=5)] = 3


class _Generate(_Section, frozen=True):
    """Which language model writes, and how."""

    model: Annotated[
        str,
        meaning(
            "smollm2, template, transformers:<id or path>, openai:<model>@<base-url>, a GGUF file, "
            "or <backend>:<model> of an installed package"
        ),
    ] = "smollm2"
    writer: Annotated[
        str,
        meaning(
            "auto = tuned with an adapter that you give, clauses where the model honors a grammar, "
            "else free; "
            "tuned, clauses, free, template, or that of an installed package"
        ),
    ] = "auto"
    adapter: Annotated[
        str,
        meaning(
            "a folder left by `recsys-rag finetune writer`; auto = the one that comes with the "
            "package for this model; none"
        ),
    ] = "auto"
    tone: Annotated[
        Literal["plain", "warm"], meaning("of texts by template and clauses; warm ones address you")
    ] = "plain"
    length: Annotated[
        Literal["short", "normal"],
        meaning("of texts by template and clauses: two facts in 12 to 45 words, three in 25 to 55"),
    ] = "normal"
    temperature: Annotated[float, meaning("0 = always the most likely words", ge=0, le=2)] = 0.8
    tuned_temperature: Annotated[
        float, meaning("temperature of the writer tuned, which copies facts", ge=0, le=2)
    ] = 0.3
    seed: Annotated[int, meaning("same seed, same question: same text", ge=0)] = 0
    threads: Annotated[
        int, meaning("threads of the embedded model; 0 = one per processor, at most 4", ge=0)
    ] = 1
    timeout_seconds: Annotated[
        Positive, meaning("per text; after it the template's text stays")
    ] = 30.0
    list_seconds: Annotated[
        Positive, meaning("for all texts of a list; after it the template's stay")
    ] = 120.0


class Settings(_Section, frozen=True):
    """All settings of a recommender."""

    preset: Annotated[
        Literal["default", "seed"], meaning("seed = the method as first described, as a baseline")
    ] = "default"
    data: Data = Data()
    fit: Fit = Fit()
    retrieve: Retrieve = Retrieve()
    fuse: Fuse = Fuse()
    rerank: _Rerank = _Rerank()
    evidence: _EvidenceSettings = _EvidenceSettings()
    generate: _Generate = _Generate()

    def fit_key(self) -> dict[str, Any]:
        """Return the settings that a fitted artifact depends on: all but those of fusion, selection
        and writing."""
        key: dict[str, Any] = {
            "preset": self.preset,
            "data": msgspec.to_builtins(self.data),
            "fit": msgspec.to_builtins(self.fit),
            "retrieve": msgspec.to_builtins(self.retrieve),
        }
        named = sorted({*self.installed, *({"slit"} & self.fuse.weights.keys())})
        return key | ({"named": named} if named else {})

    @property
    def installed(self) -> list[str]:
        """The retrievers that are asked for and have to come from an installed package."""
        ours = {*Retrieve.__struct_fields__, "embedding"}
        return sorted({*self.fuse.weights, *self.retrieve.installed} - ours)


# presets of the laboratory: modules with SETTINGS, `retrievers`, `learned_from` and `served`,
# loaded when they are asked for
_LABORATORY = {"seed": "recsys_rag.lab.seed_preset"}


def preset_module(name: str) -> ModuleType | None:
    """Return the module that makes a preset of the laboratory, None for the default."""
    return import_module(_LABORATORY[name]) if name in _LABORATORY else None


def preset(name: str) -> Settings:
    """Return a named configuration. Raises SettingsError naming those that there are."""
    if name != "default" and name not in _LABORATORY:
        known = ", ".join(("default", *_LABORATORY))
        raise SettingsError(f"unknown preset {name!r}; there are: {known}")
    return from_mapping(_preset_table(name))


def _preset_table(name: str) -> Mapping[str, Any]:
    module = preset_module(name)
    return module.SETTINGS if module else {}


_GONE = {
    "rerank.language_model": "no language model ranks any more",
    "rerank.model": "no language model ranks any more",
    "rerank.adapter": "no language model ranks any more",
    "understand.parser": "words are read by rules alone",
}


def from_mapping(values: Mapping[str, Any], where: str = "settings") -> Settings:
    """Return the settings in these nested tables. Raises SettingsError naming the key and what it
    may be."""
    for key, reason in _GONE.items():
        section, _, name = key.partition(".")
        if isinstance(values.get(section), Mapping) and name in values[section]:
            raise SettingsError(f"{where}: {key} no longer exists: {reason}; remove the key")
    try:
        return msgspec.convert(dict(values), Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"{where}: {str(error).replace('`$.', '`')}{_known_keys(str(error))}"
        ) from None


def _known_keys(message: str) -> str:
    """Name the keys of the section in which an unknown one stood."""
    if "unknown field" not in message:
        return ""
    section: Any = Settings
    path = message.rpartition("`$")[2].strip("`.") if "`$" in message else ""
    for key in filter(None, path.split(".")):
        section = get_type_hints(section).get(key, section)
    return f"; known: {', '.join(section.__struct_fields__)}"


def load(path: Path | str, environment: Mapping[str, str] | None = None) -> Settings:
    """Read a TOML file, over the preset that it names, under the environment.

    Raises SettingsError: file and line for what is no TOML, the key for what is no setting.
    """
    file = Path(path)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"settings file {file} does not exist") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read as TOML: {error}") from None
    base = _preset_table(str(table.get("preset", "default")))
    return from_mapping(merge(merge(base, table), from_environment(environment or {})), str(file))


def from_saved(values: Mapping[str, Any], where: str) -> Settings:
    """Return the settings of a saved recommender; keys that have gone since are left out."""
    kept = {
        section: {key: value for key, value in table.items() if f"{section}.{key}" not in _GONE}
        if isinstance(table, Mapping)
        else table
        for section, table in values.items()
        if section != "understand"
    }
    return from_mapping(kept, where)


def with_changes(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return the settings with these nested tables laid over them."""
    return from_mapping(merge(msgspec.to_builtins(settings), changes))


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay nested tables over others; weights are replaced whole, since leaving one out must be
    possible.

    >>> merge({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}})
    {'a': {'b': 3, 'c': 2}}
    """
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if key != "weights" and isinstance(value, Mapping) and isinstance(below, Mapping):
            value = merge(below, value)
        merged[key] = value
    return merged


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read `RECSYS_RAG__SECTION__KEY=value` variables; values are TOML where they parse as such,
    else text.

    >>> from_environment({"RECSYS_RAG__FUSE__DEPTH": "50", "RECSYS_RAG__FUSE__METHOD": "rrf"})
    {'fuse': {'depth': 50, 'method': 'rrf'}}
    """
    table: dict[str, Any] = {}
    for name, value in sorted(environment.items()):
        if not name.startswith("RECSYS_RAG__"):
            continue
        *sections, key = name.removeprefix("RECSYS_RAG__").lower().split("__")
        below = table
        for section in sections:
            below = below.setdefault(section, {})
        try:
            below[key] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            below[key] = value
    return table
