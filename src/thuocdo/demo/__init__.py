"""The demonstration organisation: a real place, invented people, a stated distribution (docs/demo.md)."""
