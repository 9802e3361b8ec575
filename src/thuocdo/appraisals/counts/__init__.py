"""Sheets counted by unit, so that a city's lists need not count them anew."""
