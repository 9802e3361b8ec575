"""Digests: the same content gives the same digest, any other content another."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuocdo.audit.digests import canonical, digest, recorded_fields
from thuocdo.organisation.models import Unit

HANOI = timezone(timedelta(hours=7))


def unit(**changes: object) -> Unit:
    values = {"pk": 1, "code": "A", "name": "Ủy ban nhân dân", "kind": "agency", "start": date(2026, 1, 1)}
    return Unit(**{**values, **changes})


def test_a_moment_has_one_text_in_every_zone() -> None:
    here = datetime(2026, 3, 5, 9, 0, tzinfo=HANOI)
    assert canonical(here) == canonical(here.astimezone(timezone.utc)) == '"2026-03-05T02:00:00.000000+00:00"'


def test_a_value_without_a_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form for set"):
        canonical({1})


def test_text_and_value_of_a_column_give_one_digest() -> None:
    assert digest(unit(start="2026-01-01", kind=Unit.Kind.AGENCY)) == digest(unit())


@given(st.sampled_from(["code", "name", "kind"]), st.text(min_size=1, max_size=20))
def test_any_other_text_gives_another_digest(field: str, text: str) -> None:
    other = unit(**{field: text})
    assert (digest(other) == digest(unit())) == (getattr(other, field) == getattr(unit(), field))


def test_every_stored_column_counts() -> None:
    assert [f.attname for f in recorded_fields(Unit)] == [
        "id",
        "code",
        "name",
        "kind",
        "order",
        "start",
        "end",
    ]
