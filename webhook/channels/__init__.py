"""The channels: one module or folder each. What is here and configured is mounted at `/channels/<its name>`."""
