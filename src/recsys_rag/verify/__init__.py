"""Judges words: text -> claims, claim and context -> verdict. Independent of the writers; what it
cannot read is unsupported."""
