"""A generated city on a real database: opening, rating and publishing its month, and its pages under load."""
