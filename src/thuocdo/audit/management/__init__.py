"""Commands of Django that this room makes its own."""
