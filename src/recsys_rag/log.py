"""The logger `recsys_rag`: what is fetched, fitted, saved, loaded, and passed over. Silent unless
the program that uses the library says where it goes."""

import logging

logger = logging.getLogger("recsys_rag")
logger.addHandler(logging.NullHandler())
