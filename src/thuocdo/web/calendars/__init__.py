"""The working calendar of units, and its year confirmed by the authority."""
