"""Practice mode: the month's form and the head's table on an invented example, kept in the session alone."""
