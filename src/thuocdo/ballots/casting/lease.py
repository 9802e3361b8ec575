"""One casting host for one database: of two, the one that closes would lose what waits in the memory of the other."""

import fcntl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

KEY = 0x4C504B31
"""Of the advisory lock on PostgreSQL, which is one for each database."""


class Lease:
    """Held by the thread that took it until its process, or its connection, ends."""

    def __init__(self) -> None:
        self._by: Any = None

    def held(self) -> bool:
        """Whether this host is the one; takes it where nobody has it."""
        if connection.vendor == "sqlite":
            return self._file()
        connection.ensure_connection()
        if self._by is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
                taken = cursor.fetchone()[0]
            self._by = connection.connection if taken else None
        return self._by is not None

    def release(self) -> None:
        """For who only asked whether it is free."""
        if connection.vendor != "sqlite" and self._by is not None and self._by is connection.connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])
        elif connection.vendor == "sqlite" and self._by is not None:
            self._by.close()
        self._by = None

    def _file(self) -> bool:
        if self._by is None:
            file = (Path(settings.DATA_DIR) / "casting.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._by = file
        return True
