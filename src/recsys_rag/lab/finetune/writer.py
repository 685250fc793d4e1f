"""The whole of `finetune writer`: data and base in, a folder with an adapter out. Every part of it
lives elsewhere."""

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from recsys_rag import __version__
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError, SettingsError
from recsys_rag.lab.finetune import base as bases
from recsys_rag.lab.finetune import card, checkpoint, result, sampling
from recsys_rag.lab.finetune.base import Base
from recsys_rag.lab.finetune.domains import DOMAINS, UNSEEN, made_up_domain
from recsys_rag.lab.finetune.examples import Example
from recsys_rag.lab.finetune.lora import library, put, trained, with_adapter
from recsys_rag.lab.finetune.pairs import Pair, Situations, Source, bank_pairs
from recsys_rag.lab.finetune.phrasings import all_trained_forms, n_forms
from recsys_rag.lab.finetune.result import WEIGHTS
from recsys_rag.lab.finetune.sampling import Sampled
from recsys_rag.lab.finetune.train import Trainer, TrainSettings
from recsys_rag.lab.tuned import adapter
from recsys_rag.lab.tuned.tuned_prompt import PROMPT_FORM, fingerprint
from recsys_rag.protocols import Kinds
from recsys_rag.recommender import Recommender
from recsys_rag.registry import fact_kinds
from recsys_rag.settings import Settings, with_changes

Tell = Callable[[str], None]
OnStep = Callable[[int, int, float], None]
_OUT_OF = 3  # situations that each one to learn from is chosen from
_TRAINED_DOMAINS = tuple(name for name in DOMAINS if name != UNSEEN)


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """How a writer is trained."""

    base: str = "smollm2"
    start: Path | None = None  # folder of an adapter to go on from; None = a fresh one
    rank: int = 16
    alpha: int = 32
    domains_share: float = 0.35  # of the pairs that come from made-up catalogs of other domains
    own_texts: int = 96  # sampled from the model at the beginning of each later round
    own_share: float = 0.25  # of a later round's examples, at most
    temperature: float = 0.9  # of those texts
    validation: int = 48  # texts each
    test: int = 48
    device: str = "cpu"
    train: TrainSettings = field(default_factory=TrainSettings)

    def __post_init__(self) -> None:
        if not 0 <= self.domains_share < 1 or not 0 <= self.own_share < 1:
            raise SettingsError("shares of examples lie between 0 and 1, 1 excluded")


def tune_writer(
    dataset: Dataset,
    out: Path,
    settings: WriterSettings,
    *,
    command: str,
    restart: bool = False,
    tell: Tell,
    on_step: OnStep,
) -> Path:
    """Train a writer on this data and leave it in the folder `out`; an interrupted training is gone
    on with.

    `tell` hears, in sentences, what it will take before it begins, and what came of it. Raises
    DataError where the data has too little to say, SettingsError where memory, disk, base or
    settings will not do, ArtifactError where `out` is taken or holds another unfinished training,
    AssetError, MissingExtraError, OSError.
    """
    result.check_out(out)
    work = out.with_name(f".{out.name}.training")
    bases.check_disk(out, 200e6)
    sources = sources_of(dataset, settings)
    data = _Data(sources, settings)
    base = bases.load(settings.base, device=settings.device)
    model = with_adapter(
        base.model, rank=settings.rank, alpha=settings.alpha, seed=settings.train.seed
    )
    if settings.start:
        _begin_from(model, settings)
    bases.check_disk(out, 30 * sum(weight.numel() for weight in trained(model).values()) + 20e6)
    work.mkdir(parents=True, exist_ok=True)
    if restart:
        for file in work.iterdir():
            file.unlink()
    tuning = _Tuning(settings, base, model, data, work, plan_of(dataset, settings, fact_kinds()))
    tuning.tell_estimate(tell)
    before = tuning.before(tell)
    progress = tuning.trainer.run(tuning.examples, tuning.validation, on_step)
    tell(
        f"Trained {_steps(progress.step)}; the best was step {progress.best_step}, loss "
        f"{progress.best_loss:.3f}"
    )
    about = tuning.about(dataset, before, tuning.measured(tell), command)
    result.save(out, base, model, about=about, card=card.card(about), package_version=__version__)
    for file in work.iterdir():
        file.unlink()
    work.rmdir()
    return out


def _begin_from(model: Any, settings: WriterSettings) -> None:
    """Put the weights of an adapter that is there. Raises ArtifactError, SettingsError where it is
    for another base or rank."""
    assert settings.start
    begun_from = adapter.read(settings.start)
    begun_from.check_base(settings.base)
    weights = library("safetensors.torch").load_file(str(begun_from.peft / WEIGHTS))
    named = {name.replace(".weight", ".default.weight"): weight for name, weight in weights.items()}
    wanted = {name: weight.shape for name, weight in trained(model).items()}
    if {name: weight.shape for name, weight in named.items()} != wanted:
        raise SettingsError(
            f"{settings.start}: not an adapter of rank {settings.rank} for {settings.base}; give "
            "its --rank"
        )
    put(model, named)


