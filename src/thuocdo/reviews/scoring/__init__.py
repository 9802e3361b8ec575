"""Self-scoring of Party organisations at their meetings over a year, where the rulebook asks for it (Hòa Bình 2018)."""
