"""A folder with a fine-tuned adapter: what it was trained for, and its file for each engine. Trains
nothing, loads no model."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from recsys_rag.errors import ArtifactError, SettingsError
from recsys_rag.lab.tuned.tuned_prompt import PROMPT_FORM

_MANIFEST, _GGUF, _PEFT = "manifest.json", "adapter.gguf", "adapter_model.safetensors"
_REMEDY = "make it again with `recsys-rag finetune writer`"


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter in its folder, checked against its manifest."""

    folder: Path
    base: str
    files: frozenset[str]

    @property
    def gguf(self) -> Path:
        """The file for llama.cpp. Raises ArtifactError where there is none."""
        if _GGUF not in self.files:
            raise ArtifactError(
                f"{self.folder} has no {_GGUF}: llama.cpp does not know this architecture, or it "
                f"was left out; use the adapter with --lm transformers:{self.base}"
            )
        return self.folder / _GGUF

    @property
    def peft(self) -> Path:
        """The folder as PEFT reads it. Raises ArtifactError where its weights are not there."""
        if _PEFT not in self.files:
            raise ArtifactError(
                f"{self.folder} has no {_PEFT}: it is for the embedded engine only; use it with "
                f"--lm {self.base}"
            )
        return self.folder

    def check_base(self, name: str) -> None:
        """Refuse another model than the one it was trained for. Raises SettingsError."""
        if name != self.base and not (
            Path(name).exists() and Path(name).resolve() == Path(self.base).resolve()
        ):
            raise SettingsError(
                f"adapter {self.folder} was trained for {self.base}, not for {name}; "
                f"give --lm {self.base}"
            )


def known_kinds(folder: Path) -> Mapping[str, str]:
    """Return the kinds of fact that a writer was taught, each with the fingerprint of its form in
    the prompt. Raises ArtifactError where the manifest does not say."""
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes())
        return msgspec.convert(manifest["about"]["kinds"], dict[str, str])
    except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise ArtifactError(
            f"adapter {folder} does not say which kinds of fact it knows; {_REMEDY}"
        ) from error


def read(folder: Path) -> Adapter:
    """Return the adapter in this folder; every file must be the one that its manifest names.

    Raises ArtifactError for a folder that is none, is damaged, or was trained on another form of
    the prompt.
    """
    file = folder / _MANIFEST
    if not file.is_file():
        where = (
            "does not exist"
            if not folder.exists()
            else f"has no {_MANIFEST}, so it is not a finished adapter"
        )
        raise ArtifactError(f"adapter {folder} {where}; {_REMEDY}")
    try:
        manifest: dict[str, Any] = msgspec.json.decode(file.read_bytes())
        about, files = manifest["about"], manifest["files"]
        for name, entry in files.items():
            if _hash(folder / name) != entry["sha256"]:
                raise ArtifactError(
                    f"{folder / name} is not the file that {_MANIFEST} names; {_REMEDY}"
                )
        if about["kind"] != "writer":
            raise ArtifactError(f"adapter {folder} is a {about['kind']}, not a writer; {_REMEDY}")
        if about["prompt_form"] != PROMPT_FORM:
            raise ArtifactError(
                f"adapter {folder} was trained on prompts of the form {about['prompt_form']}, this "
                f"version has {PROMPT_FORM}; {_REMEDY}"
            )
        return Adapter(folder, about["base"], frozenset(files))
    except (OSError, msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"adapter {folder} is damaged ({type(error).__name__}: {error}); {_REMEDY}"
        ) from error


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
