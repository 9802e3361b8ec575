"""Difficulties with the rules: raising and following them, handling them, and the yearly review."""
