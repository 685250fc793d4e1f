"""The whole of `finetune ranker`: data and base in, a folder with an adapter out. Every part of it
lives elsewhere."""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from recsys_rag import __version__
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import SettingsError
from recsys_rag.lab.evaluate.protocols import protocol
from recsys_rag.lab.finetune import base as bases
from recsys_rag.lab.finetune import checkpoint, ranker_card, result
from recsys_rag.lab.finetune.base import Base
from recsys_rag.lab.finetune.choices import Choice, asked, choices_of, encoded, label_id
from recsys_rag.lab.finetune.examples import Example, batch_of
from recsys_rag.lab.finetune.lora import library, trained, with_adapter
from recsys_rag.lab.finetune.train import Trainer, TrainSettings
from recsys_rag.rerank.ranking_prompt import LABELS, RANKING_FORM
from recsys_rag.settings import Settings

Tell = Callable[[str], None]
OnStep = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """How a ranker is trained. `by` is the protocol whose held-out ratings stay unseen: that of the
    gate to come."""

    base: str = "smollm2"
    by: str = "seed"
    cuts: int = 3  # times that the training part is cut again, for choices to learn from
    rank: int = 16
    alpha: int = 32
    validation: int = 60  # choices each
    test: int = 100
    device: str = "cpu"
    train: TrainSettings = field(
        default_factory=lambda: TrainSettings(
            rounds=(250,), batch=4, learning_rate=5e-4, validate_every=50
        )
    )

    def __post_init__(self) -> None:
        if protocol(self.by).task != "ranking":
            raise SettingsError(
                f"--protocol {self.by} is of rating prediction; choose one that ranks, such as seed"
            )


def tune_ranker(
    dataset: Dataset,
    out: Path,
    settings: RankerSettings,
    pipeline: Settings,
    *,
    command: str,
    restart: bool = False,
    tell: Tell,
    on_step: OnStep,
) -> Path:
    """Train a ranker on this data and leave it in the folder `out`; an interrupted training is gone
    on with.

    It learns from the training part of the protocol's validation fold: what the gate will measure
    on, and the test part, are not looked at. `pipeline` are the settings of the retrievers. Raises
    DataError, EvaluationError where the data offers too little, SettingsError where memory, disk,
    base or settings will not do, ArtifactError where `out` is taken or holds another unfinished
    training, AssetError, MissingExtraError, OSError.
    """
    result.check_out(out)
    bases.check_disk(out, 200e6)
    for needed in ("torch", "transformers", "peft"):
        library(needed)
    fold = protocol(settings.by).validation(dataset)
    choices = choices_of(fold.train, protocol(settings.by), pipeline, settings.cuts)
    base = bases.load(settings.base, device=settings.device)
    for label in LABELS:
        label_id(base.tokenizer, label)
    model = with_adapter(
        base.model, rank=settings.rank, alpha=settings.alpha, seed=settings.train.seed
    )
    work = out.with_name(f".{out.name}.training")
    work.mkdir(parents=True, exist_ok=True)
    if restart:
        for file in work.iterdir():
            file.unlink()
    tuning = _Tuning(
        settings,
        base,
        model,
        choices,
        dataset.catalog.noun,
        work,
        plan_of(dataset, settings, pipeline),
    )
    tuning.tell_estimate(tell)
    before = tuning.before()
    progress = tuning.trainer.run(tuning.examples, tuning.validation, on_step)
    after = tuning.figures()
    tell(
        f"Trained {progress.step} steps; the best was step {progress.best_step}, loss {progress.best_loss:.3f}"
    )
    tell(ranker_card.summary(before, after))
    about = tuning.about(before, after, command) | {
        "data": dataset.name,
        "content_hash": dataset.content_hash,
        "passport": fold.passport.key,
    }
    result.save(
        out, base, model, about=about, card=ranker_card.card(about), package_version=__version__
    )
    for file in work.iterdir():
        file.unlink()
    work.rmdir()
    return out


def plan_of(dataset: Dataset, settings: RankerSettings, pipeline: Settings) -> str:
    """Return the fingerprint of all that the outcome depends on."""
    plain = asdict(settings)
    plain["train"].pop("seconds_between_checkpoints")
    told = [dataset.content_hash, pipeline.pipeline_hash(), plain, __version__, RANKING_FORM]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


