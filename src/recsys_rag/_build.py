"""Settings -> parts, and parts -> flow: the only place that knows concrete classes. Fits, loads and
saves nothing."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

import numpy as np
from msgspec.structs import asdict

from recsys_rag import _assets as assets
from recsys_rag import registry
from recsys_rag._fitted import Fitted
from recsys_rag._flow import Flow, Turn, at_once
from recsys_rag._fuse.bins import fame
from recsys_rag._fuse.weighted import Weight, WeightedFusion
from recsys_rag._histories import FittedHistories
from recsys_rag._ranking import Ranker
from recsys_rag._relevance import Relevance
from recsys_rag.data._filters import CatalogFilters
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import SettingsError
from recsys_rag.facts._leaving_out import Remembering
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.protocols import (
    EvidenceSource,
    ExplainsItself,
    FindsNeighbors,
    FittedParts,
    Fuser,
    Histories,
    Kinds,
    LanguageModel,
    PreparesAhead,
    RatingModel,
    Retriever,
    Writer,
)
from recsys_rag.rerank._greedy import Criterion, Greedy
from recsys_rag.rerank._staged_selection import Selection
from recsys_rag.rerank.calibration import Calibration
from recsys_rag.rerank.mmr import Diversity
from recsys_rag.rerank.novelty import Novelty
from recsys_rag.settings import Settings, preset_module
from recsys_rag.types import Prompt, Style
from recsys_rag.understand._understander import Understander
from recsys_rag.verify._rows import RowReader
from recsys_rag.verify.strict import StrictVerifier

RETRIEVERS = (
    "popularity",
    "recent",
    "user_knn",
    "item_knn",
    "ease",
    "als",
    "slit",
    "bm25",
    "embedding",
)
WRITERS = ("auto", "tuned", "clauses", "free", "template")

# adapters that come with the package, "<base>-writer" each
SHIPPED = Path(__file__).parent / "shipped"


def _laboratory(module: str) -> Any:
    """Return a module of the laboratory, of which the product imports nothing but by name."""
    return import_module(f"recsys_rag.lab.{module}")


def language_model(name: str, *, threads: int = 1, adapter: str = "none") -> LanguageModel | None:
    """Return the language model of this name; "template" is None: no model at all.

    `adapter` is the folder of one that was trained for this model, "none", or "auto": see
    `adapter_folder`. Names: an asset ("smollm2", fetched if need be), "transformers:<hub id or
    folder>", "openai:<model>@<base-url>" (key from OPENAI_API_KEY), "<backend>:<model>" of an
    installed package, or the path of a GGUF file. What runs here gets `threads`, 0 for one a
    processor. Raises SettingsError for any other name, AssetError when an asset cannot be fetched,
    MissingExtraError when the backend is not installed, ArtifactError for an adapter that is
    damaged or missing, RegistryError.
    """
    if name == "template":
        return None
    engine, _, rest = name.partition(":")
    trained = _adapter(adapter, name)
    if engine == "transformers" and rest:
        made = _laboratory("transformers_model").TransformersModel
        return cast(LanguageModel, made(rest, adapter=trained and trained.peft))
    if engine == "openai" and "@" in rest:
        from recsys_rag.generate._backends.openai import OpenAIServer

        server_model, _, base_url = rest.rpartition("@")
        return OpenAIServer(server_model, base_url, api_key=os.environ.get("OPENAI_API_KEY"))
    if rest and (installed := registry.language_model(engine, rest)):
        from recsys_rag.generate._in_time import InTime

        return cast(LanguageModel, InTime(installed))
    from recsys_rag.generate._backends.llama_cpp import LlamaCpp
    from recsys_rag.generate._backends.threads import usable_processors

    weights, suffix = (trained.gguf, f"+{trained.folder.name}") if trained else (None, "")
    embedded = partial(
        LlamaCpp,
        threads=threads or usable_processors(),
        adapter=weights,
        merged_in=assets.cache_dir() / "merged",
    )
    if name in embedded_models():
        return embedded(_brought(name), model_id=name + suffix)
    if name.endswith(".gguf"):
        if not Path(name).is_file():
            raise SettingsError(
                f"language model {name} does not exist; give the path of a GGUF file"
            )
        return embedded(Path(name), model_id=Path(name).stem + suffix)
    raise SettingsError(
        f"no language model {name!r}; there are smollm2, template, "
        "transformers:<hub id or folder>, openai:<model>@<base-url>, "
        "<backend>:<model> of an installed package, or the path of a .gguf file"
    )


def adapter_folder(adapter: str, model: str) -> Path | None:
    """Return where the adapter of these settings is for this model, None for none.

    "auto" is the one that comes with the package, where there is one for this model; "none" is
    none; else it is a folder.
    """
    if adapter == "auto":
        folder = SHIPPED / f"{model}-writer"
        return folder if (folder / "manifest.json").is_file() else None
    return None if adapter == "none" else Path(adapter)


def writing_adapter(settings: Settings, writer: str | None = None) -> str:
    """Return the adapter of the model that writes: what comes with the package is for the writer
    `tuned` alone.

    `writer` stands for that of the settings.
    """
    adapter, by = settings.generate.adapter, writer or settings.generate.writer
    return "none" if adapter == "auto" and by != "tuned" else adapter


def _adapter(adapter: str, model: str) -> Any:
    """Return the adapter (`lab.tuned.adapter`), read and fit for this model, None for none."""
    folder = adapter_folder(adapter, model)
    if folder is None:
        return None
    if model.startswith("openai:"):
        raise SettingsError(
            f"an adapter cannot be given to a server ({model}); load it there, "
            "or give --adapter none"
        )
    trained = _laboratory("tuned.adapter").read(folder)
    trained.check_base(model.removeprefix("transformers:"))
    return trained


def embedded_models() -> tuple[str, ...]:
    """Return the names of the assets that the embedded engine can run."""
    return tuple(
        asset.name for asset in assets.registered("model") if asset.files[0].name.endswith(".gguf")
    )


def retrievers(settings: Settings) -> dict[str, Retriever]:
    """Return the unfitted retrievers of these settings, by name, cheapest first."""
    from recsys_rag.retrieve._recent import Recent
    from recsys_rag.retrieve.als import ALS
    from recsys_rag.retrieve.bm25 import BM25
    from recsys_rag.retrieve.ease import EASE
    from recsys_rag.retrieve.item_knn import ItemKNN
    from recsys_rag.retrieve.popularity import Popularity
    from recsys_rag.retrieve.user_knn import UserKNN

    if preset := preset_module(settings.preset):
        return dict(preset.retrievers(settings))
    chosen = settings.retrieve
    parts: list[Retriever] = [
        Popularity(**asdict(chosen.popularity)),
        Recent(**asdict(chosen.recent)),
        UserKNN(**asdict(chosen.user_knn)),
        ItemKNN(**asdict(chosen.item_knn)),
        EASE(**asdict(chosen.ease)),
        ALS(**asdict(chosen.als)),
        BM25(**asdict(chosen.bm25)),
    ]
    if "slit" in settings.fuse.weights:
        from recsys_rag.retrieve.slit import SLIT

        parts.append(SLIT(**asdict(chosen.slit)))
    if chosen.encoder == "minilm":
        from recsys_rag._encode.minilm import MiniLM
        from recsys_rag._encode.shipped import Shipped
        from recsys_rag.retrieve.embedding import Embedding

        parts.append(Embedding(Shipped(MiniLM(assets.fetch(chosen.encoder)))))
    parts += [_installed_retriever(name, settings) for name in settings.installed]
    return {part.name: part for part in parts}


def _installed_retriever(name: str, settings: Settings) -> Retriever:
    installed = registry.retrievers(RETRIEVERS)
    if name not in installed:
        known = ", ".join((*RETRIEVERS, *installed))
        where = "retrieve.installed" if name in settings.retrieve.installed else "fuse.weights"
        raise SettingsError(
            f"{where} names {name!r}, but the retrievers are {known}; install the package that "
            "brings it"
        )
    keywords = settings.retrieve.installed.get(name, {})
    try:
        return installed[name](**keywords)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"retrieve.installed.{name}: {error}") from None


def fuser(settings: Settings, weights: Mapping[str, Weight], dataset: Dataset) -> Fuser:
    """Return the fusion of these settings, with these weights of the retrievers that are there."""
    if settings.fuse.method == "rrf":
        from recsys_rag._fuse.rrf import ReciprocalRankFusion

        return ReciprocalRankFusion(settings.fuse.smoothing, settings.fuse.depth)
    return WeightedFusion(weights, settings.fuse.short, fame(dataset.popularity))


def ranking_weights(
    weights: Mapping[str, Weight],
    parts: Mapping[str, Retriever],
    short: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> dict[str, Weight]:
    """Return the weights of the retrievers that are there and have one above 0, or one in
    `short`; one that is switched off may be named.

    Raises SettingsError for a name that no retriever has, or when nothing is left.
    """
    unknown = sorted(set(weights) - {*RETRIEVERS, *parts})
    if unknown:
        raise SettingsError(
            f"fuse.weights names {unknown[0]!r}, but the retrievers are {', '.join(RETRIEVERS)}"
        )
    present = {
        name: weight
        for name, weight in weights.items()
        if name in parts and (np.any(weight) or np.any(short.get(name, 0.0)))
    }
    if not present:
        raise SettingsError(
            f"fuse.weights gives none of the retrievers a weight; they are {', '.join(parts)}"
        )
    return present


def _fitted_parts(ranker: Ranker, fitted: Fitted) -> FittedParts:
    """Return what facts are counted from, and read again."""
    finder, proposer = fitted.parts.get("user_knn"), fitted.parts.get("ease")
    return FittedParts(
        ranker.dataset,
        Remembering(ranker, ranker.dataset.n_items),
        finder if isinstance(finder, FindsNeighbors) else None,
        fitted.predictor,
        proposer if isinstance(proposer, ExplainsItself) else None,
        fitted.settings.evidence.neighbors,
    )


def _evidence_sources(parts: FittedParts, kinds: Kinds) -> tuple[EvidenceSource, ...]:
    """Return what can be said from these fitted parts; the catalog's floor is always there."""
    sources = (kind.evidence(parts) for kind in kinds.values())
    return tuple(source for source in sources if source is not None)


