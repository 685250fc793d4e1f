"""The options of training. Trains nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--out", required=True, type=Path, metavar="DIR", help="Where the adapter is left."
    ),
    click.option(
        "--base",
        default="smollm2",
        show_default=True,
        metavar="NAME|PATH",
        help="Whom to train: smollm2, a GGUF file, a folder, or a model of the hub such as openai-community/gpt2.",
    ),
    click.option(
        "--rank", type=click.IntRange(1), default=16, show_default=True, help="Rank of the adapter."
    ),
    click.option(
        "--seed",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="Same seed, same adapter.",
    ),
    click.option(
        "--threads", type=click.IntRange(1), metavar="N", help="Processors to use.  [default: all]"
    ),
    click.option(
        "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
    ),
    click.option(
        "--precision",
        type=click.Choice(["auto", "f32", "bf16"]),
        default="auto",
        show_default=True,
        help="Of products; bf16 where it is fast.",
    ),
    click.option(
        "--seconds-between-checkpoints",
        type=click.FloatRange(0),
        default=60.0,
        show_default=True,
        metavar="N",
    ),
    click.option(
        "--restart",
        is_flag=True,
        help="Begin again instead of going on with an interrupted training.",
    ),
)


def training_options(function: F) -> F:
    """Give a command the options of any training: what from, where to, on which machine, how it is
    begun and gone on with."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
