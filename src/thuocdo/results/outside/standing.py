"""Which results from outside stand: the latest confirmed version of each, and their words. For rooms that checked who
asks."""

from collections.abc import Collection

from thuocdo.results.outside.models import OutsideResult
from thuocdo.results.outside.rules import score_words

State = OutsideResult.State
Key = tuple[int, int, str, int, int]


def key_of(row: OutsideResult) -> Key:
    """Person, agency that received it, kind, year, number."""
    return row.person_id, row.agency_id, row.kind, row.year, row.number


def standing(people: Collection[int], year: int) -> list[OutsideResult]:
    """The confirmed results of the year in force, by period. One query, none for nobody."""
    if not people:
        return []
    rows = OutsideResult.objects.filter(person__in=sorted(set(people)), year=year, state=State.CONFIRMED)
    latest = {key_of(row): row for row in rows.select_related("agency").order_by("version", "pk")}
    return sorted(latest.values(), key=lambda row: (row.kind, row.number, row.pk))


def texts_of(row: OutsideResult) -> dict[str, str]:
    """A stored result as it would be typed, without the day."""
    return {
        "period": row.period, "place": row.place, "basis": row.basis, "score": score_words(row.exact_score),
        "level": row.level, "document": row.document,
    }  # fmt: skip


def words_of(row: OutsideResult) -> str:
    """The source, to stand beside a score that counts: `theo …, văn bản 12/BC ngày 05/08/2026;`."""
    return f"theo {row.basis}, văn bản {row.document} ngày {row.signed_on:%d/%m/%Y};"
