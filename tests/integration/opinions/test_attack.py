"""Somebody who reads the whole database tries to find out who wrote what, while a secret round runs and afterwards.

What cannot be hidden from whoever has the database and the key of the installation: `thuocdo.opinions`.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.integration.opinions.conftest import AT, World, answered, asked, closed, prepared, sent
from thuocdo.audit.models import Event, EventObject
from thuocdo.opinions.models import (
    Opinion,
    OpinionComment,
    OpinionEnvelope,
    OpinionInvitation,
    OpinionReturn,
    OpinionRound,
    OpinionTally,
)
from thuocdo.organisation.models import Person

PLACE = {"sqlite": "rowid", "postgresql": "ctid"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as a reader of the database gets them."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = cursor.fetchall()
        return found


def as_stored(model: Any, column: str = "key") -> list[str]:
    """Keys in the order in which the rows lie in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{model._meta.db_table}" ORDER BY {PLACE[connection.vendor]}')
        return [key for (key,) in cursor.fetchall()]


def writers(model: Any) -> int:
    """How many transactions wrote the rows, where the database says so."""
    if connection.vendor != "postgresql":
        return 1
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(DISTINCT xmin::text) FROM "{model._meta.db_table}"')
        return int(cursor.fetchone()[0])


def linked(order: Sequence[str], stored: Sequence[str]) -> int:
    """How many answers the attacker links who takes the order of the rows for the order of answering."""
    return sum(a == b for a, b in zip(order, stored, strict=True))


@pytest.fixture
def running(world: World) -> tuple[OpinionRound, list[Person]]:
    cast = world.cast
    about = (cast.officer_appraised, cast.colleague, cast.task_giver)
    one = sent(asked(prepared(world, about), world.six))
    return one, world.six


def test_an_open_round_holds_no_answer_that_can_be_read(running: tuple[OpinionRound, list[Person]]) -> None:
    one, raters = running
    before = everything()
    seen: list[set[bytes]] = []
    for place, rater in enumerate(raters):
        answered(one, rater, mark=f"7{place},25", text=f"Bí mật số {place}")
        assert as_stored(OpinionEnvelope) == sorted(as_stored(OpinionEnvelope)) or connection.vendor == "postgresql"
        assert writers(OpinionEnvelope) == 1, "the last one to answer has written all of them"
        seen.append({bytes(row) for row in OpinionEnvelope.objects.values_list("sealed", flat=True)})
        assert len({len(row) for row in seen[-1]}) == 1, "the length says nothing"
    after = everything()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"opinions_opinionreturn", "opinions_opinionenvelope"}, "no event, notice or other trace"
    text = repr(after).encode()
    for place in range(len(raters)):
        assert not any(f"7{place}25".encode() in sealed for sealed in seen[-1])
        assert f"Bí mật số {place}".encode() not in text
    marks = OpinionReturn._meta.get_fields()
    assert {field.name for field in marks} == {"key", "round", "rater"}
    assert {field.name for field in OpinionEnvelope._meta.get_fields()} == {"key", "round", "sealed"}


def test_a_closed_round_holds_no_way_from_an_answer_to_its_giver(
    world: World, running: tuple[OpinionRound, list[Person]]
) -> None:
    one, raters = running
    truth = {}
    for place, rater in enumerate(raters):
        truth[f"7{place}25"] = rater.pk
        answered(one, rater, mark=f"7{place},25", text=f"Bí mật số {place}")
    start = Event.objects.count()
    closed(one, world.cast.head, at=AT)
    assert OpinionReturn.objects.count() == OpinionEnvelope.objects.count() == 0
    assert Event.objects.count() == start + 1, "one event for all, by who closed"
    event = Event.objects.order_by("-pk")[0]
    assert event.actor == str(world.cast.head.user.pk)
    assert set(Opinion.objects.values_list("author", "secret")) == {(None, True)}
    assert set(OpinionComment.objects.values_list("author", "secret")) == {(None, True)}
    assert writers(Opinion) == writers(OpinionComment) == 1
    for model in (Opinion, OpinionComment):
        stored = as_stored(model)
        by_tally = [key for (key,) in model.objects.order_by("tally", "key").values_list("key")]
        assert stored == by_tally, "rows lie in the order of random keys"
        kind = model._meta.label_lower
        events = EventObject.objects.filter(kind=kind).order_by("pk").values_list("key", flat=True)
        assert list(events) == sorted(stored)
    for name in ("author", "rater", "at", "by", "time", "moment", "day", "number"):
        columns = {field.name for field in Opinion._meta.get_fields()} - {"author"}
        assert name not in columns
    orders = [
        (
            [f'{{"1":{mark}}}' for mark, rater in truth.items() if rater != tally.subject.member.person_id],
            [
                row.answers
                for row in Opinion.objects.filter(tally=tally).order_by("key")
                if row.answers != '{"2":"yes"}'
            ],
        )
        for tally in OpinionTally.objects.select_related("subject__member")
    ]
    assert all(sorted(given) == sorted(stored) for given, stored in orders), "everything arrived"
    assert sum(linked(given, given) for given, _ in orders) == 15, "a naive table would give everybody away"
    assert sum(linked(given, stored) for given, stored in orders) < 15
    assert all(len(json.loads(row.answers)) == 1 for row in Opinion.objects.all()), "no row joins two answers"
    people = {str(rater.pk) for rater in raters}
    assert not people & {cell for row in Opinion.objects.values_list("key", "answers") for cell in row}


def test_who_was_asked_is_known_and_who_answered_is_not(
    world: World, running: tuple[OpinionRound, list[Person]]
) -> None:
    one, raters = running
    for rater in raters[:5]:
        answered(one, rater)
    closed(one, world.cast.head)
    models = apps.get_app_config("opinions").get_models()
    people = {
        f"{model.__name__}.{field.name}": set(model.objects.values_list(field.attname, flat=True))  # type: ignore[attr-defined]
        for model in models
        for field in model._meta.concrete_fields
        if field.related_model is Person
    }
    asked_of = set(OpinionInvitation.objects.values_list("rater", flat=True))
    assert people.pop("OpinionInvitation.rater") == asked_of == {rater.pk for rater in raters}
    assert len(people.pop("OpinionInvitation.about")) == 3
    assert people == {
        "OpinionReturn.rater": set(), "Opinion.author": {None}, "OpinionComment.author": set(),
        "OpinionBody.speaker": set(), "OpinionSubject.person": {None},
    }  # fmt: skip
