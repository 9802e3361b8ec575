"""Ports for what a test starts; nothing of the product is loaded, so that a bare process may ask too."""

import socket


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
