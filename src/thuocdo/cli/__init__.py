"""The operator's commands (docs/cli.md)."""
