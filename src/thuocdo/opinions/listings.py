"""Whom a round asks about whom, and what was said about subjects of the year, as XLSX. Who has answered is in no list;
who is asked is drawn on the page; what was said is what the pages say, block by block."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.kernel.errors import NotYours
from thuocdo.opinions.about_subject import about_round, lines_of
from thuocdo.opinions.organising import prepared
from thuocdo.organisation.access import chain_of, day_of


def asked_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A round of a unit that the user organises. Raises NotYours."""
    if by is None:
        raise NotYours()
    found = prepared(by, key_from(code), 0, at)
    return Scope(chain_of(found.round.unit, day_of(at)), f"{found.round.unit.name}, {found.label}", found)


def asked_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """One line for each form sent out."""
    for party, asked in scope.data.parties:
        for one in asked:
            group = party.get_group_display()
            code, name = (one.about.code, one.about.full_name) if one.about else ("", one.subject.name)
            yield group, party.label, one.rater.code, one.rater.full_name, code, name
    for found in scope.data.bodies:
        party = found.body.party
        yield party.get_group_display(), party.label, "", found.body.name, "", "mọi đối tượng của đợt"
    for side in scope.data.omitted:
        yield side.label, f"không được hỏi; quy định yêu cầu: {side.cite}", "", "", "", side.whose


ASKED = Listing(
    "opinions", "Người được hỏi ý kiến",
    (("Bên", 18), ("Tên bên", 34), ("Mã người được hỏi", 18), ("Người được hỏi", 28), ("Mã người được nhận xét", 20),
     ("Người được nhận xét", 28)), asked_scope, asked_rows,
)  # fmt: skip


def heard_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A closed round about subjects of the year of which the user may read some. Raises NotYours."""
    if by is None:
        raise NotYours()
    one, found = about_round(by, key_from(code), at)
    return Scope(chain_of(one.unit, day_of(at)), f"{one.unit.name}, {one.label}", found)


def heard_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """The lines of the page about each subject."""
    for subject, gathered in scope.data:
        for side, who, words in lines_of(gathered):
            yield subject.name, subject.position, side, who, words


HEARD = Listing(
    "opinions-heard", "Ý kiến các bên",
    (("Về ai", 34), ("Chức vụ", 30), ("Bên", 30), ("Nơi cho ý kiến", 34), ("Ý kiến", 70)), heard_scope, heard_rows,
)  # fmt: skip
