"""Rule kinds: a closed vocabulary, one short module each. Arithmetic on columns; no institution, no
decree.
"""
