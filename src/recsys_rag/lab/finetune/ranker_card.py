"""The model card of a ranker: what it is, what it was trained on, how well it does. Pure."""

from collections.abc import Mapping
from typing import Any

_CARD = """---
base_model: {base}
library_name: peft
license: {licence}
tags: [recsys-rag, reranking, lora]
---

# A ranker of recommendation candidates for {base}

A LoRA adapter (rank {rank}, {parameters:,} parameters) that, from the titles a person liked and up to 20 candidates listed as A
to T, gives the letter of the one to come next. Made by `recsys-rag finetune ranker`. Whether it helps on top of the
retrievers is not settled by the figures below, but by the gate.

## Use

    recsys-rag gate --lm {base} --adapter DIR --protocol {protocol}

The prompt is that of `recsys_rag.rerank.ranking_prompt` (form {prompt_form}).

## Training

- Base model: {base}. Licence of the base: {licence}. The adapter holds none of its weights.
- Data: {data}, content hash `{content_hash}`; {choices:,} choices from the training part of the validation fold of the protocol
  `{protocol}` (passport `{passport}`), cut again within it. What that protocol holds out for validation and test was not
  looked at.
- {steps} steps of {batch} choices, learning rate {learning_rate}, seed {seed}, {minutes:.0f} minutes on {device}, {precision};
  candidates shuffled each time.
- Command: `{command}`

## Measured on choices of people kept from training (n = {n})

| | before | after | retrievers' order |
|---|---|---|---|
| mean reciprocal rank of the right candidate among 20 | {mrr_before:.3f} | {mrr_after:.3f} | {retrievers_mrr:.3f} |
| right candidate first | {first_before:.1%} | {first_after:.1%} | {retrievers_first:.1%} |

By chance: .180 and 5.0 %. Validation loss by step: {losses}.
"""


def card(told: Mapping[str, Any]) -> str:
    """Return the card; KeyError where a figure is missing."""
    return _CARD.format_map(told)


def summary(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return what came of it in one sentence."""
    return (
        f"Of held-out choices among 20, the mean reciprocal rank of the right one is {after['mrr']:.3f} (before "
        f"{before['mrr']:.3f}, retrievers' order {after['retrievers_mrr']:.3f}, chance .180)"
    )
