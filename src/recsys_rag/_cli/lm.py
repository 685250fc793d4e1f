"""`recsys-rag lm`: the language models that can write. Brings them; runs none."""

from recsys_rag._cli.inventory import add_commands
from recsys_rag._cli.options import group

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


add_commands(
    lm,
    "model",
    "List what --lm can name and the encoder for retrieval, and say which are downloaded.",
    "Fetch a model into the cache; a second call does nothing.",
    "smollm2",
    OTHER_NAMES,
)
