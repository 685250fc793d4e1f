"""The pages: the same view objects as the API, as HTML that works without script, by keyboard, on a
phone. Each has a twin in JSON under its address and `.json`."""
