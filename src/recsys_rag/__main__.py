"""`python -m recsys_rag` is `recsys-rag`."""

from recsys_rag.cli.main import main

main()
