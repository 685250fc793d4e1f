"""The training loop: examples in, better adapter weights out. Resumable at any step; knows nothing
of what is learned."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from recsys_rag.errors import SettingsError
from recsys_rag.lab.finetune import checkpoint
from recsys_rag.lab.finetune.checkpoint import Checkpoint, Progress
from recsys_rag.lab.finetune.examples import Batch, Example, batch_of, batches
from recsys_rag.lab.finetune.lora import library, put, trained

OnStep = Callable[[int, int, float], None]  # (steps done, steps in all, loss)
_NOTHING_LOST = 60.0  # seconds of work that a kill may cost


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How to train. `rounds` are steps: at the beginning of each round new examples may come."""

    rounds: tuple[int, ...] = (120, 30, 30)
    batch: int = 8
    learning_rate: float = 1e-3
    # times the learning rate, for B of each pair: LoRA+ (Hayou et al. 2024)
    second_half_rate: float = 1.0
    warmup: int = 10
    validate_every: int = 20
    patience: int = 4  # validations without a better loss, until it stops early
    weight_decay: float = 0.0
    clip: float = 1.0
    bf16: bool = False  # multiply in bfloat16; weights, moments and losses stay float32
    seed: int = 0
    seconds_between_checkpoints: float = _NOTHING_LOST

    def __post_init__(self) -> None:
        if not self.rounds or min(self.rounds) < 0 or sum(self.rounds) < 1 or self.batch < 1:
            raise SettingsError(
                f"a training of {self.rounds} steps of {self.batch} examples is none; give at "
                "least one step"
            )

    @property
    def steps(self) -> int:
        return sum(self.rounds)

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0: a linear rise, then a linear fall to
        0.

        >>> settings = TrainSettings((6,), warmup=2, learning_rate=1.0)
        >>> [round(settings.rate(step), 2) for step in range(6)]
        [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]
        """
        rise = (step + 1) / max(1, self.warmup)
        fall = (self.steps - step) / max(1, self.steps - self.warmup)
        return self.learning_rate * min(1.0, rise, fall)


class Trainer:
    """Trains the adapter of one model; `folder` is where an unfinished training waits to be gone on
    with."""

    def __init__(
        self, model: Any, pad_id: int, settings: TrainSettings, *, folder: Path, plan: str
    ) -> None:
        self.model = model
        self._pad_id = pad_id
        self._settings = settings
        self._file = folder / "checkpoint.safetensors"
        torch = library("torch")
        self._device = next(model.parameters()).device
        halves: dict[bool, list[Any]] = {False: [], True: []}
        for name, parameter in trained(model).items():
            halves["lora_B" in name].append(parameter)
        groups = [
            {"params": halves[False], "times": 1.0},
            {"params": halves[True], "times": settings.second_half_rate},
        ]
        self._optimizer = torch.optim.AdamW(
            groups, lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._best = {
            name: weight.detach().clone().cpu() for name, weight in trained(model).items()
        }
        self.progress = Progress(plan)
        self._saved_at = 0.0  # seconds of training at the last checkpoint
        self._resume(plan)

    def run(
        self,
        examples_of: Callable[[int], Sequence[Example]],
        validation: Sequence[Example],
        on_step: OnStep | None = None,
    ) -> Progress:
        """Train to the end, or until validation has not improved for long; leave the model with its
        best weights.

        `examples_of(round)` is asked at the beginning of each round, with the model as it is then;
        asked again after a kill, it must return the same. Returns the history of losses. Raises
        OSError when a checkpoint cannot be written.
        """
        settings, begin = self._settings, 0
        for position, n_steps in enumerate(settings.rounds):
            end = begin + n_steps
            if n_steps and self.progress.step < end and not self._has_stopped:
                stream = batches(
                    examples_of(position), settings.batch, settings.seed * 1000 + position
                )
                for examples in islice(stream, self.progress.step - begin, n_steps):
                    self._step(examples, validation, on_step)
                    if self._has_stopped:
                        break
                self._save()
            begin = end
        put(self.model, self._best)
        return self.progress

    @property
    def _has_stopped(self) -> bool:
        return self.progress.waited >= self._settings.patience

    def _step(
        self, examples: Sequence[Example], validation: Sequence[Example], on_step: OnStep | None
    ) -> None:
        started, settings, before = time.perf_counter(), self._settings, self.progress
        for group in self._optimizer.param_groups:
            group["lr"] = settings.rate(before.step) * group["times"]
        self._optimizer.zero_grad(set_to_none=True)
        loss = self.loss(examples)
        loss.backward()
        torch = library("torch")
        torch.nn.utils.clip_grad_norm_(list(trained(self.model).values()), settings.clip)
        self._optimizer.step()
        step, loss_sum = before.step + 1, before.loss_sum + float(loss.detach())
        if not math.isfinite(loss_sum):
            raise SettingsError(
                f"the loss is {loss_sum} after {step} steps: it diverges; choose a lower "
                "--learning-rate"
            )
        self.progress = replace(before, step=step, loss_sum=loss_sum)
        if step % settings.validate_every == 0 or step == settings.steps:
            self._validate(validation)
        seconds = before.seconds + time.perf_counter() - started
        self.progress = replace(self.progress, seconds=seconds)
        if seconds - self._saved_at >= settings.seconds_between_checkpoints:
            self._save()
        if on_step:
            on_step(step, settings.steps, float(loss.detach()))

    def _validate(self, validation: Sequence[Example]) -> None:
        now, last = self.progress, self.progress.history[-1][0] if self.progress.history else 0
        loss = self.loss_of(validation)
        history = (*now.history, (now.step, now.loss_sum / max(1, now.step - last), loss))
        self.progress = replace(now, history=history, loss_sum=0.0, waited=now.waited + 1)
        if loss < now.best_loss:
            self._best = {
                name: weight.detach().clone().cpu() for name, weight in trained(self.model).items()
            }
            self.progress = replace(self.progress, best_loss=loss, best_step=now.step, waited=0)

    def loss(self, examples: Sequence[Example]) -> Any:
        """Return the mean loss a token of one batch, as a tensor that can be differentiated."""
        summed, n_tokens = self._summed(batch_of(examples, self._pad_id))
        return summed / n_tokens

    def loss_of(self, examples: Sequence[Example]) -> float:
        """Return the mean loss a token of many examples, without learning from them: the logarithm
        of the perplexity."""
        torch, total, n_tokens = library("torch"), 0.0, 0
        in_order = sorted(examples, key=lambda example: len(example.token_ids))
        with torch.no_grad():
            for begin in range(0, len(in_order), self._settings.batch):
                summed, n = self._summed(
                    batch_of(in_order[begin : begin + self._settings.batch], self._pad_id)
                )
                total, n_tokens = total + float(summed), n_tokens + n
        return total / n_tokens

    def _summed(self, batch: Batch) -> tuple[Any, int]:
        torch = library("torch")
        token_ids, attention, positions, labels = (
            torch.from_numpy(array).to(self._device)
            for array in (batch.token_ids, batch.attention, batch.positions, batch.labels)
        )
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._settings.bf16):
            logits = self.model(
                input_ids=token_ids,
                attention_mask=attention,
                position_ids=positions,
                logits_to_keep=batch.tail,
                use_cache=False,
            ).logits
        predicted, wanted = logits[:, -batch.tail : -1].float(), labels[:, 1 - batch.tail :]
        summed = torch.nn.functional.cross_entropy(
            predicted.reshape(-1, predicted.shape[-1]), wanted.reshape(-1), reduction="sum"
        )
        return summed, int(np.sum(batch.labels[:, 1:] >= 0))

    # --- what survives a kill ---------------------------------------------------------------------

    def _save(self) -> None:
        tensors = {f"best.{name}": weight for name, weight in self._best.items()}
        for name, parameter in trained(self.model).items():
            tensors[f"now.{name}"] = parameter.detach().cpu()
            moments = self._optimizer.state.get(parameter, {})
            if moments:
                tensors[f"first.{name}"] = moments["exp_avg"].cpu()
                tensors[f"second.{name}"] = moments["exp_avg_sq"].cpu()
        checkpoint.write(self._file, Checkpoint(self.progress, tensors))
        self._saved_at = self.progress.seconds

    def _resume(self, plan: str) -> None:
        unfinished = checkpoint.read(self._file, plan)
        if unfinished is None:
            return
        torch = library("torch")
        self.progress, self._best = unfinished.progress, unfinished.under("best.")
        self._saved_at = unfinished.progress.seconds
        put(self.model, unfinished.under("now."))
        first, second = unfinished.under("first."), unfinished.under("second.")
        for name, parameter in trained(self.model).items():
            if name in first:
                self._optimizer.state[parameter] = {
                    "step": torch.tensor(float(unfinished.progress.step)),
                    "exp_avg": first[name].to(self._device),
                    "exp_avg_sq": second[name].to(self._device),
                }
