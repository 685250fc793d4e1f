"""`python -m recsys_rag` is `recsys-rag`."""

from recsys_rag._cli.main import main

main()
