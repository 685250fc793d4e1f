"""Texts as vectors: a small BERT sentence encoder in numpy and its tokenizer. Training and other
architectures are left out."""
