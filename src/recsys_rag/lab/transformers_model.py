"""GPT-2 and any causal language model of the transformers library as a `LanguageModel`. Needs the
extra [transformers]."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.jump_forward import Sampler, Token, choose, walk
from recsys_rag.generate._backends.pieces import before_stop, begun
from recsys_rag.generate._backends.rendering import as_completion, stops, without_special_tokens
from recsys_rag.lab.transformers_engine import TransformersEngine
from recsys_rag.types import Grammar, Prompt

LIKELIEST_TOKENS = 40  # free text is drawn from these, as far as
NUCLEUS = 0.95  # of their probability goes: the same as in llama.cpp


class TransformersModel:
    """Continues prompts with a model from the hub cache, the hub, or a folder
    ("openai-community/gpt2", "models/mine").

    `adapter`: the folder of a LoRA adapter as PEFT saves it. `gguf_file`: the name of a GGUF file
    in that folder or repository, dequantized while it is loaded. Weights are read as safetensors,
    never from pickles. The constructor reads nothing: call `load` early to have the wait at a
    better time. `load`, or the first `generate`, raises MissingExtraError or AssetError.
    """

    def __init__(
        self,
        name_or_path: str,
        *,
        device: str = "cpu",
        gguf_file: str | None = None,
        adapter: str | Path | None = None,
    ) -> None:
        self._name = name_or_path if adapter is None else f"{name_or_path}+{Path(adapter).name}"
        self._engine = TransformersEngine(
            name_or_path,
            device=device,
            gguf_file=gguf_file,
            adapter=Path(adapter) if adapter else None,
        )

    @property
    def model_id(self) -> str:
        return f"transformers:{self._name}"

    @property
    def honors_grammar(self) -> bool:
        """Always: literals are yielded by the walk through the grammar, whatever the model would
        write."""
        return True

    def load(self) -> None:
        """Read the weights now instead of at the first text."""
        self._engine.load()

    def close(self) -> None:
        """Free the model's memory; a later `generate` loads it again."""
        self._engine.close()

    def generate(
        self,
        prompt: Prompt,
        *,
        grammar: Grammar | None = None,
        max_tokens: int = 160,
        temperature: float = 0.7,
        seed: int = 0,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        """Yield the text: a literal at a time under a grammar, else as it is decoded, without
        leading white space.

        The clock starts when the weights are loaded. Tokens under a grammar are counted at each
        choice. Raises GenerationError as `LanguageModel` says, and when prompt and text are longer
        than the model's positions (1,024 tokens in GPT-2).
        """
        self._engine.load()
        deadline = time.monotonic() + timeout_seconds
        sampler = Sampler(temperature, seed)
        if grammar is None:
            texts = self._texts(as_completion(prompt), sampler, max_tokens, deadline)
            yield from begun(before_stop(texts, stops(prompt)), self.model_id)
        else:
            choices = _Choices(self._engine, as_completion(prompt), sampler, max_tokens, deadline)
            yield from walk(grammar, choices.pick, max_tokens)

    def _texts(
        self, prompt: str, sampler: Sampler, max_tokens: int, deadline: float
    ) -> Iterator[str]:
        """Yield the whole text after each token, as far as its characters are complete."""
        prompt_ids, token_ids = self._engine.prompt_ids(prompt), list[int]()
        for _ in range(max_tokens):
            log_probabilities = self._engine.log_probabilities([*prompt_ids, *token_ids], deadline)
            likeliest = np.argsort(-log_probabilities, kind="stable")[:LIKELIEST_TOKENS]
            before = np.cumsum(np.exp(log_probabilities[likeliest])) - np.exp(
                log_probabilities[likeliest]
            )
            kept = likeliest[before < NUCLEUS * np.exp(log_probabilities[likeliest]).sum()]
            token_id = int(kept[sampler.draw([float(value) for value in log_probabilities[kept]])])
            if token_id in self._engine.end_ids:
                return
            token_ids.append(token_id)
            yield self._engine.text_of(token_ids).rstrip("\ufffd")


class _Choices:
    """The choices of one text under a grammar: one forward pass each, over what was appended since
    the last one."""

    def __init__(
        self,
        engine: TransformersEngine,
        prompt: str,
        sampler: Sampler,
        max_tokens: int,
        deadline: float,
    ) -> None:
        self._engine = engine
        self._prompt_ids = engine.prompt_ids(prompt)
        self._sampler = sampler
        self._max_tokens = max_tokens
        self._deadline = deadline

    def pick(self, text: str, literals: Sequence[str]) -> int:
        """Return the index of the literal that the model continues the prompt and `text` with."""

        def next_tokens(
            certain: str, token_ids: Sequence[int], rests: Sequence[bytes]
        ) -> list[Token | None]:
            text_ids = [*self._engine.token_ids(without_special_tokens(text + certain)), *token_ids]
            if len(text_ids) > self._max_tokens:
                raise GenerationError(
                    f"the text did not end within max_tokens={self._max_tokens}; raise it"
                )
            read = [*self._prompt_ids, *text_ids]
            log_probabilities = self._engine.log_probabilities(read, self._deadline)
            firsts = [self._engine.first_token(rest.decode()) for rest in rests]
            return [
                Token(token_id, spelled, float(log_probabilities[token_id]))
                for token_id, spelled in firsts
            ]

        return choose(literals, next_tokens, self._sampler)
