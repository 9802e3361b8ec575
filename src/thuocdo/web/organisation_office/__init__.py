"""Pages of the organisation officer: people and accounts, periods, bindings."""
