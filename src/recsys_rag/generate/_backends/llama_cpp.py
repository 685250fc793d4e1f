"""Any GGUF file as a `LanguageModel`, run by llama.cpp in a worker process. No server, no compiler,
no torch.

Under a grammar it jumps: the model decides the token or two in which the alternatives differ, the
rest is copied.
"""

import copy
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from recsys_rag._turns import Cancellation, Deadline
from recsys_rag.generate._backends.jump_forward import LARGEST_SEED, Sampler, walk
from recsys_rag.generate._backends.llama_choices import LlamaChoices
from recsys_rag.generate._backends.llama_engine import Chunk, LlamaEngine
from recsys_rag.generate._backends.pieces import begun
from recsys_rag.generate._backends.rendering import as_completion, shared_prefix, stops
from recsys_rag.types import Grammar, Prompt


class LlamaCpp:
    """Continues prompts as a completion model does; examples in the prompt show the form.

    `threads`: one is the fastest on a busy machine, where two wait for each other at every token;
    on idle cores, two write a text in two thirds of the time. `context_tokens`: prompt and text
    together. `adapter`: a LoRA adapter in GGUF over these weights; with `merged_in`, a folder, the
    two are made one file there, which writes a text in two thirds of the time. The constructor only
    checks the files: call `prepare` early to have the wait at a better time. Requests of several
    threads wait for each other. A crash of llama.cpp fails the text that is under way; the next one
    starts it again. Raises AssetError where a file is missing or no GGUF file.
    """

    honors_grammar = True  # the walk through one yields literals, whatever the model writes

    def __init__(
        self,
        path: str | Path,
        *,
        model_id: str,
        threads: int = 1,
        context_tokens: int = 4096,
        adapter: str | Path | None = None,
        merged_in: Path | None = None,
    ) -> None:
        self.model_id = model_id
        self._engine = LlamaEngine(
            Path(path),
            name=model_id,
            threads=threads,
            context_tokens=context_tokens,
            adapter=Path(adapter) if adapter else None,
            merged_in=merged_in,
        )
        self._cancellation = Cancellation()

    def until(self, cancellation: Cancellation) -> "LlamaCpp":
        """Return this model for one asker: on cancellation its text stops within a token."""
        model = copy.copy(self)
        model._cancellation = cancellation
        return model

    def load(self) -> None:
        """Have the file read now (about 0.4 s for 100 MB) instead of at the first text, and wait
        for it."""
        self._engine.load()

    def prepare(self, prompt: Prompt) -> None:
        """Have the file read, and what `prompt` shares with others of the same instructions and
        examples; does not wait.

        The next text then begins sooner. What goes wrong is said when it is written.
        """
        if prefix := shared_prefix(prompt):
            self._engine.begin({"prompt": prefix, "n_predict": 1})
        else:
            self._engine.start()

    def close(self) -> None:
        """End the worker, which frees the model's memory; a later `generate` starts it again."""
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

        Under a grammar, each choice is drawn from the model's probabilities at `temperature` among
        what the grammar allows, cut off nowhere; free text is drawn from the 40 likeliest tokens
        (top-p 0.95, min-p 0.05). `temperature` 0 takes the likeliest. Tokens under a grammar are
        counted at each choice, so only the part after the last one may run over `max_tokens`. The
        clock starts when the file is loaded. Raises GenerationError as `LanguageModel` says, and
        for a prompt longer than the context.
        """
        self._engine.load()
        deadline = Deadline(timeout_seconds)
        sampling = {"temperature": temperature, "seed": seed % LARGEST_SEED}
        if grammar is None:
            request = {
                "prompt": as_completion(prompt),
                "n_predict": max_tokens,
                "stop": stops(prompt),
                **sampling,
            }
            yield from begun(map(_text, self._stream(request, deadline)), self.model_id)
        else:
            complete = functools.partial(self._complete, deadline=deadline)
            sampler = Sampler(temperature, seed)
            choices = LlamaChoices(
                complete, as_completion(prompt), sampler=sampler, max_tokens=max_tokens
            )
            yield from walk(grammar, choices.pick, max_tokens)

    def _stream(self, request: dict[str, Any], deadline: Deadline) -> Iterator[Chunk]:
        return self._engine.stream(request, deadline, self._cancellation)

    def _complete(self, request: dict[str, Any], deadline: Deadline) -> Sequence[Chunk]:
        return list(self._stream(request, deadline))


def _text(chunk: Chunk) -> str:
    choices = chunk.get("choices") or [{}]
    return str(choices[0].get("text") or "")
