"""From evidence to words: selection, phrases, grammar, prompts and writers. Judges nothing;
`verify` does."""
