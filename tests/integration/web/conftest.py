"""Pages are tested with templates that refuse unknown variables."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.template import engines


class UnknownVariable(str):
    """What Django asks for when a template names something that is not there: an error, not an empty text."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, missing: Any) -> str:
        raise AssertionError(f"template variable “{missing}” does not exist")


@pytest.fixture(autouse=True)
def _unknown_variables_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    assert django_settings.TEMPLATES
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable("%s"))  # type: ignore[attr-defined]
