"""Where fine-tuning runs: a GPU where there is one, else the processors that it may use."""

import os

from recsys_rag.errors import SettingsError
from recsys_rag.lab.finetune.lora import library


def prepared(device: str, threads: int | None) -> str:
    """Return "cuda" or "cpu" and hold torch to so many threads. Raises SettingsError,
    MissingExtraError."""
    torch = library("torch")
    if device == "cuda" and not torch.cuda.is_available():
        raise SettingsError(
            "--device cuda: torch sees no GPU here; give --device cpu, or install torch for your GPU"
        )
    torch.set_num_threads(
        threads or int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    )
    return "cuda" if device != "cpu" and torch.cuda.is_available() else "cpu"


def multiplies_in_bf16(device: str) -> bool:
    """Say whether this device has instructions for bfloat16, which take about two thirds of the
    time on processors."""
    torch = library("torch")
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(known and known())
