"""`recsys-rag gate`: does a language model that reranks help on this data, and whom? Measures
nothing itself."""

from typing import TYPE_CHECKING, Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import json_option, model_options, source_of

if TYPE_CHECKING:
    from pathlib import Path

    from recsys_rag.gate_verdict import GateVerdict

_LENGTHS = ("0", "1-5", "6-20", "21-100", ">100")  # a test holds it to fuse.bins


def _lengths(_: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read "0,1-5" as lengths of history."""
    named = tuple(one.strip() for one in value.split(","))
    for one in named:
        if one not in _LENGTHS:
            raise click.BadParameter(
                f"{one!r} is no length of history; there are {', '.join(_LENGTHS)}", param=parameter
            )
    return named


@click.command()
@click.option(
    "--lm",
    metavar="NAME",
    help="The language model to judge.  [default: rerank.model, else generate.model]",
)
@click.option("--adapter", metavar="DIR", help="What `recsys-rag finetune ranker` left for --lm.")
@click.option(
    "--form",
    type=click.Choice(["labels", "titles"]),
    default="labels",
    show_default=True,
    help="What is read: the candidates' letters, in one pass, or the likelihood of each title.",
)
@click.option(
    "--protocol",
    default="seed",
    show_default=True,
    metavar="NAME",
    help="How people's ratings are held out.",
)
@click.option(
    "--users",
    type=click.IntRange(3),
    default=100,
    show_default=True,
    metavar="N",
    help="People of each length of history; one in three chooses the strength, the others judge.",
)
@click.option(
    "--bins",
    "lengths",
    callback=_lengths,
    default=",".join(_LENGTHS),
    show_default=True,
    metavar="A,B",
    help="Lengths of history to judge; the others stay off.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Stop asking after about so long, and judge by the people asked so far.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Which people, in which order.",
)
@click.option("--dry-run", is_flag=True, help="Show the verdict, and write it nowhere.")
@model_options
@json_option
@debug_option
def gate(
    lm: str | None,
    adapter: str | None,
    form: str,
    protocol: str,
    users: int,
    lengths: tuple[str, ...],
    seconds: float | None,
    seed: int,
    dry_run: bool,
    as_json: bool,
    **source: Any,
) -> None:
    """Judge whether a language model that reranks helps here.

    Held-out people of this data are ranked without and with the language model, which reorders the best 20 from the titles of
    a history. For each length of history, the paired difference in NDCG@10 decides: the model is on only where the whole
    95 % interval is above 0. The verdict goes into the recommender, and `recommend` obeys it; without one, no language model
    ranks. It holds for this data, these settings and this model, and is void for any other.

    The test part of the protocol is not looked at. On two cores, the embedded model takes seconds a person.

    \b
    Examples:
      recsys-rag gate --seconds 600
      recsys-rag gate --model models/mine --bins 0,1-5 --users 200
      recsys-rag gate --lm smollm2 --adapter rankers/mine
      recsys-rag gate --lm transformers:models/mine --form titles --dry-run
    """
    from recsys_rag.lab.commands.gating import Request, judged

    asked = Request(form, protocol, users, lengths, seconds, seed, lm, adapter, writes=not dry_run)
    verdict, place = judged(asked, source_of(**source))
    if as_json:
        from recsys_rag.cli.console import write_json
        from recsys_rag.gate_verdict import to_document

        write_json(
            {**to_document(verdict), "on": [one.length for one in verdict.bins if one.is_on]}
        )
        return
    _show(verdict, place)


def _show(verdict: "GateVerdict", place: "Path | None") -> None:
    from recsys_rag.cli.console import paper
    from recsys_rag.cli.flow import definitions
    from recsys_rag.lab.commands.gate_page import show
    from recsys_rag.lab.evaluate.gate_words import passport

    page = paper()
    show(page, verdict)
    page.print()
    definitions(page, [[(name, "bold"), (text, "")] for name, text in passport(verdict)])
    page.print()
    page.print(
        f"Written into {place}; `recommend` obeys it." if place else "Written nowhere (--dry-run)."
    )
