"""The example of the page on verification prints what the page says it prints."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")


def test_the_example_prints_what_stands_below_it() -> None:
    code, printed = (
        body
        for _, body in re.findall(r"^```(python|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == printed
