"""Any OpenAI-compatible server as a `LanguageModel`. Starts no server, reads no environment."""

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from recsys_rag._turns import Cancellation
from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.derivation import Derivation
from recsys_rag.generate._backends.gbnf import to_gbnf
from recsys_rag.generate._backends.jump_forward import LARGEST_SEED
from recsys_rag.generate._backends.openai_answers import Piece, whole_characters, written
from recsys_rag.generate._backends.openai_stream import OpenAIStream, RefusedError
from recsys_rag.generate._backends.pieces import before_stop, begun
from recsys_rag.generate._backends.rendering import as_completion, as_messages
from recsys_rag.types import Grammar, Prompt

PROBE = Grammar({"start": (("zq", "end"),)})  # no model says this by itself
PROBE_SECONDS = 15.0
# a grammar's alternatives are all wanted
NOTHING_CUT_OFF = {"top_k": 0, "top_p": 1.0, "min_p": 0.0}
THINKING_TOKENS = 2048  # more, for a model that spends those of its text on thinking


class OpenAIServer:
    """Asks `model` at `base_url` ("http://127.0.0.1:8080/v1"): as a chat, or as a completion where
    the prompt is raw.

    The constructor asks nothing. `api_key` is sent where given. Raises GenerationError for every
    failure of the server or of the way to it.
    """

    texts_at_once = 4  # as many as servers of one machine take by default; larger ones take more

    def __init__(self, model: str, base_url: str, *, api_key: str | None = None) -> None:
        self._model = model
        self._base_url = base_url
        self._stream = OpenAIStream(base_url, api_key=api_key)
        self._honors_grammar: bool | None = None
        self._cancellation = Cancellation()

    @property
    def model_id(self) -> str:
        return f"openai:{self._model}@{self._base_url}"

    @property
    def honors_grammar(self) -> bool:
        """Whether the server decodes under GBNF (llama.cpp does): asked once, with a grammar of one
        word.

        False while the server cannot be asked, for whatever reason; the next call asks again.
        """
        try:
            return self._probed()
        except GenerationError:
            return False

    def load(self) -> None:
        """Ask now whether the server answers, and honors a grammar. Raises GenerationError where it
        does not answer."""
        self._probed()

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
        """Yield the text as it arrives, without leading white space; whole literals under a
        grammar, each checked.

        Raises GenerationError as `LanguageModel` says; with a grammar and a server that does not
        honor it, before the first piece. The seed is passed on; whether it makes texts repeatable
        is up to the server.
        """
        options = _sampling(max_tokens, temperature, seed)
        if grammar is None:
            stop = {"stop": list(prompt.stop)} if prompt.stop else {}
            yield from self._free(prompt, {**options, **stop}, timeout_seconds)
            return
        if not self._probed():
            raise GenerationError(
                f"{self.model_id}: this server cannot be constrained by a grammar; "
                "generate without one"
            )
        constrained = {**options, **NOTHING_CUT_OFF, "grammar": to_gbnf(grammar)}
        yield from self._derived(
            grammar, self._pieces(prompt, constrained, timeout_seconds), max_tokens
        )

    def until(self, cancellation: Cancellation) -> "OpenAIServer":
        """Return this model for one asker: on cancellation it hangs up on the server."""
        model = copy.copy(self)
        model._cancellation = cancellation
        return model

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _free(
        self, prompt: Prompt, options: Mapping[str, Any], timeout_seconds: float
    ) -> Iterator[str]:
        """Yield a text up to its stop: a raw prompt's as it arrives, a chat's when it is whole.

        Only then is it known which part of a chat's text was thought, not written.
        """
        if prompt.raw:
            pieces = self._pieces(prompt, options, timeout_seconds)
            texts = accumulate(whole_characters(piece.text) for piece in pieces)
            yield from begun(before_stop(texts, prompt.stop), self.model_id)
            return
        deadline = time.monotonic() + timeout_seconds
        while True:
            n_tokens = options["max_tokens"] + self._stream.thinking_tokens
            asked = {**options, "max_tokens": n_tokens}
            answer = list(self._pieces(prompt, asked, timeout_seconds))
            text = written("".join(piece.text for piece in answer))
            if text := "".join(before_stop([text], prompt.stop)):
                yield text
                return
            if self._stream.thinking_tokens or not any(piece.is_cut_off for piece in answer):
                raise GenerationError(f"{self.model_id}: {_nothing(answer, n_tokens)}")
            self._stream.thinking_tokens = THINKING_TOKENS
            timeout_seconds = deadline - time.monotonic()

    def _pieces(
        self, prompt: Prompt, options: Mapping[str, Any], timeout_seconds: float
    ) -> Iterator[Piece]:
        body = {"model": self._model, **options}
        if prompt.raw:
            endpoint, body = "completions", {**body, "prompt": as_completion(prompt)}
        else:
            endpoint, body = "chat/completions", {**body, "messages": as_messages(prompt)}
        return self._stream.pieces(endpoint, body, timeout_seconds, self._cancellation)

    def _derived(self, grammar: Grammar, pieces: Iterator[Piece], max_tokens: int) -> Iterator[str]:
        derivation = Derivation(grammar)
        for piece in pieces:
            yield from derivation.feed(piece.text)
            if piece.is_cut_off and not derivation.is_complete:
                raise GenerationError(
                    f"{self.model_id}: the text did not end within max_tokens={max_tokens}; "
                    "raise it"
                )
        if not derivation.is_complete:
            raise GenerationError(
                f"{self.model_id}: the server ended the text before its grammar did"
            )

    def _probed(self) -> bool:
        """Ask once whether a grammar is honored. Raises GenerationError where the server did not
        answer the question."""
        if self._honors_grammar is None:
            options = {"max_tokens": 8, "temperature": 0.0, "grammar": to_gbnf(PROBE)}
            try:
                pieces = list(self._pieces(Prompt("", "Say yes."), options, PROBE_SECONDS))
                self._honors_grammar = "".join(piece.text for piece in pieces) == "zq"
            except RefusedError:  # a strict server, which does not know the option
                self._honors_grammar = False
        return self._honors_grammar


def _sampling(max_tokens: int, temperature: float, seed: int) -> dict[str, Any]:
    return {"max_tokens": max_tokens, "temperature": temperature, "seed": seed % LARGEST_SEED}


def _nothing(answer: Sequence[Piece], n_tokens: int) -> str:
    """Say what came from a model that wrote no text."""
    text = "".join(piece.text for piece in answer).strip()
    instead = next((piece.instead for piece in answer if piece.instead), "")
    instead = instead or (f"all it returned is {text[:60]!r}" if text else "its answer is empty")
    if any(piece.is_cut_off for piece in answer):
        instead += f", until its {n_tokens} tokens ran out; turn its reasoning off, or use another"
    return f"the model wrote no text: {instead}"
