"""`recsys-rag gate`: does a language model that reorders the best 20 help on this data? Nothing
obeys the answer."""

from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import Source, command, data_options, json_option, option, source_of

if TYPE_CHECKING:
    from recsys_rag.lab.evaluate.fold import Fold
    from recsys_rag.lab.evaluate.reordering import Reordering
    from recsys_rag.protocols import LanguageModel


@command()
@option("--lm", "The language model to measure.  [default: generate.model]", metavar="NAME")
@option(
    "--protocol",
    "How ratings are held out; its validation part is used.",
    metavar="NAME",
    default="seed",
)
@option(
    "--users", "How many people to ask about.", metavar="N", type=click.IntRange(2), default=100
)
@option("--seed", "Which people.", type=click.IntRange(0), default=0)
@data_options
@json_option
def gate(protocol: str, users: int, seed: int, as_json: bool, lm: str | None, **data: Any) -> None:
    """Measure whether a language model improves the order.

    The pipeline ranks 20 candidates for each held-out person. The model reads the titles that the
    person liked and the candidates, and names the one it expects next, which then goes first. The
    table shows the difference in NDCG@10, paired by person, with its 95 % interval: with all
    ratings told, with three, and with none.

    No setting switches such a model on: it helped on no data measured so far (docs/gate.md).

    \b
    Examples:
      recsys-rag gate --users 200
      recsys-rag gate --data ml-latest-small --protocol loo --lm transformers:models/mine
    """
    from recsys_rag._cli.console import progress
    from recsys_rag._cli.sources import dataset_of, settings_of
    from recsys_rag.lab.evaluate.division_protocols import protocol as by_name
    from recsys_rag.lab.evaluate.reordering import reorderings

    source = source_of(**data, lm=lm)
    settings = settings_of(source)
    division = by_name(protocol)
    if division.task != "ranking":
        raise click.UsageError(
            f"--protocol {protocol} predicts ratings; choose one that ranks, such as seed"
        )
    model = _language_model(source)
    try:
        fold = division.validation(dataset_of(source))
        with progress() as bars:
            measured = reorderings(
                fold, settings, model, people=users, seed=seed, progress=bars.counting("{}")
            )
    finally:
        model.close()
    if as_json:
        import msgspec

        from recsys_rag._cli.console import write_json

        about = {"model": model.model_id, "protocol": protocol, "passport": fold.passport.key}
        write_json({**about, "seed": seed, "measured": msgspec.to_builtins(measured)})
    else:
        _show(fold, model.model_id, measured)


def _language_model(source: Source) -> "LanguageModel":
    """Return the model of these options, brought if need be."""
    from recsys_rag._build import embedded_models, language_model
    from recsys_rag._cli.sources import bring, settings_of

    settings = settings_of(source).generate
    if settings.model in embedded_models():
        bring(settings.model)
    model = language_model(settings.model, threads=settings.threads)
    if model is None:
        raise click.UsageError(f"{settings.model} is not a language model; name one with --lm")
    return model


def _show(fold: "Fold", model_id: str, measured: "tuple[Reordering, ...]") -> None:
    from recsys_rag._cli.console import paper
    from recsys_rag._cli.lines import Row, definitions, sentence, table
    from recsys_rag.lab.evaluate.formatting import figure, interval, signed

    page = paper()
    sentence(page, f"What {model_id} does to the best 20, {measured[0].gain.users} people", "bold")
    page.print()
    head = ("ratings told", "NDCG@10", "gain", "95 % interval", "right picks", "right firsts")
    rows: list[Row] = [[(name, "bold") for name in head]]
    for outcome in measured:
        helps = outcome.gain.low > 0
        cells = (
            outcome.ratings_told,
            figure(outcome.ndcg.mean),
            signed(outcome.gain.mean),
            interval(outcome.gain),
            figure(outcome.right_picks, 2),
            figure(outcome.right_firsts, 2),
        )
        rows.append([(cell, "green" if helps else "") for cell in cells])
    table(page, rows, right=frozenset(range(1, len(head))))
    page.print()
    sentence(
        page,
        "Gain: what NDCG@10 gains when the model's pick goes first. Right picks: the share of "
        "people whose pick was relevant. Right firsts: the share whose first item is, without it.",
    )
    page.print()
    definitions(page, [[(name, "bold"), (text, "")] for name, text in fold.passport.lines()])
