"""`recsys-rag lm`: the language models that can write. Brings them; runs none."""

import click

from recsys_rag._cli.options import group, json_option

OTHER_NAMES = (
    ("template", "no model: sentences built by rules", "always here"),
    (
        "transformers:<id or folder>",
        "GPT-2 or any causal LM, through Transformers",
        "needs recsys-rag[transformers]",
    ),
    ("openai:<model>@<base-url>", "any OpenAI-compatible server", "key from OPENAI_API_KEY"),
    ("<file>.gguf", "any GGUF file, run by llama.cpp", "give its path"),
)


@group
def lm() -> None:
    """List and fetch language models.

    \b
    Examples:
      recsys-rag lm list
      recsys-rag lm fetch smollm2
    """


@lm.command("list")
@json_option
def _list(as_json: bool) -> None:
    """List what --lm can name and the encoder for retrieval, and say which are downloaded.

    \b
    Example:
      recsys-rag lm list
    """
    from recsys_rag._cli.inventory import show_inventory

    show_inventory("model", OTHER_NAMES, as_json=as_json)


@lm.command("fetch")
@click.argument("name")
def _fetch(name: str) -> None:
    """Fetch a model into the cache; a second call does nothing.

    \b
    Example:
      recsys-rag lm fetch smollm2
    """
    from recsys_rag._cli.inventory import fetch_asset

    fetch_asset("model", name)
