"""Random keys: rows that have them stand in no order."""

import secrets


def new_key() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)
