"""Remedies in the weekly plan of who carries them out: taken there by that person, progress comes back from there."""
