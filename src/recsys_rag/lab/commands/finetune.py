"""`recsys-rag finetune`: train a small language model on what the data proves. Serves nothing."""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from recsys_rag._cli.options import data_options, group, group_of, option, source_of

_training_options = group_of(
    option("--out", "Where the adapter is saved.", metavar="DIR", required=True, type=Path),
    option(
        "--base",
        "What to train: smollm2, a GGUF file, a folder, or a hub id (openai-community/gpt2).",
        metavar="NAME|PATH",
        default="smollm2",
    ),
    option("--rank", "Rank of the adapter.", type=click.IntRange(1), default=16),
    option("--seed", "The same seed gives the same adapter.", type=click.IntRange(0), default=0),
    option(
        "--threads",
        "How many processors to use.  [default: all]",
        metavar="N",
        type=click.IntRange(1),
    ),
    click.option(
        "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
    ),
    option(
        "--precision",
        "Precision of matrix products; auto uses bf16 where it is fast.",
        type=click.Choice(["auto", "f32", "bf16"]),
        default="auto",
    ),
    click.option(
        "--seconds-between-checkpoints",
        type=click.FloatRange(0),
        default=60.0,
        show_default=True,
        metavar="N",
    ),
    option("--restart", "Start again instead of resuming an interrupted training.", is_flag=True),
)


@group
def finetune() -> None:
    """Train a small language model on what the data proves.

    Needs the [finetune] extra.

    \b
    Example:
      recsys-rag finetune writer --data ml-100k --out writers/films
    """


@finetune.command()
@data_options
@_training_options
@option(
    "--from",
    "An adapter to continue from, instead of a fresh one.",
    "start",
    metavar="DIR",
    type=Path,
)
@option("--steps", "Steps in each round of training.", metavar="N[,N...]", default="300,50,50")
@option("--batch", "Texts per step.  [default: 8, on a GPU 32]", type=click.IntRange(1))
@click.option(
    "--learning-rate", type=click.FloatRange(0, min_open=True), default=1e-3, show_default=True
)
@option(
    "--second-half-rate",
    "How much faster the second matrix of each pair learns (LoRA+).",
    type=click.FloatRange(0, min_open=True),
    default=4.0,
)
@option(
    "--own-texts", "Texts by the model itself in each round.", type=click.IntRange(0), default=96
)
@option("--test", "How many held-out texts to measure on.", type=click.IntRange(1), default=48)
@click.option(
    "--validate-every", type=click.IntRange(1), default=20, show_default=True, metavar="STEPS"
)
@option("--domains/--no-domains", "Also train on invented other domains.", default=True)
def writer(
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
    **source: Any,
) -> None:
    """Train a writer: facts in, one or two sentences out, each clause with the number of its fact.

    The texts to learn from are made from your data: true by construction, or written by the model
    itself and found supported, claim by claim, by the verifier. The outcome is a LoRA adapter; the
    base model stays as it is.

    It first says how long it will take. Interrupt it whenever you like: the same command resumes.

    \b
    Examples:
      recsys-rag finetune writer --data ml-100k --out writers/films
      recsys-rag finetune writer --ratings plays.csv --noun album --out writers/albums
      recsys-rag recommend --user 196 --adapter writers/films
    """
    from recsys_rag._cli.console import progress
    from recsys_rag._cli.sources import dataset_of
    from recsys_rag.lab.finetune.result import check_out
    from recsys_rag.lab.finetune.train import TrainSettings
    from recsys_rag.lab.finetune.writer import WriterSettings, tune_writer

    check_out(out)
    on = _prepared(device, threads)
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
            bf16=_multiplies_in_bf16(on) if precision == "auto" else precision == "bf16",
            seed=seed,
            seconds_between_checkpoints=seconds_between_checkpoints,
        ),
    )
    dataset = dataset_of(source_of(**source))
    with progress() as bars:
        tune_writer(
            dataset,
            out,
            chosen,
            command=shlex.join(["recsys-rag", *sys.argv[1:]]),
            restart=restart,
            tell=lambda sentence: click.echo(sentence, err=True),
            on_step=lambda done, total, loss: bars.show(
                "training", "fine-tuning", done, total, f"{done} of {total} steps, loss {loss:.3f}"
            ),
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
            f"--steps {text!r} is not a list of numbers such as 300,50,50"
        ) from None


def _prepared(device: str, threads: int | None) -> str:
    """Return "cuda" or "cpu" and hold torch to so many threads. Raises SettingsError,
    MissingExtraError."""
    from recsys_rag.lab.finetune.lora import library

    torch = library("torch")
    if device == "cuda" and not torch.cuda.is_available():
        from recsys_rag.errors import SettingsError

        raise SettingsError(
            "--device cuda: torch sees no GPU here; give --device cpu, or install a torch for it"
        )
    torch.set_num_threads(
        threads or int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    )
    return "cuda" if device != "cpu" and torch.cuda.is_available() else "cpu"


def _multiplies_in_bf16(device: str) -> bool:
    """Say whether this device has instructions for bfloat16, which take about two thirds of the
    time on processors."""
    from recsys_rag.lab.finetune.lora import library

    torch = library("torch")
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(known and known())
