"""The state of an unfinished training, in one file that is replaced whole: a kill at any moment
leaves the last one."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from recsys_rag.errors import ArtifactError
from recsys_rag.lab.finetune.lora import library


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a training stands. Batches and seeds follow from `step` alone; `plan` is all that they
    depend on."""

    plan: str  # of settings, base and data: another plan is another training
    step: int = 0
    best_loss: float = sys.float_info.max  # JSON knows no infinity
    best_step: int = 0
    waited: int = 0  # validations since the best one
    # (step, training loss since the last one, validation loss)
    history: tuple[tuple[int, float, float], ...] = ()
    loss_sum: float = 0.0  # of the steps since the last validation
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Progress with tensors by name: "now.", "best." (weights), "first.", "second." (moments of
    Adam)."""

    progress: Progress
    tensors: Mapping[str, Any]

    def under(self, prefix: str) -> dict[str, Any]:
        """Return the tensors of one kind, by parameter name."""
        return {
            name.removeprefix(prefix): tensor
            for name, tensor in self.tensors.items()
            if name.startswith(prefix)
        }


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file at `path`, or leave it as it was. Raises OSError, for a full disk too."""
    save = library("safetensors.torch").save
    progress = msgspec.json.encode(checkpoint.progress).decode()
    replace_whole(
        path,
        save(
            {name: tensor.contiguous() for name, tensor in checkpoint.tensors.items()},
            {"progress": progress},
        ),
    )


def read(path: Path, plan: str) -> Checkpoint | None:
    """Return the checkpoint at `path`, None where there is none. Raises ArtifactError for one of
    another plan, or damaged."""
    if not path.exists():
        return None
    safetensors = library("safetensors")
    try:
        with safetensors.safe_open(str(path), framework="pt") as file:
            progress = msgspec.json.decode(file.metadata()["progress"], type=Progress)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    except (safetensors.SafetensorError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise ArtifactError(
            f"{path} is damaged ({error}); remove {path.parent} to begin again"
        ) from error
    if progress.plan != plan:
        raise ArtifactError(
            f"{path.parent} holds an unfinished training of other data, base or settings; repeat "
            "the command that began it, choose another --out, or give --restart to begin again"
        )
    return Checkpoint(progress, tensors)


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, bring it to the disk, and rename it: it is there whole, or as
    it was before."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
