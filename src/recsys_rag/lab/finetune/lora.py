"""A causal language model with low-rank adapters (LoRA, Hu et al. 2021) on the linear layers of its
blocks, by PEFT."""

import importlib
import warnings
from collections.abc import Mapping
from typing import Any

from recsys_rag.errors import MissingExtraError, SettingsError

REMEDY = "fine-tuning needs: pip install 'recsys-rag[finetune]'"


def library(name: str) -> Any:
    """Import a library of the extra. Raises MissingExtraError with the command that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(f"{REMEDY} ({error})") from error


def with_adapter(model: Any, *, rank: int, alpha: int, seed: int) -> Any:
    """Return the model with a fresh adapter of this rank, the only part that learns; its first
    outputs are the model's own.

    Raises SettingsError for an architecture that is not a causal language model with linear layers
    in blocks.
    """
    peft, torch = library("peft"), library("torch")
    targets, transposed = _linear_layers(model)
    torch.manual_seed(seed)
    config = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=rank,
        lora_alpha=alpha,
        lora_dropout=0.0,  # so that a step depends on nothing but weights and batch
        target_modules=sorted(targets),
        fan_in_fan_out=transposed,
    )
    with warnings.catch_warnings():  # peft asks transformers by a name that is deprecated there
        warnings.simplefilter("ignore", FutureWarning)
        adapted = peft.get_peft_model(model, config)
    adapted.config.use_cache = False
    return adapted


def _linear_layers(model: Any) -> tuple[set[str], bool]:
    """Return the last names of the blocks' linear layers, and whether they are stored transposed,
    as GPT-2 has them."""
    torch, pytorch_utils = library("torch"), library("transformers.pytorch_utils")
    name = type(model).__name__
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    if head is None or not hasattr(model, "generate"):
        raise SettingsError(
            f"{name} is not a causal language model: it has no output layer over a vocabulary; "
            "choose another --base"
        )
    kinds: dict[str, set[type]] = {}
    for path, module in model.named_modules():
        is_linear = isinstance(module, torch.nn.Linear | pytorch_utils.Conv1D)
        if is_linear and module is not head and any(part.isdigit() for part in path.split(".")):
            kinds.setdefault(path.rpartition(".")[2], set()).add(type(module))
    transposed = {pytorch_utils.Conv1D} in kinds.values()
    if not kinds:
        raise SettingsError(
            f"{name} has no linear layers in numbered blocks to put an adapter on; choose another "
            "--base"
        )
    if transposed and any(pytorch_utils.Conv1D not in kind for kind in kinds.values()):
        raise SettingsError(
            f"{name} mixes transposed and plain linear layers; no adapter fits both; choose "
            "another --base"
        )
    return set(kinds), transposed


def trained(model: Any) -> dict[str, Any]:
    """Return the parameters that learn, by name, in a fixed order."""
    return {
        name: named_parameter
        for name, named_parameter in sorted(model.named_parameters())
        if named_parameter.requires_grad
    }


def put(model: Any, weights: Mapping[str, Any]) -> None:
    """Set the parameters that learn."""
    torch = library("torch")
    with torch.no_grad():
        for name, parameter in trained(model).items():
            parameter.copy_(weights[name])
