"""`recsys-rag finetune ranker`: train a small language model to pick what comes next among 20
candidates. Serves nothing."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import data_options, source_of, table_options
from recsys_rag.lab.commands.training_options import training_options


@click.command()
@data_options
@table_options
@training_options
@click.option(
    "--protocol",
    default="seed",
    show_default=True,
    metavar="NAME",
    help="Whose held-out ratings are not looked at: that of the gate to come.",
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    default=250,
    show_default=True,
    metavar="N",
    help="Steps of training.",
)
@click.option("--batch", type=click.IntRange(1), help="Choices a step.  [default: 4, on a GPU 32]")
@click.option(
    "--learning-rate", type=click.FloatRange(0, min_open=True), default=5e-4, show_default=True
)
@click.option(
    "--cuts",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Times that train is cut for choices.",
)
@click.option(
    "--test",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Held-out choices to measure on.",
)
@click.option(
    "--validate-every", type=click.IntRange(1), default=50, show_default=True, metavar="STEPS"
)
@debug_option
def ranker(
    ratings: Path | None,
    out: Path,
    base: str,
    protocol: str,
    steps: int,
    batch: int | None,
    rank: int,
    learning_rate: float,
    cuts: int,
    test: int,
    validate_every: int,
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
    """Train a ranker: titles liked and 20 candidates in, a letter out.

    It learns from your ratings which of the retrievers' best 20 people rated next. What the protocol holds out for validation
    and test is not looked at, so that `recsys-rag gate` can judge the outcome with the same protocol. The outcome is a LoRA
    adapter; it ranks for nobody until the gate has found that it helps.

    It says first what it will take. Interrupt it when you like: the same command goes on where it was.

    \b
    Examples:
      recsys-rag finetune ranker --data ml-100k --out rankers/films
      recsys-rag gate --data ml-100k --lm smollm2 --adapter rankers/films
    """
    from recsys_rag.cli.console import progress
    from recsys_rag.cli.saving import dataset_of
    from recsys_rag.cli.sources import settings_of
    from recsys_rag.lab.commands.tuning_device import multiplies_in_bf16, prepared
    from recsys_rag.lab.finetune.ranker import RankerSettings, tune_ranker
    from recsys_rag.lab.finetune.result import check_out
    from recsys_rag.lab.finetune.train import TrainSettings

    if preset == "seed":
        raise click.UsageError(
            "--preset seed is the method as it was first described; no language model ranks in it"
        )
    check_out(out)
    on = prepared(device, threads)
    chosen = RankerSettings(
        base=base,
        by=protocol,
        cuts=cuts,
        rank=rank,
        alpha=2 * rank,
        test=test,
        device=on,
        train=TrainSettings(
            rounds=(steps,),
            batch=batch or (32 if on == "cuda" else 4),
            learning_rate=learning_rate,
            validate_every=validate_every,
            bf16=multiplies_in_bf16(on) if precision == "auto" else precision == "bf16",
            seed=seed,
            seconds_between_checkpoints=seconds_between_checkpoints,
        ),
    )
    source = source_of(data=data, metadata=metadata, settings=settings, preset=preset)
    dataset = dataset_of(source, ratings, table)
    with progress() as bars:
        tune_ranker(
            dataset,
            out,
            chosen,
            settings_of(source),
            command=shlex.join(["recsys-rag", *sys.argv[1:]]),
            restart=restart,
            tell=lambda sentence: click.echo(sentence, err=True),
            on_step=bars.learned,
        )
    click.echo(f"Saved in {out}")
    click.echo(f"Try: recsys-rag gate --lm {base} --adapter {out} --protocol {protocol}")
