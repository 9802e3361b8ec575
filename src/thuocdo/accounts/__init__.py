"""Accounts, one-time links, permissions; attempts that were refused; what was typed and not sent."""
