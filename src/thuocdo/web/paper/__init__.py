"""Entering signed paper sheets for people without a device, and the owner's objection."""
