"""Django's `migrate`, with fields copied instead of built anew (`audit.copying`) and models made when they are
asked for (`audit.rendering`)."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from thuocdo.audit.copying import fields_copied
from thuocdo.audit.rendering import models_when_asked


class Command(Migrate):
    """The same command in a part of the time."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        with fields_copied(), models_when_asked():
            super().handle(*args, **options)
