"""Prompts as completions and as chats."""

from recsys_rag.generate._backends.rendering import as_completion, as_messages, shared_prefix, stops
from recsys_rag.types import Prompt

EXAMPLES = (("Film: Fargo", "See Fargo.\n"), ("Film: Alien", "See Alien."))
HEAT = Prompt("Write.", "Film: Heat", examples=EXAMPLES)
CASINO = Prompt("Write.", "Film: Casino", examples=EXAMPLES)


def test_a_completion_is_instructions_examples_and_facts_in_this_order() -> None:
    expected = (
        "Write.\n\nFilm: Fargo\nText: See Fargo.\n\nFilm: Alien\nText: See Alien.\n\nFilm: "
        "Heat\nText:"
    )
    assert as_completion(HEAT) == expected


def test_prompts_of_the_same_instructions_and_examples_share_their_prefix() -> None:
    assert shared_prefix(HEAT) == shared_prefix(CASINO)
    assert as_completion(HEAT).startswith(shared_prefix(HEAT))
    assert as_completion(HEAT).removeprefix(shared_prefix(HEAT)) == "Film: Heat\nText:"


def test_a_chat_shows_the_examples_as_turns() -> None:
    assert as_messages(HEAT) == [
        {"role": "system", "content": "Write."},
        {"role": "user", "content": "Film: Fargo"},
        {"role": "assistant", "content": "See Fargo."},
        {"role": "user", "content": "Film: Alien"},
        {"role": "assistant", "content": "See Alien."},
        {"role": "user", "content": "Film: Heat"},
    ]


def test_without_instructions_there_is_no_system_message_and_no_blank_beginning() -> None:
    prompt = Prompt("", "Film: Heat")
    assert as_messages(prompt) == [{"role": "user", "content": "Film: Heat"}]
    assert as_completion(prompt) == "Film: Heat\nText:"


def test_a_raw_prompt_is_continued_as_it_is() -> None:
    prompt = Prompt("ignored", "ignored", EXAMPLES, raw="As a fan of action, ")
    assert as_completion(prompt) == "As a fan of action, "
    assert shared_prefix(prompt) == ""


def test_our_own_layout_ends_a_text_at_a_blank_line_and_a_raw_prompt_only_at_its_own_stops() -> (
    None
):
    assert stops(Prompt("", "Film: Heat", stop=("##",))) == ["##", "\n\n"]
    assert stops(Prompt("", "", raw="As a fan", stop=("\n",))) == ["\n"]
    assert stops(Prompt("", "", raw="As a fan")) == []


def test_no_special_token_of_any_model_reaches_an_engine() -> None:
    """Engines read these strings as tokens of their own (llama.cpp's server always does); a space
    keeps them text."""
    for mark in (
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "</s>", "<s>", "<eos>", "<bos>",
        "<start_of_turn>", "<end_of_turn>", "<|turn>", "<channel|>", "<|eot_id|>",
        "<|start_header_id|>", "[INST]", "[/INST]", "<<SYS>>", "<think>",
    ):  # fmt: skip
        prompt = Prompt(
            f"Write{mark}.",
            f"Film: Heat{mark} (1995)\n[1] {mark}",
            examples=((f"Film: {mark}", f"See {mark}."),),
        )
        for text in (as_completion(prompt), *(one["content"] for one in as_messages(prompt))):
            assert mark not in text
        assert mark not in as_completion(Prompt("", "", raw=f"As a fan of {mark}"))
        assert as_completion(prompt).startswith(shared_prefix(prompt))
    # others stay as they are
    assert as_completion(HEAT) == as_completion(HEAT).replace("< ", "<").replace("[ ", "[")