def predictor(dataset: Dataset) -> RatingModel | None:
    """Return an unfitted rating predictor, or None where there are no ratings to predict."""
    from recsys_rag.retrieve.rating import RatingPredictor

    return RatingPredictor() if dataset.scale and dataset.n_ratings else None


def selection(settings: Settings, dataset: Dataset) -> Selection:
    """Return what selects from the best candidates of this dataset; diversity, which looks at the
    list, comes last."""
    criteria: list[Criterion] = [Novelty(dataset), Calibration(dataset), Diversity(dataset.catalog)]
    strengths = {
        criterion.name: float(getattr(settings.rerank, criterion.name)) for criterion in criteria
    }
    return Selection(Greedy(criteria), strengths, settings.rerank.depth)


def _brought(name: str) -> Path:
    assets.fetch(name)
    return assets.file_of(name)


def writer(settings: Settings, model: LanguageModel) -> Writer:
    """Return the writer for this model: tuned where an adapter was given, clauses where a grammar
    is honored, free otherwise.

    The settings may say another. Raises SettingsError for "tuned" without an adapter: no other
    model knows its prompts.
    """
    generate = settings.generate
    if generate.writer not in WRITERS:
        from recsys_rag.generate._in_time import InTime

        make = registry.writers(WRITERS)[generate.writer]
        return cast(Writer, InTime(make(model, temperature=generate.temperature)))
    name = _writer_name(settings, model)
    if name == "clauses":
        from recsys_rag.generate._clauses import ClauseWriter

        return ClauseWriter(model, registry.fact_kinds(), temperature=generate.temperature)
    if name == "free":
        from recsys_rag.generate._free import FreeWriter

        return FreeWriter(model, registry.fact_kinds(), temperature=generate.temperature)
    folder = adapter_folder(generate.adapter, generate.model)
    assert folder is not None
    tuned = _laboratory("tuned.tuned_writer").of_adapter(
        model, folder, registry.fact_kinds(), temperature=generate.tuned_temperature
    )
    return cast(Writer, tuned)


