"""From options to a recommender that can answer: brings what is missing, fits or loads. Shows no
answer."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recsys_rag.cli.bring import bring_encoder, bring_language_model
from recsys_rag.cli.console import progress
from recsys_rag.cli.options import Source

if TYPE_CHECKING:
    from recsys_rag import Recommender
    from recsys_rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """A recommender, and what the reader should know about how it came to be."""

    recommender: "Recommender"
    notes: tuple[str, ...] = ()


def opened(source: Source, *, writes: bool) -> Opened:
    """Load the saved recommender, or the one that is cached for this data and these settings,
    fitted if there is none.

    Where the sentence encoder cannot be brought, or the language model where it `writes`, it does
    without; a note says so.
    """
    from recsys_rag.cli.datasets import open_data
    from recsys_rag.recommender import Recommender

    settings, of_model = settings_of(source), ""
    if writes:
        settings, of_model = bring_language_model(settings)
    settings, of_encoder = bring_encoder(settings)
    notes = tuple(filter(None, (of_model, of_encoder)))
    if source.model is not None:
        return Opened(Recommender.load(source.model, settings=settings, writes=writes), notes)
    data, metadata = source.data_or_default, source.metadata
    with progress() as bars:
        recommender = Recommender.cached(
            data,
            settings,
            open_dataset=lambda: open_data(data, metadata),
            metadata=metadata,
            progress=bars.steps,
            writes=writes,
        )
    return Opened(recommender, notes)


def place_of(source: Source, settings: "Settings") -> Path:
    """Return the folder from which a recommender of these settings was opened: that of the source,
    or of the cache."""
    from recsys_rag.fitting import cache_folder

    return source.model or cache_folder(source.data_or_default, settings, source.metadata)


def settings_of(source: Source) -> "Settings":
    """Return the settings of a source; later wins: saved model or preset, file, environment,
    options."""
    from recsys_rag import settings as known
    from recsys_rag.fitting import saved_settings

    if source.settings is not None:
        base = known.load(source.settings, os.environ)
    else:
        saved = (
            saved_settings(source.model)
            if source.model is not None
            else known.preset(source.preset or "default")
        )
        base = known.with_changes(saved, known.from_environment(os.environ))
    options = {"model": source.lm, "adapter": source.adapter, "seed": source.seed}
    return known.with_changes(
        base, {"generate": {key: value for key, value in options.items() if value is not None}}
    )
