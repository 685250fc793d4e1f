"""Tiny language models with random weights, and a tokenizer of single bytes: seconds to train, and
nothing to download."""

from pathlib import Path
from typing import Any

END = "<|end|>"


def tiny_model(folder: Path, kind: str = "gpt2", seed: int = 0) -> Path:
    """Save a random GPT-2 or Llama of two layers, with its tokenizer, as a folder of
    transformers."""
    import torch
    import transformers

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = byte_tokenizer()
    positions = 1024
    ids = {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.eos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    made: dict[str, Any] = {
        "gpt2": lambda: transformers.GPT2LMHeadModel(
            transformers.GPT2Config(
                n_positions=positions, n_embd=32, n_layer=2, n_head=4, initializer_range=0.3, **ids
            )
        ),
        "llama": lambda: transformers.LlamaForCausalLM(
            transformers.LlamaConfig(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=positions,
                initializer_range=0.3,
                **ids,
            )
        ),
    }
    model = made[kind]()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_tokenizer() -> Any:
    """A byte-level tokenizer without merges: every byte is a token."""
    import tokenizers
    import transformers

    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*alphabet, END])}
    model = tokenizers.models.BPE(vocab=vocabulary, merges=[])
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens([END])
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END)