def _check_writer(settings: Settings) -> None:
    """Raise SettingsError for a writer that is neither built in nor installed."""
    name = settings.generate.writer
    if name not in WRITERS and name not in (installed := registry.writers(WRITERS)):
        known = ", ".join((*WRITERS, *installed))
        raise SettingsError(f"generate.writer is {name!r}; there are {known}")


def _writer_name(settings: Settings, model: LanguageModel) -> Literal["tuned", "clauses", "free"]:
    generate = settings.generate
    has_adapter = adapter_folder(generate.adapter, generate.model) is not None
    if generate.writer == "tuned" and not has_adapter:
        raise SettingsError(
            "generate.writer is tuned, but there is no adapter; "
            "give generate.adapter (--adapter DIR)"
        )
    # the adapter of the package was taught wordings of old: only who asks for it gets it
    is_given = has_adapter and generate.adapter != "auto"
    if generate.writer == "tuned" or (generate.writer == "auto" and is_given):
        return "tuned"
    clauses = generate.writer == "clauses" or (generate.writer == "auto" and model.honors_grammar)
    return "clauses" if clauses else "free"


def prepare(settings: Settings, model: LanguageModel) -> None:
    """Have a model that can read, beside other work, its weights and what its writer's prompts
    begin with; returns at once."""
    if isinstance(model, PreparesAhead):
        from recsys_rag.generate._prompt import opening

        is_ours = settings.generate.writer in WRITERS
        name = _writer_name(settings, model) if is_ours else "tuned"
        begins = {"clauses": opening("naming"), "free": opening("free"), "tuned": Prompt("", "")}
        model.prepare(begins[name])


