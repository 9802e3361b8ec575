"""What a scheme's sheet asks depends on the role: what only rules about leaders use is asked of leaders alone."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.schemes import FIELDS, HA_NOI, bound, judged, opened_period, under_review
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.organisation.models import Person
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.fields import all_fields
from thuocdo.rulesets.scheme_fields import ROLES, levels_of, scheme_fields

MARKS = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24", "marks.progress": "18"}


def asked(key: str, overlays: tuple[str, ...], scheme_id: str, role: Role) -> set[str]:
    book = catalogue.load_any(key, overlays)
    assert isinstance(book, SchemeBook)
    scheme = book.scheme(scheme_id)
    return {spec.name for spec in all_fields(scheme_fields(scheme, role, scheme.periods[0], levels_of(scheme)))}


@pytest.mark.parametrize(
    ("key", "overlays", "scheme", "name", "roles"),
    [
        (*HA_NOI, "monthly", "related.unit", ("head",)),
        ("state/nd-56-2015", (), "civil", "related.unit", ("head",)),
        ("state/nd-56-2015", (), "civil", "led.done", ("head", "deputy")),
        ("state/nd-56-2015", (), "civil", "facts.disunity", ("head", "deputy")),
        ("state/nd-233-2026", (), "person", "facts.unit_corruption", ("head", "deputy")),
        ("local/da-nang-2013", (), "monthly", "marks.total", ROLES),
        ("state/nd-233-2026", (), "person", "disciplines.2.act", ROLES),
        ("state/nd-233-2026", (), "person", "disciplines.1.act_agency", ROLES),
        ("state/nd-233-2026", (), "person", "disciplines.1.used_in_year", ROLES),
        ("state/nd-233-2026", (), "person", "disciplines.1.act_year", ()),
        ("state/nd-90-2020", (), "civil_servant", "disciplines.2.act", ()),
        ("party/qd-366-2025", (), "member", "disciplines.1.act_year", ROLES),
    ],
)
def test_a_field_is_asked_of_the_roles_whose_rules_use_it(
    key: str, overlays: tuple[str, ...], scheme: str, name: str, roles: tuple[Role, ...]
) -> None:
    assert tuple(role for role in ROLES if name in asked(key, overlays, scheme, role)) == roles


def test_what_a_text_says_of_members_is_not_asked_about_leaders() -> None:
    """QĐ 366 Điều 5: whoever is excused from Party activity is not rated as a member, and is as a leader."""
    book = catalogue.load_any("party/qd-366-2025", ())
    assert isinstance(book, SchemeBook)
    scheme = book.scheme("leader")
    of = {
        kind: {spec.name for spec in all_fields(scheme_fields(scheme, "head", "year", levels_of(scheme), kind))}
        for kind in ("leader", "party_member")
    }
    assert of["party_member"] - of["leader"] == {
        "facts.excused", "facts.suspended", "time.months_member", "related.work",
    }  # fmt: skip
    assert "facts.as_member" not in of["party_member"]


@pytest.mark.parametrize(("who", "is_asked"), [("colleague", False), ("head", True)])
def test_the_judging_form_of_ha_noi(cast: Cast, client: Client, who: str, is_asked: bool) -> None:
    bound(cast, *HA_NOI)
    person: Person = getattr(cast, who)
    sheet = under_review(opened_period(cast), person, FIELDS | MARKS)
    client.force_login(sheet.evaluator.user)
    page = client.get(f"/danh-gia/phieu/{sheet.pk}/").content.decode()
    assert 'name="fields.marks.discipline"' in page
    assert ('name="fields.related.unit"' in page) is is_asked


def test_what_was_filed_before_and_is_no_longer_asked_does_not_stop_the_rater(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    with monkeypatch.context() as earlier:
        earlier.setattr("thuocdo.rulesets.scheme_fields._uses", lambda scheme, role: set())
        earlier.setattr("thuocdo.appraisals.scheme_fields.OWN", ("marks", "time", "absences", "related"))
        sheet = under_review(cycle, cast.colleague, FIELDS | MARKS | {"related.unit": "good"})
    done = judged(sheet, fields={}, reasons={})
    assert (done.outcome_kind, done.score) == ("rated", "84/1")
