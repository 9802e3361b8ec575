"""The papers of a person's year, for whoever reads that file."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import officer_units
from thuocdo.results.access import memberships
from thuocdo.results.papers.models import YearPaper
from thuocdo.results.person_file import PersonFile, person_file
from thuocdo.work.storage import stored

Kind = YearPaper.Kind
EXPECTED = {
    Kind.MINUTES: "biên bản cuộc họp nhận xét, đánh giá",
    Kind.OPINION: "ý kiến bằng văn bản của cấp ủy (với người mà quy định áp dụng yêu cầu có ý kiến ấy)",
}
"""What Điều 24 counts among the file of a year and nothing but an officer can add."""


@dataclass(frozen=True)
class YearPapers:
    """The papers in force and those replaced, oldest first; `missing` in words; `may_add` for the officer in charge;
    `handed`: those that came from another agency, which alone replaces them."""

    person: Person
    year: int
    own: bool
    rows: tuple[YearPaper, ...]
    older: tuple[YearPaper, ...]
    missing: tuple[str, ...]
    may_add: bool
    handed: frozenset[int] = frozenset()


def filed_with(file: PersonFile) -> tuple[YearPaper, ...]:
    """Every version of the papers in a file whose access was checked: all for the person, else those of the agencies
    whose file it is, and those handed over to them."""
    rows = YearPaper.objects.filter(person__in=file.people, year=file.year)
    if file.spans is not None:
        rows = rows.filter(Q(agency__in=[key for key in file.agencies if key is not None]) | Q(pk__in=file.papers))
    return tuple(rows.select_related("agency", "added_by", "replaced_by").order_by("pk"))


def is_old(row: YearPaper) -> bool:
    """Whether another version took its place."""
    return hasattr(row, "replaced_by")


def missing_of(rows: tuple[YearPaper, ...]) -> tuple[str, ...]:
    """Words for each kind that Điều 24 names and of which nothing is filed."""
    there = {row.kind for row in rows}
    return tuple(words for kind, words in EXPECTED.items() if kind not in there)


def agency_kept_for(user: User, person: Person, year: int, on: date) -> tuple[int, str] | None:
    """The agency for which the user, as its organisation officer, keeps the person's file of the year, and the chain of
    its period; None for anybody else and for the person."""
    if person.user_id == user.pk:
        return None
    looked_after = officer_units(user, on)
    inside = [m for m in memberships(person.pk, year) if m.cycle.root_id in looked_after]
    kept = [(m.agency_id, m.cycle.root.code) for m in inside if m.agency_id is not None]
    return kept[-1] if kept else None


def year_papers(user: User, person_id: int, year: int, on: date) -> YearPapers:
    """The page of the papers. Raises NotYours, as `person_file`."""
    file = person_file(user, person_id, year, on, results=False)
    rows = filed_with(file)
    standing = tuple(row for row in rows if not is_old(row))
    own = file.person.user_id == user.pk
    may_add = not own and not file.roots.isdisjoint(officer_units(user, on))
    older = tuple(row for row in rows if is_old(row))
    return YearPapers(file.person, year, own, standing, older, missing_of(standing), may_add, file.papers)


def year_paper_file(user: User, paper_id: int, on: date) -> tuple[YearPaper, bytes]:
    """One paper with its bytes, for whoever reads that file. Raises NotYours, Refusal where the file is damaged."""
    row = YearPaper.objects.filter(pk=paper_id).first()
    if row is None or row not in filed_with(person_file(user, row.person_id, row.year, on, results=False)):
        raise NotYours()
    return row, stored(row.sha256)
