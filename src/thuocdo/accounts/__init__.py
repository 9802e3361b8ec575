"""Accounts, one-time links, permissions; attempts that were refused."""
