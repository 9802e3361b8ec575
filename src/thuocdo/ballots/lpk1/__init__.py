"""LPK-1: blind-signed tokens, sealed choices, a public board. Pure functions; bytes, integers and dictionaries."""
