"""The `waymark` command: serve, train, chat, evaluate, check."""
