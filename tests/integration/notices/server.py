"""A real mail server on a free port of this machine, which keeps what it is given and refuses when told to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Inbox:
    """What came in, and how the next recipients are answered (`""`: taken)."""

    letters: list[tuple[str, Message]] = field(default_factory=list)
    answer: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        self.letters += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def texts(self) -> list[str]:
        """Subject and body of each letter."""
        found = []
        for _, message in self.letters:
            body = message.get_payload(decode=True)
            assert isinstance(body, bytes)
            found.append(body.decode())
        return found


@contextmanager
def running() -> Iterator[tuple[Inbox, int]]:
    """The server for as long as it is needed, and its port."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()
