"""Looking at somebody else's result: read-only, and every look is on the record."""
