"""The suite reaches no other machine."""

import socket

import pytest

from tests.guards import NetworkBlocked


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("2001:db8::1", 443)])
def test_another_machine_is_out_of_reach(address: tuple[str, int]) -> None:
    with pytest.raises(NetworkBlocked):
        socket.create_connection(address, timeout=0.1)


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
        server.accept()[0].close()
