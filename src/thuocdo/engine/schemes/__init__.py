"""Schemes: rating by criteria, grades, conditions, triggers, limits, quotas and votes, all of it data."""
