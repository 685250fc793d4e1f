"""Brings assets for a command: licence terms and progress on stderr. Where assets come from is
known by `assets`."""

from pathlib import Path
from typing import TYPE_CHECKING

from recsys_rag.cli.console import note, plain, progress
from recsys_rag.cli.phrases import size

if TYPE_CHECKING:
    from recsys_rag.assets.asset import Asset
    from recsys_rag.settings import Settings


def bring(name: str) -> Path:
    """Return the folder of an asset, bringing it first if need be. Raises AssetError."""
    from recsys_rag import assets

    here = assets.available(name)
    if here is not None:
        return here
    with progress() as bars:
        return assets.fetch(name, progress=bars.size, on_licence=show_terms)


def show_terms(asset: "Asset") -> None:
    """Show what is about to be brought, and on what terms."""
    note(f"Bringing {asset.title} ({size(asset.size)}).")
    note(f"Licence: {asset.licence}. {asset.terms}")


def bring_language_model(settings: "Settings") -> "tuple[Settings, str]":
    """Bring the language model that these settings name, if it is an asset.

    Where it cannot be brought, return settings by which the template writes, and a note that says
    why. Raises SettingsError for a name that is none, before anything is answered.
    """
    from recsys_rag.build import embedded_models
    from recsys_rag.errors import AssetError
    from recsys_rag.settings import with_changes

    model = settings.generate.model
    if model not in embedded_models():
        _check_name(model)
        return settings, ""
    try:
        bring(model)
    except AssetError as error:
        without = with_changes(settings, {"generate": {"model": "template"}})
        return without, plain(
            f"The language model is unavailable: {error}; the built-in template wrote the texts."
        )
    return settings, ""


def bring_encoder(settings: "Settings") -> "tuple[Settings, str]":
    """Bring the sentence encoder of these settings, if they have one.

    Where it cannot be brought, return settings without it, and a note that says why: text is then
    searched by words only.
    """
    from recsys_rag.errors import AssetError
    from recsys_rag.settings import with_changes

    encoder = settings.retrieve.encoder
    if settings.preset == "seed" or encoder == "none":
        return settings, ""
    try:
        bring(encoder)
    except AssetError as error:
        return with_changes(settings, {"retrieve": {"encoder": "none"}}), plain(
            f"without the sentence encoder: {error}"
        )
    return settings, ""


def _check_name(model: str) -> None:
    """Let `build` refuse a name of no known form; names that have one may cost seconds to load,
    which is left for later."""
    from recsys_rag.build import language_model

    if not model.startswith(("transformers:", "openai:")) and not Path(model).is_file():
        language_model(model)
