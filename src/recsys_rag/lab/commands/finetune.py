"""`recsys-rag finetune`: train a small language model on what the data proves. Serves nothing."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import data_options, source_of, table_options
from recsys_rag.lab.commands.training_options import training_options


@click.group()
def finetune() -> None:
    """Train a small language model on what the data proves.

    Needs the [finetune] extra.

    \b
    Example:
      recsys-rag finetune writer --data ml-100k --out writers/films
    """


@finetune.command()
@data_options
@table_options
@training_options
@click.option(
    "--from",
    "start",
    type=Path,
    metavar="DIR",
    help="An adapter to go on from, instead of a fresh one.",
)
@click.option(
    "--steps",
    default="300,50,50",
    show_default=True,
    metavar="N[,N...]",
    help="Steps of each round of training.",
)
@click.option("--batch", type=click.IntRange(1), help="Texts a step.  [default: 8, on a GPU 32]")
@click.option(
    "--learning-rate", type=click.FloatRange(0, min_open=True), default=1e-3, show_default=True
)
@click.option(
    "--second-half-rate",
    type=click.FloatRange(0, min_open=True),
    default=4.0,
    show_default=True,
    help="How much faster the second matrix of each pair learns (LoRA+).",
)
@click.option(
    "--own-texts",
    type=click.IntRange(0),
    default=96,
    show_default=True,
    help="By the model itself, a round.",
)
@click.option(
    "--test",
    type=click.IntRange(1),
    default=48,
    show_default=True,
    help="Held-out texts to measure on.",
)
@click.option(
    "--validate-every", type=click.IntRange(1), default=20, show_default=True, metavar="STEPS"
)
@click.option(
    "--domains/--no-domains",
    default=True,
    show_default=True,
    help="Train on made-up other domains too.",
)
@debug_option
def writer(
    ratings: Path | None,
    out: Path,
    base: str,
    start: Path | None,
    steps: str,
    batch: int | None,
    rank: int,
    learning_rate: float,
    second_half_rate: float,
    own_texts: int,
    test: int,
    validate_every: int,
    domains: bool,
    seed: int,
    threads: int | None,
    device: str,
    precision: str,
    seconds_between_checkpoints: float,
    restart: bool,
    data: str | None,
    metadata: Path | None,
    settings: Path | None,
    preset: str | None,
    **table: Any,
) -> None:
    """Train a writer: facts in, one or two sentences out, each clause with the number of its fact.

    Texts to learn from are made from your data: true by construction, or written by the model itself and found supported,
    claim by claim, by the verifier. The outcome is a LoRA adapter, beside an untouched base model.

    It says first what it will take. Interrupt it when you like: the same command goes on where it was.

    \b
    Examples:
      recsys-rag finetune writer --data ml-100k --out writers/films
      recsys-rag finetune writer --ratings plays.csv --items albums.csv --noun album --out writers/albums
      recsys-rag recommend --user 196 --adapter writers/films
    """
    from recsys_rag.cli.console import progress
    from recsys_rag.cli.saving import dataset_of
    from recsys_rag.lab.commands.tuning_device import multiplies_in_bf16, prepared
    from recsys_rag.lab.finetune.result import check_out
    from recsys_rag.lab.finetune.train import TrainSettings
    from recsys_rag.lab.finetune.writer import WriterSettings, tune_writer

    check_out(out)
    on = prepared(device, threads)
    chosen = WriterSettings(
        base=base,
        start=start,
        rank=rank,
        alpha=2 * rank,
        domains_share=0.35 if domains else 0.0,
        own_texts=own_texts,
        test=test,
        device=on,
        train=TrainSettings(
            rounds=_rounds(steps),
            batch=batch or (32 if on == "cuda" else 8),
            learning_rate=learning_rate,
            second_half_rate=second_half_rate,
            validate_every=validate_every,
            bf16=multiplies_in_bf16(on) if precision == "auto" else precision == "bf16",
            seed=seed,
            seconds_between_checkpoints=seconds_between_checkpoints,
        ),
    )
    dataset = dataset_of(
        source_of(data=data, metadata=metadata, settings=settings, preset=preset), ratings, table
    )
    with progress() as bars:
        tune_writer(
            dataset,
            out,
            chosen,
            command=shlex.join(["recsys-rag", *sys.argv[1:]]),
            restart=restart,
            tell=lambda sentence: click.echo(sentence, err=True),
            on_step=bars.learned,
        )
    click.echo(f"Saved in {out}")
    click.echo(f"Try: recsys-rag recommend --user {dataset.users.id(0)} --adapter {out}")


def _rounds(text: str) -> tuple[int, ...]:
    """Read "80,20,20". Raises UsageError.

    >>> _rounds("80, 20")
    (80, 20)
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(
            f"--steps {text!r} is no list of numbers such as 300,50,50"
        ) from None
