"""Kill a training without warning at random moments, go on each time, and compare with an unbroken
one."""

import argparse
import sys
import tempfile
from pathlib import Path

from record import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from finetune.killing import kill_points, killed, same_weights, unbroken
from finetune.tiny import tiny_model

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        base = tiny_model(folder / "llama", "llama")
        seconds = unbroken(base, folder / "whole")
        n_kills = n_equal = n_half_written = 0
        for place, moment in enumerate(kill_points(asked.kills, seconds, asked.seed)):
            out = folder / f"killed {place}"
            n_kills += killed(base, out, moment)
            n_half_written += out.exists() and not (out / "manifest.json").is_file()
            if not out.exists():
                assert not killed(base, out, 3600.0)
            n_equal += same_weights(folder / "whole", out)
    record(
        "kill_finetune",
        {
            "kills": n_kills,
            "same_weights": n_equal,
            "of": asked.kills,
            "half_written_folders": n_half_written,
            "seconds_unbroken": round(seconds, 1),
        },
        "a random Llama of two layers, 12 steps in 3 rounds with own texts; SIGKILL once at a "
        "random moment in each share of an "
        "unbroken training's time, then the same command again; equal to rtol 1e-5",
    )
