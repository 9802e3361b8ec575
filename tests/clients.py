"""Somebody at the pages, and what they answer."""

from typing import Any

from django.test import Client

from thuocdo.organisation.models import Person


def signed_in(person: Person, client: Client | None = None) -> Client:
    """A browser in which the person is signed in: a new one, or the one given."""
    found = client or Client()
    assert person.user is not None
    found.force_login(person.user)
    return found


def page_of(answer: Any, status: int = 0) -> str:
    """The page as it was sent; the status is checked where one is named."""
    text = str(answer.content.decode())
    assert status in (0, answer.status_code), text[-1500:]
    return text


def fields(values: dict[str, str], **more: str) -> dict[str, str]:
    """A document of fields as its form posts it."""
    return {f"fields.{name}": value for name, value in values.items()} | more
