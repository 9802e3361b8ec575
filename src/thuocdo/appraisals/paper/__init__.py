"""Sheets entered from a signed paper for somebody without a device: whose paper, who entered it, how it is marked."""