# What compares items with what was said, and how much each counts; chosen by
# `benchmarks/wishes.py` on MovieLens 100K.
_OF_EXAMPLES = {"als": 0.35, "shared_facts": 1.2, "reads_alike": 0.7}
_OF_WORDS = {"bm25": 0.5, "embedding": 1.0}


def _relevance(fitted: Fitted) -> Relevance:
    from recsys_rag.retrieve._reads_alike import ReadsAlike
    from recsys_rag.retrieve._shared_facts import SharedFacts
    from recsys_rag.retrieve.embedding import Embedding

    facts = SharedFacts().fit(fitted.dataset)
    parts: dict[str, Retriever] = {**fitted.parts, facts.name: facts}
    if isinstance(embedding := fitted.parts.get("embedding"), Embedding):
        parts[ReadsAlike.name] = ReadsAlike(embedding)
    of_examples, of_words = (
        {name: weight for name, weight in weights.items() if name in parts}
        for weights in (_OF_EXAMPLES, _OF_WORDS)
    )
    return Relevance(fitted.dataset, parts, of_examples, of_words)


def ranker(fitted: Fitted, histories: Histories | None = None) -> Ranker:
    """Return what ranks by these parts and settings; by default for the histories of the data.

    Raises SettingsError when the weights name a retriever that is not among the parts.
    """
    dataset, settings = fitted.dataset, fitted.in_force
    weights = ranking_weights(settings.fuse.weights, fitted.parts, settings.fuse.short)
    return Ranker(
        dataset,
        histories or FittedHistories(dataset),
        {name: part for name, part in fitted.parts.items() if name in weights},
        fuser(settings, weights, dataset),
        Understander(dataset.catalog),
        CatalogFilters(dataset.catalog),
        fitted.predictor,
        settings.fuse.profile_weight,
        settings.fuse.dislike_weight,
        selection=selection(settings, dataset),
        relevance=None if settings.preset != "default" else _relevance(fitted),
    )


def flow(
    fitted: Fitted,
    language_model: Callable[[], LanguageModel | None],
    turn: Turn = at_once,
    histories: Histories | None = None,
) -> Flow:
    """Wire fitted parts. Raises SettingsError as `ranker`, and for a writer that is not there."""
    _check_writer(fitted.settings)
    settings, ranks = fitted.settings, ranker(fitted, histories)
    kinds, parts = registry.fact_kinds(), _fitted_parts(ranks, fitted)
    wired = Flow(
        ranks,
        _evidence_sources(parts, kinds),
        StrictVerifier(fitted.dataset.catalog, kinds),
        language_model,
        lambda model: writer(settings, model),
        lambda: TemplateWriter(kinds),
        settings.evidence.per_item,
        settings.generate.seed,
        settings.generate.timeout_seconds,
        settings.generate.list_seconds,
        RowReader(parts, kinds),
        turn,
        Style(settings.generate.tone, settings.generate.length),
    )
    preset = preset_module(settings.preset)
    return cast(Flow, preset.served(wired)) if preset else wired
