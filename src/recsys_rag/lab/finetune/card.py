"""The model card of an adapter: what it is, what it was trained on, how well it does. Pure."""

from collections.abc import Mapping
from typing import Any

_CARD = """---
base_model: {base}
library_name: peft
license: {licence}
tags: [recsys-rag, text-generation, lora]
---

# A writer of recommendation texts for {base}

A LoRA adapter (rank {rank}, {parameters:,} parameters) that puts given facts about one item into one or two sentences, each
clause with the number of the fact it states. Made by `recsys-rag finetune writer`; its texts are checked by the strict
verifier before anybody reads them, and it is to be used that way only: it was measured with the verifier behind it.

## Use

    recsys-rag recommend --user 196 --lm {base} --adapter DIR

The prompt is that of `recsys_rag.generate.tuned_prompt` (form {prompt_form}); any other prompt gets other text.

## Training

- Base model: {base}. Licence of the base: {licence}. The adapter holds none of its weights.
- Data: {data}, content hash `{data_hash}`;
  texts from the bank of clauses of recsys-rag {version}, and from the model itself where the verifier found every
  claim supported. Made-up catalogs of other domains besides: {domains}.
- Users and items of the validation and test parts were kept from training, and of the {forms} phrasings of the bank all but
  {trained_forms}.
- Begun from {begun}; {steps} steps of {batch} examples in rounds of {rounds}, learning rate {learning_rate}
  (times {second_half_rate:g} for the second halves), seed {seed}, {minutes:.0f} minutes on {device}, {precision}.
- Command: `{command}`

## Measured on its held-out part

| | before | after |
|---|---|---|
| perplexity of held-out true texts, trained phrasings | {perplexity_before:.2f} | {perplexity_after:.2f} |
| perplexity of held-out true texts, phrasings never trained | {fresh_before:.2f} | {fresh_after:.2f} |
| texts of which the verifier supports every claim, before any repair (n = {n}) | {accepted_before:.1%} | {accepted_after:.1%} |
| share of the facts told in supported claims | {recall_before:.1%} | {recall_after:.1%} |

Own texts kept in the later rounds: {own}.
Validation loss by step: {losses}.

## Limits

It writes English, about films in its own words ("film" is replaced by the catalog's noun after the text was verified), and
only from facts of the kinds it was trained on. Rare names are sometimes copied wrongly; that is what the verifier is for.
"""


def card(texts: Mapping[str, Any]) -> str:
    """Return the card; KeyError where a figure is missing."""
    return _CARD.format_map(texts)
