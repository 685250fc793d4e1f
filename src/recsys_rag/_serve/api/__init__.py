"""The calls under /api/v1, a file a noun. Each parses, asks the service and answers."""
