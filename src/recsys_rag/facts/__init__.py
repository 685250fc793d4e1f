"""One package a kind of fact: what it is and where it is counted, its phrases, its reading, its
recount. See `docs/new-kind.md`."""
