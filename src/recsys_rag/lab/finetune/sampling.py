"""Texts by the model in training itself, many at once; kept only where the verifier finds every
claim supported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys_rag.lab.finetune.lora import library
from recsys_rag.lab.finetune.pairs import Pair, Situation

_MOST_TOKENS = 160
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Sampled:
    """One situation and what the model wrote about it."""

    situation: Situation
    text: str
    objections: tuple[str, ...]
    recall: float

    @property
    def is_good(self) -> bool:
        """Say whether every claim is supported, and every piece of evidence told."""
        return not self.objections and self.recall == 1.0


def write(
    model: Any,
    tokenizer: Any,
    situations: Sequence[Situation],
    *,
    temperature: float,
    seed: int,
    bf16: bool = False,
    at_once: int = _AT_ONCE,
) -> list[Sampled]:
    """Return what the model writes about each situation, judged; the same weights and seed write
    the same."""
    order = sorted(range(len(situations)), key=lambda index: len(situations[index].prompt))
    texts: dict[int, str] = {}
    for begin in range(0, len(order), at_once):
        places = order[begin : begin + at_once]
        prompts = [situations[place].prompt for place in places]
        texts.update(
            zip(
                places,
                _texts(model, tokenizer, prompts, temperature, seed + begin, bf16),
                strict=True,
            )
        )
    sampled = []
    for position, situation in enumerate(situations):
        text = texts[position]
        sampled.append(
            Sampled(situation, text, tuple(situation.objections(text)), situation.recall(text))
        )
    return sampled


def good_pairs(sampled: Sequence[Sampled]) -> list[Pair]:
    """Return the pairs to learn from: all good ones, each text once."""
    kept = {text.text: Pair(text.situation.prompt, text.text) for text in sampled if text.is_good}
    return list(kept.values())


def _texts(
    model: Any, tokenizer: Any, prompts: Sequence[str], temperature: float, seed: int, bf16: bool
) -> list[str]:
    torch = library("torch")
    encoded = [
        [int(token_id) for token_id in tokenizer.encode(prompt, verbose=False)]
        for prompt in prompts
    ]
    width = max(map(len, encoded))
    pad = int(tokenizer.eos_token_id)
    token_ids = np.full((len(encoded), width), pad, np.int64)
    attention = np.zeros_like(token_ids)
    for row, ids in enumerate(encoded):
        token_ids[row, width - len(ids) :] = ids
        attention[row, width - len(ids) :] = 1
    device = next(model.parameters()).device
    torch.manual_seed(seed)
    sampling = (
        {"do_sample": True, "temperature": temperature, "top_k": 40, "top_p": 0.95}
        if temperature
        else {}
    )
    with torch.no_grad(), torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
        written = model.generate(
            input_ids=torch.from_numpy(token_ids).to(device),
            attention_mask=torch.from_numpy(attention).to(device),
            max_new_tokens=_MOST_TOKENS,
            pad_token_id=pad,
            eos_token_id=pad,
            use_cache=True,
            **(sampling or {"do_sample": False}),
        )
    texts = tokenizer.batch_decode(
        written[:, width:].cpu().numpy(),
        skip_special_tokens=True,
        clean_up_tokenization_spaces=False,
    )
    return [text.strip().partition("\n")[0].strip() for text in texts]
