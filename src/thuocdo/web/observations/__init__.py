"""Observations on leaders (under /ghi-nhan/)."""