@dataclass
class _Tuning:
    settings: RankerSettings
    base: Base
    model: Any
    choices: Sequence[Choice]
    noun: str
    work: Path
    plan: str

    def __post_init__(self) -> None:
        self.trainer = Trainer(
            self.model, self.base.pad_id, self.settings.train, folder=self.work, plan=self.plan
        )
        self.validation = self._drawn("validation", self.settings.validation, 0)

    def _of(self, part: str, n: int, seed: int) -> list[Choice]:
        """Return n choices of one part of the people, each at most once more often than any other."""
        own = [one for one in self.choices if one.part == part]
        rng, drawn = random.Random(f"{part} {self.settings.train.seed} {seed}"), list[Choice]()
        while len(drawn) < n:
            drawn += rng.sample(own, len(own))
        return drawn[:n]

    def _drawn(self, part: str, n: int, seed: int) -> list[Example]:
        rng = random.Random(f"labels {part} {self.settings.train.seed} {seed}")
        return [
            encoded(self.base.tokenizer, asked(one, self.noun, rng))
            for one in self._of(part, n, seed)
        ]

    def examples(self, place: int) -> list[Example]:
        """Return the examples of one round, candidates shuffled anew each time a choice comes up."""
        return self._drawn(
            "train", self.settings.train.rounds[place] * self.settings.train.batch, place
        )

    def tell_estimate(self, tell: Tell) -> None:
        """Measure a step, change nothing, and say how long all of them will take."""
        settings, train = self.settings, self.settings.train
        examples = self._drawn("train", 2 * train.batch, -1)
        self.trainer.loss(examples[: train.batch]).backward()  # the first one also makes room
        started = time.perf_counter()
        self.trainer.loss(examples[train.batch :]).backward()
        seconds = time.perf_counter() - started
        self.model.zero_grad(set_to_none=True)
        left = train.steps - self.trainer.progress.step
        questions = 2 * settings.test + settings.validation * (left // train.validate_every)
        minutes = (left + questions / train.batch / 3) * seconds / 60
        free = bases.free_memory()
        tell(
            f"{len(self.choices):,} choices; {left} steps of {train.batch} on {settings.device}: about {minutes:.0f} min "
            f"({seconds:.1f} s a step){f', {free / 1e9:.1f} GB of memory are free' if free else ''}"
        )
        if self.trainer.progress.step:
            tell(f"Going on after step {self.trainer.progress.step}")

    def before(self) -> dict[str, float]:
        """Return the figures of the base model, measured before the first step and kept for a
        training that is gone on with."""
        kept = self.work / "before.json"
        if not kept.exists():
            with self.model.disable_adapter():
                checkpoint.replace_whole(kept, msgspec.json.encode(self.figures()))
        return dict(msgspec.json.decode(kept.read_bytes()))

    def figures(self) -> dict[str, float]:
        """Return how the model, and the retrievers, rank the right candidate of each held-out
        choice."""
        torch, seed = library("torch"), self.settings.train.seed
        choices, rng = self._of("test", self.settings.test, 0), random.Random(f"labels test {seed}")
        questions = [asked(one, self.noun, rng) for one in choices]
        ids = [label_id(self.base.tokenizer, label) for label in LABELS]
        ranks = []
        with torch.no_grad():
            for choice, question in zip(choices, questions, strict=True):
                one = batch_of([encoded(self.base.tokenizer, question)], self.base.pad_id)
                read = torch.from_numpy(one.token_ids[:, :-1]).to(self.settings.device)
                with torch.autocast(
                    self.settings.device, dtype=torch.bfloat16, enabled=self.settings.train.bf16
                ):
                    logits = self.model(input_ids=read, logits_to_keep=1, use_cache=False).logits
                own = logits[0, -1, ids[: len(choice.candidates)]].float().cpu().numpy()
                ranks.append(1 + int((own > own[LABELS.index(question.label)]).sum()))
        retrieved = np.array([1 + one.right for one in choices])
        return {
            "mrr": float(np.mean(1 / np.array(ranks))),
            "first": float(np.mean(np.array(ranks) == 1)),
            "retrievers_mrr": float(np.mean(1 / retrieved)),
            "retrievers_first": float(np.mean(retrieved == 1)),
        }

    def about(
        self, before: dict[str, float], after: dict[str, float], command: str
    ) -> dict[str, Any]:
        """Return what card and manifest say, but for the data."""
        settings, progress = self.settings, self.trainer.progress
        return {
            "kind": "ranker",
            "base": self.base.name,
            "model_type": self.base.model_type,
            "licence": self.base.licence,
            "prompt_form": RANKING_FORM,
            "protocol": settings.by,
            "rank": settings.rank,
            "alpha": settings.alpha,
            "parameters": sum(one.numel() for one in trained(self.model).values()),
            "choices": len(self.choices),
            "version": __version__,
            "steps": progress.step,
            "batch": settings.train.batch,
            "learning_rate": settings.train.learning_rate,
            "seed": settings.train.seed,
            "minutes": progress.seconds / 60,
            "device": settings.device,
            "precision": "bfloat16 products" if settings.train.bf16 else "float32",
            "command": command,
            "n": settings.test,
            "losses": ", ".join(f"{step}: {loss:.3f}" for step, _, loss in progress.history),
            **{f"{name}_before": before[name] for name in ("mrr", "first")},
            **{f"{name}_after": after[name] for name in ("mrr", "first")},
            **{name: after[name] for name in ("retrievers_mrr", "retrievers_first")},
        }
