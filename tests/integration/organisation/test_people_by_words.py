"""People by what was typed: several words are looked up, and the hits are those of reading every name and code."""

from typing import Any

import pytest
from django.db import connection

from tests.guards import outside_actions
from thuocdo.kernel.text import fold, sort_key
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import find_people

pytestmark = pytest.mark.django_db
NAMES = (
    "Nguyễn Văn An", "Trần Nguyễn Vân Anh", "Lê Văn", "Văn Lê An", "H'Mok Văn Á", "Nguyễn Văn-An", "Ân", "Ksor H'Văn",
    "Đỗ Thị A'n B'o", "Y Ngõ: Niê & Kđăm", "Nguyễn Thị Vân Ánh Anh", "R\\o Văn An",
)  # fmt: skip
ASKED = (
    "nguyễn văn an", "NGUYEN VAN", "yen van a", "n van an", "van an", "van", "an", "ân anh", "le van", "h'mok van",
    "mok van a", "thi a'n", "a'n b", "a'n b'o", "ngo: nie", "nie & k", "& kdam", "\\o van", "%", "van %", "_an", "cb ",
    "cb 00", "CB 001", "cb-0", "CB-003", "nguyen an", "an nguyen", "van an x", "  Văn   An ",
)  # fmt: skip


def test_the_hits_are_those_of_reading_everything() -> None:
    with outside_actions():
        Person.objects.bulk_create(
            Person(
                code=f"CB{' ' if n % 2 else '-'}{n:03}", full_name=name, sort_key=sort_key(name), search_key=fold(name)
            )
            for n, name in enumerate(NAMES)
        )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    every = list(Person.objects.all())
    hits = {typed: set(found(typed)) for typed in ASKED}
    assert hits == {typed: {one.pk for one in every if _has(one, " ".join(typed.split()))} for typed in ASKED}
    assert sum(map(bool, hits.values())) >= 20
    assert {typed: set(found(typed, few=True)) for typed in ASKED} == hits


def found(typed: str, **how: Any) -> list[int]:
    return list(find_people(Person.objects.all(), typed, **how).values_list("pk", flat=True))


def _has(one: Person, typed: str) -> bool:
    return fold(typed) in one.search_key or one.code.upper().startswith(typed.upper())
