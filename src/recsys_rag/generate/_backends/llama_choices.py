"""One text's choices under a grammar, asked of llama.cpp with one short request each; prompts grow,
so its cache serves."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.gbnf import to_gbnf
from recsys_rag.generate._backends.jump_forward import Sampler, Token, choose
from recsys_rag.generate._backends.llama_engine import Chunk
from recsys_rag.generate._backends.rendering import without_special_tokens
from recsys_rag.types import Grammar

RAISED = (
    # added to the logits of wanted tokens: any other is then e^50 times less likely, and never
    # listed before them
    50.0
)
LONGEST_WORD = 24  # characters
MOST_TOKENS_LISTED = 512
ATTEMPTS = 3  # to see probabilities; one is enough but for characters that are spelled in bytes


class LlamaChoices:
    """Asks which literal continues a prompt. `complete` runs a request to its end and returns its
    chunks.

    Tokens of the text are counted at each choice; more than `max_tokens` raise GenerationError.
    """

    def __init__(
        self,
        complete: Callable[[dict[str, Any]], Sequence[Chunk]],
        prompt: str,
        *,
        sampler: Sampler,
        max_tokens: int,
    ) -> None:
        self._complete = complete
        self._prompt = prompt
        self._sampler = sampler
        self._max_tokens = max_tokens
        self._n_prompt_tokens = 0  # known after the first request

    def pick(self, text: str, literals: Sequence[str]) -> int:
        """Return the index of the literal that the model continues the prompt and `text` with."""

        def next_tokens(
            certain: str, token_ids: Sequence[int], rests: Sequence[bytes]
        ) -> Sequence[Token | None]:
            return self._next_tokens(
                [self._prompt + without_special_tokens(text + certain), *token_ids], rests
            )

        return choose(literals, next_tokens, self._sampler)

    def _next_tokens(self, prompt: list[str | int], rests: Sequence[bytes]) -> list[Token | None]:
        """Ask for one token and read the probabilities of those that `rests` begin with.

        Where first letters tell the words apart, raising the words' tokens is enough, and exact: no
        token belongs to two. (One that does is raised twice.) Otherwise the grammar lists them,
        which takes llama.cpp some 9 ms; it lists every way to spell a rest, and the longest token
        is the usual one: the others would split words.
        """
        texts = [rest.decode() for rest in rests]
        if differ_in_first_letter(texts):
            words = [_first_word(text) for text in texts]
            listed = self._listed(
                prompt, {"logit_bias": [[word, RAISED] for word in words]}, sum(map(len, words))
            )
            rank = _by_weight
        else:
            gbnf = to_gbnf(Grammar({"start": tuple((text, "end") for text in texts)}))
            # subtle: llama.cpp applies a grammar only after a first draw that it forbids; so bring
            # one about
            beginnings = "".join(text[:2] for text in texts)
            bias = [
                [
                    next(
                        (mark for mark in map(chr, range(126, 32, -1)) if mark not in beginnings),
                        "~",
                    ),
                    RAISED,
                ]
            ]
            n_listed = sum(min(len(rest), 2 * LONGEST_WORD) for rest in rests)
            listed, rank = (
                self._listed(prompt, {"grammar": gbnf, "logit_bias": bias}, n_listed),
                _by_length,
            )
        return [
            max((t for t in listed if t.text and rest.startswith(t.text)), key=rank, default=None)
            for rest in rests
        ]

    def _listed(
        self, prompt: list[str | int], restriction: dict[str, Any], n_tokens: int
    ) -> list[Token]:
        """Return the likeliest tokens; none where llama.cpp keeps to itself what it drew, each
        time.

        It does so with a token that ends within a character: its probabilities are lost, though
        they are not its alone.
        """
        n_listed = min(n_tokens + 8, MOST_TOKENS_LISTED)
        sampling = {
            "samplers": ["top_k"],
            "top_k": n_listed,
            "n_probs": n_listed,
            "post_sampling_probs": True,
        }
        for seed in range(ATTEMPTS):
            chunks = self._complete(
                {"prompt": prompt, "n_predict": 1, "seed": seed, **sampling, **restriction}
            )
            self._count(chunks)
            entries = [
                entry for chunk in chunks for choice in chunk["choices"] for entry in _top(choice)
            ]
            if entries:
                return [
                    Token(entry["id"], bytes(entry["bytes"]), _log(entry["prob"]))
                    for entry in entries
                ]
        return []

    def _count(self, chunks: Sequence[Chunk]) -> None:
        n_tokens = next(
            chunk["usage"]["prompt_tokens"] for chunk in reversed(chunks) if "usage" in chunk
        )
        self._n_prompt_tokens = self._n_prompt_tokens or n_tokens
        if n_tokens - self._n_prompt_tokens > self._max_tokens:
            raise GenerationError(
                f"the text did not end within max_tokens={self._max_tokens}; raise it"
            )


def differ_in_first_letter(texts: Sequence[str]) -> bool:
    """Say whether all texts begin with a space and a letter, no two with the same one.

    >>> [differ_in_first_letter(texts) for texts in ([" If", " He"], [" If", " It"], ["If", "He"])]
    [True, False, False]
    """
    letters = {
        text[1:2]
        for text in texts
        if text[:1] == " " and text[1:2].isascii() and text[1:2].isalpha()
    }
    return len(letters) == len(texts)


def _first_word(text: str) -> str:
    return " " + text[1 : LONGEST_WORD + 1].split()[0]


def _by_weight(token: Token) -> tuple[float, int]:
    return token.log_weight, len(token.text)


def _by_length(token: Token) -> tuple[float, int]:
    return len(token.text), 0


def _top(choice: dict[str, Any]) -> list[dict[str, Any]]:
    content = (choice.get("logprobs") or {}).get("content") or [{}]
    return list(content[0].get("top_probs", ()))


def _log(probability: float) -> float:
    return math.log(probability) if probability > 0 else -math.inf