def sources_of(dataset: Dataset, settings: WriterSettings) -> list[Source]:
    """Fit the data, and the made-up catalogs that are trained on beside it. Raises DataError for an
    empty dataset."""
    if not dataset.n_ratings:
        raise DataError(f"{dataset.name} holds no ratings; there is nothing to write about")
    sources = [Source(dataset.name, fitted(dataset).flow, 1 - settings.domains_share)]
    share = settings.domains_share / len(_TRAINED_DOMAINS)
    if share:
        sources += [
            Source(name, fitted(made_up_domain(name)).flow, share) for name in _TRAINED_DOMAINS
        ]
    return sources


def fitted(dataset: Dataset) -> Recommender:
    """Fit what evidence needs: no sentence encoder, no language model."""
    plain = {
        "retrieve": {"encoder": "none"},
        "generate": {"model": "template", "writer": "template", "adapter": "none"},
    }
    return Recommender(with_changes(Settings(), plain)).fit(dataset)


def plan_of(dataset: Dataset, settings: WriterSettings, kinds: Kinds) -> str:
    """Return the fingerprint of all that the outcome depends on."""
    begun = (
        hashlib.sha256((settings.start / WEIGHTS).read_bytes()).hexdigest()
        if settings.start
        else ""
    )
    plan = [
        *(
            begun,
            dataset.content_hash,
            sorted(dataset.catalog.metadata),
            _plain(settings),
            __version__,
            PROMPT_FORM,
        ),
        sorted((name, *one.phrases.opens, *one.phrases.nexts) for name, one in kinds.items()),
    ]
    return hashlib.sha256(msgspec.json.encode(plan)).hexdigest()[:16]


def _plain(settings: WriterSettings) -> dict[str, Any]:
    """Return the settings that change the outcome, as plain values."""
    about = asdict(settings)
    about["train"].pop("seconds_between_checkpoints")
    return {**about, "start": str(settings.start or "")}


@dataclass
class _Data:
    """The pairs of all parts; each is made once, the same for the same seed."""

    sources: Sequence[Source]
    settings: WriterSettings

    def __post_init__(self) -> None:
        seed, own = self.settings.train.seed, self.sources
        self.validation = bank_pairs(
            Situations(own, "validation", seed), self.settings.validation, seed
        )
        self.test = bank_pairs(Situations(own, "test", seed), self.settings.test, seed)
        self.fresh = bank_pairs(
            Situations(own, "test", seed + 1), self.settings.test, seed, "held out"
        )

    def trained(self, index: int, n: int) -> list[Pair]:
        seed = self.settings.train.seed * 100 + index
        return bank_pairs(Situations(self.sources, "train", seed), n, seed, out_of=_OUT_OF)


