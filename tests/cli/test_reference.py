from pathlib import Path

import reference

from recsys_rag._cli.main import COMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_in_the_docs_is_what_the_help_texts_say():
    assert PAGE.read_text(encoding="utf-8") == reference.commands(), "run: make docs"


def test_every_command_and_exit_code_is_in_it():
    page = reference.commands()
    for name in (*COMMANDS, "data list", "data fetch", "data info", "lm list", "lm fetch"):
        assert f"\n## recsys-rag {name}\n" in page
    for code in (0, 1, 2, 130, 141):
        assert f"\n| {code} |" in page
