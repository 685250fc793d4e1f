"""A language model that ranks by a rule of the test: a fake of the outside world that reads its
prompt as a model would."""

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import GenerationError
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Prompt

_LISTED = re.compile(r"^([A-Z])\. (.*)$")


class ScriptedRanker(ScriptedLanguageModel):
    """Prefers titles by `rates(titles liked, oldest first; a candidate's title)`, a logit; it knows titles only.

    `prompts` keeps what it was asked; `error` is raised instead of an answer; `weights` stand for its files.

    >>> model = ScriptedRanker(lambda liked, title: float(title in liked))
    >>> asked = Prompt("", "", raw="Liked, oldest first:\\nHeat\\n\\nCandidates:\\nA. Babe\\nB. Heat\\n\\nThe letter:")
    >>> model.label_log_probabilities(asked, ["A", "B"]).round(2).tolist()
    [-1.31, -0.31]
    """

    def __init__(
        self,
        rates: Callable[[Sequence[str], str], float],
        *,
        model_id: str = "scripted ranker",
        error: str = "",
        weights: str = "1",
    ) -> None:
        super().__init__(["..."], model_id=model_id, error=error)
        self._rates = rates
        self._weights = weights

    def label_log_probabilities(
        self, prompt: Prompt, labels: Sequence[str], *, timeout_seconds: float = 60.0
    ) -> NDArray[np.float64]:
        """Return the log-probabilities of the labels, which must be those under which the prompt
        lists candidates."""
        liked, listed = self._read(prompt)
        logits = np.array([self._rates(liked, listed[label]) for label in labels], np.float64)
        normalized: NDArray[np.float64] = logits - np.logaddexp.reduce(logits)
        return normalized

    def mean_log_likelihoods(
        self, prompt: Prompt, texts: Sequence[str], *, timeout_seconds: float = 60.0
    ) -> NDArray[np.float64]:
        """Return minus a softplus of the rule's number for each text: the higher the number, the
        nearer to 0."""
        liked, _ = self._read(prompt)
        return np.array(
            [-np.logaddexp(0.0, -self._rates(liked, text.strip())) for text in texts], np.float64
        )

    def weights_hash(self) -> str:
        """Return a hash of `weights`."""
        return hashlib.sha256(self._weights.encode()).hexdigest()

    def _read(self, prompt: Prompt) -> tuple[list[str], dict[str, str]]:
        self.prompts.append(prompt)
        if self._error:
            raise GenerationError(self._error)
        history, *rest = prompt.raw.split("\n\n")
        lines = [_LISTED.match(one) for part in rest for one in part.splitlines()]
        return history.splitlines()[1:], {one[1]: one[2] for one in lines if one}