@dataclass
class _Tuning:
    settings: WriterSettings
    base: Base
    model: Any
    data: _Data
    work: Path
    plan: str

    def __post_init__(self) -> None:
        self.trainer = Trainer(
            self.model, self.base.pad_id, self.settings.train, folder=self.work, plan=self.plan
        )
        self.validation = self._encoded(self.data.validation)

    def _encoded(self, pairs: Sequence[Pair]) -> list[Example]:
        return [pair.example(self.base.tokenizer) for pair in pairs]

    # --- what it takes ----------------------------------------------------------------------------

    def tell_estimate(self, tell: Tell) -> None:
        """Measure two steps, change nothing, and say how long all of them and how much memory they
        will take."""
        settings, pairs = self.settings, self.data.trained(0, 2 * self.settings.train.batch)
        examples = self._encoded(pairs)
        # the first one also makes room
        self.trainer.loss(examples[: settings.train.batch]).backward()
        started = time.perf_counter()
        self.trainer.loss(examples[settings.train.batch :]).backward()
        seconds = time.perf_counter() - started
        self.model.zero_grad(set_to_none=True)
        left = settings.train.steps - self.trainer.progress.step
        texts = settings.own_texts * (len(settings.train.rounds) - 1) + 2 * settings.test
        minutes = (left * seconds + texts * seconds / 8) / 60
        free = bases.free_memory()
        memory = f", {peak_memory() / 1e9:.1f} GB of memory" if peak_memory() else ""
        tell(
            f"{_steps(left)} of {settings.train.batch} texts on {settings.device}: about "
            f"{max(1, round(minutes))} min ({seconds:.1f} s a "
            f"step){memory}{f', {free / 1e9:.1f} GB are free' if free else ''}"
        )
        if self.trainer.progress.step:
            tell(f"Going on after step {self.trainer.progress.step}")

    # --- what it learns from ----------------------------------------------------------------------

    def examples(self, number: int) -> list[Example]:
        """Return the examples of one round: bank texts, and in later rounds what the model itself
        wrote well."""
        n = self.settings.train.rounds[number] * self.settings.train.batch
        own = self._own(number) if number else []
        own = own[: int(n * self.settings.own_share)]
        return self._encoded([*self.data.trained(number, n - len(own)), *own])

    def _own(self, number: int) -> list[Pair]:
        """Return what the model wrote well at the beginning of this round: from the disk where it
        was kept there."""
        kept = self.work / f"own-{number}.json"
        if not kept.exists():
            seed = self.settings.train.seed * 100 + number
            situations = Situations(self.data.sources, "train", seed + 50).draw(
                self.settings.own_texts
            )
            written = sampling.write(
                self.model,
                self.base.tokenizer,
                situations,
                temperature=self.settings.temperature,
                seed=seed,
                bf16=self.settings.train.bf16,
            )
            document = {
                "written": len(written),
                "pairs": [
                    [good_pair.prompt, good_pair.text] for good_pair in sampling.good_pairs(written)
                ],
            }
            checkpoint.replace_whole(kept, msgspec.json.encode(document))
        return [
            Pair(prompt, text) for prompt, text in msgspec.json.decode(kept.read_bytes())["pairs"]
        ]

    # --- how well it does -------------------------------------------------------------------------

    def before(self, tell: Tell) -> dict[str, float]:
        """Return the figures of the base model, measured before the first step and kept for a
        training that is gone on with."""
        kept = self.work / "before.json"
        if not kept.exists():
            with self.model.disable_adapter():
                figures = self._figures()
            checkpoint.replace_whole(kept, msgspec.json.encode(figures))
        return dict(msgspec.json.decode(kept.read_bytes()))

    def measured(self, tell: Tell) -> dict[str, float]:
        """Return the figures of the trained model."""
        figures = self._figures()
        tell(
            f"Of {self.settings.test} held-out texts {figures['accepted']:.1%} are accepted whole "
            "by the verifier; perplexity of "
            f"true held-out texts {figures['perplexity']:.2f}"
        )
        return figures

    def _figures(self) -> dict[str, float]:
        seed, n = self.settings.train.seed, self.settings.test
        situations = Situations(self.data.sources, "test", seed + 2).draw(n)
        written: list[Sampled] = sampling.write(
            self.model,
            self.base.tokenizer,
            situations,
            temperature=0.7,
            seed=seed,
            bf16=self.settings.train.bf16,
        )
        return {
            "perplexity": _perplexity(self.trainer.loss_of(self._encoded(self.data.test))),
            "fresh": _perplexity(self.trainer.loss_of(self._encoded(self.data.fresh))),
            "accepted": sum(not sample.objections for sample in written) / n,
            "recall": sum(sample.recall for sample in written) / n,
        }

    def about(
        self, dataset: Dataset, before: dict[str, float], after: dict[str, float], command: str
    ) -> dict[str, Any]:
        """Return what card and manifest say."""
        settings, progress = self.settings, self.trainer.progress
        own = []
        for file in sorted(self.work.glob("own-*.json")):
            document = msgspec.json.decode(file.read_bytes())
            own.append(f"{len(document['pairs'])} of {document['written']}")
        return {
            "kind": "writer",
            "base": self.base.name,
            "model_type": self.base.model_type,
            "licence": self.base.licence,
            "prompt_form": PROMPT_FORM,
            "kinds": {name: fingerprint(kind) for name, kind in fact_kinds().items()},
            "begun": f"the adapter {settings.start.name}" if settings.start else "a fresh adapter",
            "rank": settings.rank,
            "alpha": settings.alpha,
            "parameters": sum(weight.numel() for weight in trained(self.model).values()),
            "data": dataset.name,
            "data_hash": dataset.content_hash,
            "domains": ", ".join(_TRAINED_DOMAINS) if settings.domains_share else "none",
            "trained_forms": len(all_trained_forms()),
            "forms": n_forms(),
            "version": __version__,
            "steps": progress.step,
            "batch": settings.train.batch,
            "rounds": " + ".join(map(str, settings.train.rounds)),
            "learning_rate": settings.train.learning_rate,
            "second_half_rate": settings.train.second_half_rate,
            "seed": settings.train.seed,
            "minutes": progress.seconds / 60,
            "device": settings.device,
            "precision": "bfloat16 products" if settings.train.bf16 else "float32",
            "command": command,
            "n": settings.test,
            "own": "; ".join(own) or "none",
            "losses": ", ".join(f"{step}: {loss:.3f}" for step, _, loss in progress.history),
            **{f"{name}_before": value for name, value in before.items()},
            **{f"{name}_after": value for name, value in after.items()},
        }


def _steps(n: int) -> str:
    return f"{n} step{'' if n == 1 else 's'}"


def _perplexity(loss: float) -> float:
    return math.exp(min(loss, 50.0))


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes; 0 where the system does not
    say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
