"""Notices in the product, and letters that say how much waits, never what; the to-do list: `organisation.waiting`."""
