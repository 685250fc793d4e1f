"""A causal language model of the transformers library: loads weights, gives log-probabilities of
the next token.

Safetensors or GGUF only: other weight files are pickles, which run code. Keeps one prompt's keys
and values.
"""

import contextlib
import importlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate._backends.threads import spins

HUB_SECONDS = 10.0  # until the hub counts as unreachable
BATCH_TOKENS = 128  # between two batches of a prompt the deadline is looked at


class TransformersEngine:
    """One model and its tokenizer, read by `load` or at first use. Thread-safe: one forward pass at
    a time."""

    def __init__(
        self, name_or_path: str, *, device: str, gguf_file: str | None, adapter: Path | None = None
    ) -> None:
        self._name = name_or_path
        self._adapter = adapter
        self._device = device
        self._gguf_file = gguf_file
        self._lock = threading.Lock()
        self._model: Any = None
        self._tokenizer: Any = None
        self._cache: Any = None
        self._cached_ids: list[int] = []

    def load(self) -> None:
        """Read the weights, once.

        Raises MissingExtraError without the extra, AssetError where the weights are missing,
        unreachable or pickled.
        """
        with self._lock:
            if self._model is None:
                torch, transformers = _library("torch"), _library("transformers")
                source = {"gguf_file": self._gguf_file} if self._gguf_file else {}
                with _quiet(transformers):
                    tokenizer = self._read(transformers.AutoTokenizer, **source)
                    use_safetensors = {} if self._gguf_file else {"use_safetensors": True}
                    model = self._read(
                        transformers.AutoModelForCausalLM, **source, **use_safetensors
                    )
                    if self._adapter:
                        model = _adapted(model, self._adapter)
                dtype = torch.float32 if self._device == "cpu" else model.dtype
                self._tokenizer, self._model = (
                    tokenizer,
                    model.to(device=self._device, dtype=dtype).eval(),
                )

    def close(self) -> None:
        """Free the memory; a later use loads the weights again."""
        with self._lock:
            self._model = self._tokenizer = self._cache = None
            self._cached_ids = []

    @property
    def model(self) -> Any:
        """The loaded model itself, for those who train it."""
        return self._model

    @property
    def tokenizer(self) -> Any:
        """The loaded tokenizer."""
        return self._tokenizer

    @property
    def end_ids(self) -> frozenset[int]:
        """Tokens at which the model ends a text."""
        ids = self._model.generation_config.eos_token_id
        ids = self._tokenizer.eos_token_id if ids is None else ids
        return frozenset([ids] if isinstance(ids, int) else ids or [])

    def token_ids(self, text: str) -> list[int]:
        """Return the tokens of a text, without the marks of a beginning or an end."""
        return [
            int(i) for i in self._tokenizer.encode(text, add_special_tokens=False, verbose=False)
        ]

    def prompt_ids(self, text: str) -> list[int]:
        """Return the tokens of a text with the marks that the model expects; at least one."""
        ids = [int(i) for i in self._tokenizer.encode(text, verbose=False)]
        return ids or sorted(self.end_ids)[:1] or [0]

    def text_of(self, token_ids: Sequence[int]) -> str:
        """Return the text of tokens; U+FFFD stands for a character that is not complete yet."""
        return str(
            self._tokenizer.decode(
                token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def first_token(self, text: str) -> tuple[int, bytes]:
        """Return the token that this text begins with, and the bytes it stands for.

        Where the token ends within a character, the bytes end after that character's first: they
        are no text then.
        """
        encoded = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        spans = [
            (i, s, e)
            for i, (s, e) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
            if e
        ]
        if not spans:
            raise GenerationError(f"{self._name}: the tokenizer has no token for {text!r}")
        token_id, _, end = spans[0]
        if len(spans) > 1 and spans[1][1] < end:
            return int(token_id), text[: end - 1].encode() + text[end - 1].encode()[:1]
        return int(token_id), text[:end].encode()

    def log_probabilities(self, token_ids: Sequence[int], deadline: float) -> NDArray[np.float64]:
        """Return the log-probability of each token of the vocabulary as the next one, shape
        (vocabulary size,).

        What was read last time and begins the same is not read again. Raises GenerationError when
        `token_ids` are more than the model has positions for, and when the deadline (of
        `time.monotonic`) passes.
        """
        torch = _library("torch")
        with self._lock, torch.inference_mode():
            logits = self._read_on(torch, token_ids, self._keep_shared(token_ids), deadline)
            log_probabilities = torch.log_softmax(logits[-1][-1].double(), dim=-1)
        return np.asarray(log_probabilities.cpu().numpy(), dtype=np.float64)

    def _read_on(
        self, torch: Any, token_ids: Sequence[int], n_kept: int, deadline: float
    ) -> list[Any]:
        """Read the tokens after those that are kept; return their logits, (tokens, vocabulary size)
        a batch."""
        n_positions = getattr(self._model.config, "max_position_embeddings", None)
        if n_positions is not None and len(token_ids) > n_positions:
            raise GenerationError(
                f"{self._name}: prompt and text have {len(token_ids)} tokens, "
                f"the model has room for {n_positions}; "
                "shorten the prompt"
            )
        logits = []
        for start in range(n_kept, len(token_ids), BATCH_TOKENS):
            if time.monotonic() > deadline:
                raise GenerationError(
                    f"{self._name}: the text was not complete at the deadline; raise the timeout"
                )
            batch = list(token_ids[start : start + BATCH_TOKENS])
            ids = torch.tensor([batch], device=self._device)
            output = self._model(input_ids=ids, past_key_values=self._cache, use_cache=True)
            self._cache = output.past_key_values
            self._cached_ids += batch
            logits.append(output.logits[0])
        return logits

    def _keep_shared(self, token_ids: Sequence[int]) -> int:
        """Cut the cache back to what it shares with these tokens, all but their last; return how
        many it holds."""
        kept = token_ids[:-1]
        pairs = zip(self._cached_ids, kept, strict=False)
        n_shared = next((i for i, (old, new) in enumerate(pairs) if old != new), None)
        n_shared = min(len(self._cached_ids), len(kept)) if n_shared is None else n_shared
        if n_shared < len(self._cached_ids):
            try:
                self._cache.crop(n_shared)
            # kinds of cache that only grow
            except (AttributeError, NotImplementedError, ValueError):
                n_shared = 0
        if n_shared == 0:
            self._cache = None
        self._cached_ids = self._cached_ids[:n_shared]
        return n_shared

    def _read(self, kind: Any, **options: Any) -> Any:
        """Read from the folder or the hub cache; only what is in neither is asked of the hub, if it
        can be reached."""
        try:
            try:
                return kind.from_pretrained(self._name, local_files_only=True, **options)
            except OSError:
                if Path(self._name).is_dir() or not _hub_answers():
                    raise
            return kind.from_pretrained(self._name, **options)
        except ImportError as error:
            raise MissingExtraError(
                f"{self._name}: {error}; pip install 'recsys-rag[transformers]'"
            ) from error
        except (OSError, ValueError) as error:
            raise AssetError(self._unreadable(error)) from error

    def _unreadable(self, error: Exception) -> str:
        if Path(self._name).is_dir():
            pickled = sorted(path.name for path in Path(self._name).glob("*.bin"))
            if pickled and not list(Path(self._name).glob("*.safetensors")):
                return (
                    f"{self._name}: has its weights in {pickled[0]}, a pickle, "
                    "which is not loaded because it can run code; "
                    "convert them with model.save_pretrained(folder), which writes safetensors"
                )
            reason = _first_line(error)
            return f"{self._name}: not a model folder that transformers can read ({reason})"
        return (
            f"{self._name}: not a folder, not in the hub cache, and not to be had from the hub "
            f"({_first_line(error)}); on a machine with access run: hf download {self._name} "
            "--local-dir FOLDER, and give that folder"
        )


def _adapted(model: Any, folder: Path) -> Any:
    """Return the model with the adapter of this folder added to its weights."""
    try:
        peft = importlib.import_module("peft")
    except ImportError as error:
        raise MissingExtraError(
            "an adapter in this backend needs: pip install 'recsys-rag[finetune]'"
        ) from error
    try:
        return peft.PeftModel.from_pretrained(model, str(folder)).merge_and_unload()
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise AssetError(
            f"{folder}: not an adapter of this model ({_first_line(error)})"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _hub_answers() -> bool:
    """Say whether the hub can be reached: its own client would try for a minute to find out that it
    cannot."""
    import httpx2

    constants = importlib.import_module("huggingface_hub").constants
    if constants.HF_HUB_OFFLINE:
        return False
    try:
        httpx2.head(constants.ENDPOINT, timeout=HUB_SECONDS)
    except httpx2.HTTPError:
        return False
    return True


def _library(name: str) -> Any:
    try:
        with _few_spins():
            return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            "the Transformers backend needs: pip install 'recsys-rag[transformers]'"
        ) from error


@contextlib.contextmanager
def _few_spins() -> Iterator[None]:
    """Make OpenMP threads of a library that is imported here go to sleep soon, as `spins` says."""
    added = spins(os.environ)
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextlib.contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep transformers from drawing progress bars and advising on the terminal while weights are
    read."""
    logging = transformers.utils.logging
    verbosity, had_bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bar:
            logging.enable_progress_bar()
