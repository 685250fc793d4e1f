"""The service: recommendations over HTTP whose every sentence can be opened, checked and replayed.

Needs the extra: pip install 'recsys-rag[serve]'. Imports the product; nothing of the product
imports it but its commands.
"""
