"""How a warning is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import listed

if TYPE_CHECKING:
    from recsys_rag.facts.content import ContentFact

_WORDS = {
    "violence": "strong violence",
    "sex": "strong sexual content",
    "sadness": "a lot of sadness",
    "scares": "strong scares",
}


def _fields(fact: "ContentFact", noun: str) -> Fields:
    return {"content": listed([_WORDS[name] for name in fact.strong])}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} has {content}",
        "Expect {content} in {film}",
        "Be warned that {film} has {content}",
    ),
    nexts=("expect {content}", "be warned that it has {content}", "it has {content}"),
)
