"""Rules that cannot begin are not walked: nothing is read otherwise for it."""

import pytest

from grounding import KINDS
from recsys_rag.verify import strict
from recsys_rag.verify._composition import Composer, _rules
from verify.free import CATALOG, CONTEXT, FALSE, TRUE


class Walking(Composer):
    """Walks every rule, whatever it begins with."""

    def _can_begin(self, first: object, place: int) -> bool:
        return True


ODD = (  # words that may stand anywhere, and parts that begin with what may be missing
    "The Copper Gate is also a comedy, it is also witty, too, and also a film indeed.",
    "Film, likewise the comedy besides its own standing in the list too.",
)


@pytest.mark.parametrize("text", [*TRUE[::3], *FALSE[::9], *ODD])
def test_what_each_part_of_a_sentence_can_be_is_what_walking_every_rule_finds(text: str) -> None:
    verifier = strict.StrictVerifier(CATALOG, KINDS)
    ways = verifier._ways(CONTEXT, dict(enumerate(CONTEXT.evidence, 1)))
    cited = f"{text.removesuffix('.')}."
    for composer, way in strict._composers(ways, cited, is_other=False):
        walking = Walking(way.reader(cited, is_other=False))
        for name in _rules().of:
            for place in range(len(composer.sentence.words) + 1):
                assert set(composer._part(name, place)) == set(walking._part(name, place)), (
                    name,
                    place,
                )
