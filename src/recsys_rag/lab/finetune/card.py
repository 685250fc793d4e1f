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

A LoRA adapter (rank {rank}, {parameters:,} parameters) that puts given facts about one item into
one or two sentences, each clause with the number of the fact it states. Made by
`recsys-rag finetune writer`. Its texts are checked by the strict verifier before anybody reads
them; it was measured with the verifier behind it, and should be used only that way.

## Use

    recsys-rag recommend --user 196 --lm {base} --adapter DIR

The prompt is that of `recsys_rag.lab.tuned.tuned_prompt` (form {prompt_form}); any other prompt
gives other text.

## Training

- Base model: {base}. License of the base: {licence}. The adapter contains none of its weights.
- Data: {data}, content hash `{data_hash}`;
  texts from the bank of clauses of recsys-rag {version}, and from the model itself where the
  verifier found every claim supported. Also invented catalogs of other domains: {domains}.
- Users and items of the validation and test parts were kept out of training, and so were all but
  {trained_forms} of the {forms} phrasings of the bank.
- Started from {begun}; {steps} steps of {batch} examples in rounds of {rounds}, learning rate
  {learning_rate} (times {second_half_rate:g} for the second halves), seed {seed},
  {minutes:.0f} minutes on {device}, {precision}.
- Command: `{command}`

## Measured on its held-out part

| | before | after |
|---|---|---|
| perplexity of true texts, trained phrasings | {perplexity_before:.2f} | {perplexity_after:.2f} |
| perplexity of true texts, phrasings never trained | {fresh_before:.2f} | {fresh_after:.2f} |
| texts with every claim supported, unrepaired | {accepted_before:.1%} | {accepted_after:.1%} |
| share of the facts told in supported claims | {recall_before:.1%} | {recall_after:.1%} |

n = {n} texts. Own texts kept in the later rounds: {own}.
Validation loss by step: {losses}.

## Limits

It writes English, about films, or what the catalog calls its items, and only from the kinds of fact
it was trained on. Rare names are sometimes copied wrongly; that is what the verifier is for.
"""


def card(texts: Mapping[str, Any]) -> str:
    """Return the card; KeyError where a figure is missing."""
    return _CARD.format_map(texts)
