"""Decisions on one act must agree on what the act is: where it happened, when, and what it was about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Discipline, SubjectFacts

SAID = {"about": "nội dung vi phạm", "act_agency": "nơi xảy ra", "act_year": "năm xảy ra"}
ABOUT = {"duty": "hoạt động công vụ, nhiệm vụ", "degradation": "suy thoái", "other": "việc khác"}
AGENCIES = {"current": "nơi đang công tác", "former": "cơ quan, đơn vị cũ"}
WORDS = ABOUT | AGENCIES


def differing(subject: SubjectFacts) -> Iterator[CaseError]:
    """What two decisions on one act of this subject say differently of it."""
    yield from _differing(subject.id, "disciplines", subject.disciplines or ())
    yield from _differing(subject.id, "year.disciplines", subject.year.disciplines if subject.year else ())


def _differing(subject: str, key: str, records: Sequence[Discipline]) -> Iterator[CaseError]:
    """What two decisions under this key of a subject say differently of one act; a year that is not given says
    nothing. Each names both decisions, by their place from 1 and their day."""
    told: dict[tuple[str, str], int] = {}
    for place, record in enumerate(records):
        for name, label in SAID.items():
            value = getattr(record, name)
            if value is None:
                continue
            first = told.setdefault((record.act, name), place)
            other = getattr(records[first], name)
            if other != value:
                here, there = _named(records, place), _named(records, first)
                yield CaseError(
                    file="",
                    key=f"subjects[{subject}].{key}.{place + 1}.{name}",
                    problem=f"{here} ghi {label} “{WORDS.get(value, value)}”, {there} ghi “{WORDS.get(other, other)}”, "
                    f"cùng về hành vi {record.act}",
                    remedy=f"Một hành vi có một {label}: sửa một trong hai quyết định, hoặc ghi mã hành vi (act) khác.",
                )


def _named(records: Sequence[Discipline], place: int) -> str:
    return f"quyết định {place + 1} (hiệu lực {records[place].effective_date:%d/%m/%Y})"
