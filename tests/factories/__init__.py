"""Rows for tests, written directly: such rows have no event, which `outside_actions` says."""
