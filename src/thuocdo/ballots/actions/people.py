"""A ballot while it is prepared: who votes, who is on the slip, who is left out and why, who counts, who chairs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.ballots.actions.preparing import draft
from thuocdo.ballots.models import Ballot, BallotLine, Elector, Teller
from thuocdo.ballots.people import MOST, Offered, below, offered
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Person

NAMED = 30


@dataclass(frozen=True)
class Chosen:
    """What the page of people said: ids that vote, that stand on the slip (`p<person>` or `u<unit>`), reasons by id for
    those who do not, the committee with its head, the chair, one reason (`others`) for all who do not vote and have no
    own."""

    voters: Collection[int]
    lines: Collection[str]
    voter_reasons: Mapping[int, str]
    line_reasons: Mapping[str, str]
    tellers: Collection[int]
    head: int
    chair: int
    others: str = ""


@action
def choose_people(*, ballot_id: int, version: int, chosen: Chosen, by: User, at: datetime) -> Ballot:
    """Write the lists anew. Everybody offered votes or is left out with a reason; what is not on the slip and has no
    reason is in no list. Raises NotYours, Several, Conflict."""
    on = localdate(at)
    one = draft(ballot_id, version, by, on)
    found = offered(one, on)
    refuse_too_many(found)
    electors, lines, tellers = _read(one, found, chosen, on)
    old = (one.electors.order_by("pk"), one.lines.order_by("pk"), one.tellers.order_by("pk"))
    removed: list[Model] = [row for rows in old for row in rows]
    for rows in old:
        rows.all().delete()
    one.chair_id = chosen.chair
    one.version += 1
    one.save()
    fresh: list[Any] = [*electors, *lines, *tellers]
    for made in fresh:
        made.ballot = one
    Elector.objects.bulk_create(electors)
    BallotLine.objects.bulk_create(lines)
    Teller.objects.bulk_create(tellers)
    record(
        chain=chain_of(one.unit, on), code="ballot.people_chosen", by=by, at=at, objects=[one, *fresh],
        removed=removed,
        data={"ballot": one.pk, "electors": len(chosen.voters), "lines": len(chosen.lines), "tellers": len(tellers)},
    )  # fmt: skip
    return one


def _read(
    one: Ballot, found: Offered, chosen: Chosen, on: date
) -> tuple[list[Elector], list[BallotLine], list[Teller]]:
    read = Reading()
    people, things = found.people, found.lines
    outside = set(chosen.tellers) - set(people)
    counting = {**people, **(below(one, on).in_bulk(outside) if outside else {})}
    reasons = {key: clean(chosen.voter_reasons.get(key, "") or chosen.others)[:300] for key in people}
    read(_known, chosen.voters, people, "voters")
    read(_known, chosen.tellers, counting, "tellers")
    read(_known, set(chosen.lines), set(things), "lines")
    if not chosen.voters:
        read(_say, "voters", "Chưa chọn ai bỏ phiếu. Hãy đánh dấu người được triệu tập bỏ phiếu.")
    if not chosen.lines:
        read(_say, "lines", "Chưa có dòng nào trên phiếu. Hãy đánh dấu người hoặc tập thể được đưa vào phiếu.")
    else:
        read(refuse_forgotten, [one for key, one in people.items() if key not in chosen.voters and not reasons[key]])
    read(_committee, one, chosen)
    read(_accounts, counting, chosen)
    read(_chair, set(people), chosen)
    read.done()
    electors = [
        Elector(person_id=key, left_out="" if key in chosen.voters else reason) for key, reason in reasons.items()
    ]
    lines, number = [], 0
    for key, thing in things.items():
        reason = clean(chosen.line_reasons.get(key, ""))[:300]
        if key in set(chosen.lines):
            number += 1
            lines.append(BallotLine(number=number, text=thing.text, person_id=thing.person, unit_id=thing.unit))
        elif reason:
            lines.append(BallotLine(text=thing.text, person_id=thing.person, unit_id=thing.unit, left_out=reason))
    tellers = [Teller(person_id=key, head=key == chosen.head) for key in counting if key in chosen.tellers]
    return electors, lines, tellers


def _say(field: str, words: str) -> None:
    raise Refusal("ballot.people", words, field=field)


def refuse_too_many(found: Offered) -> None:
    """Lists that leave out whom the page does not hold would silently take their vote. Raises Refusal."""
    if found.cut:
        _say(
            "voters",
            f"Danh sách có hơn {MOST} người, trang này không chứa hết nên không lưu được: lưu thì có người mất quyền "
            "bỏ phiếu mà không ai thấy. Hãy lập cuộc bỏ phiếu cho từng đơn vị hoặc tổ chức đảng nhỏ hơn.",
        )


def refuse_forgotten(missing: Collection[Person]) -> None:
    """Nobody is silently without a vote. Asked again when the question is frozen: somebody may have come since the
    people were chosen. Raises Refusal."""
    if missing:
        names = ", ".join(one.full_name for one in list(missing)[:NAMED])
        more = f" và {len(missing) - NAMED} người nữa" if len(missing) > NAMED else ""
        _say(
            "voters",
            f"Chưa rõ {len(missing)} người có bỏ phiếu không: {names}{more}. Hãy đánh dấu bỏ phiếu, hoặc ghi lý do "
            "không bỏ phiếu (riêng từng người, hoặc lý do chung ở cuối danh sách).",
        )


def _known(chosen: Collection[Any], known: Collection[Any], field: str) -> None:
    if not set(chosen) <= set(known):
        _say(field, "Có mục không thuộc danh sách của trang này. Hãy tải lại trang rồi chọn lại.")


def _committee(one: Ballot, chosen: Chosen) -> None:
    if len(set(chosen.tellers)) < 3:
        _say(
            "tellers",
            "Ban kiểm phiếu cần ít nhất ba người: hai người nhập số độc lập, người thứ ba giải quyết chỗ lệch.",
        )
    if chosen.head not in chosen.tellers:
        _say("head", "Hãy chọn trưởng ban trong số thành viên ban kiểm phiếu.")
    refuse_counting_oneself(one, chosen.tellers, [key for key in chosen.tellers if f"p{key}" in chosen.lines])


def _accounts(people: Mapping[int, Person], chosen: Chosen) -> None:
    """Two enter the count and a third settles what differs, each from an own sign-in."""
    counting = [people[key] for key in sorted(set(chosen.tellers)) if key in people]
    active = User.objects.filter(pk__in=[one.user_id for one in counting if one.user_id], is_active=True)
    able = set(active.values_list("pk", flat=True))
    without = [one.full_name for one in counting if one.user_id not in able]
    if len(counting) >= 3 and len(counting) - len(without) < 3:
        _say(
            "tellers",
            "Cần ít nhất ba thành viên ban kiểm phiếu đăng nhập được: hai người nhập số độc lập, người thứ ba giải "
            f"quyết chỗ lệch. Chưa có tài khoản hoặc tài khoản đã khóa: {', '.join(without)}. Hãy nhờ cán bộ tổ chức "
            "cấp tài khoản, hoặc chọn người khác.",
        )


def refuse_counting_oneself(one: Ballot, tellers: Collection[int], on_slip: Collection[int]) -> None:
    """Whoever stands on the slip does not count it, except where a whole cell votes on its members. Asked again when
    the question is frozen: its kind may have changed since the people were chosen. Raises Refusal."""
    if one.kind != Ballot.Kind.MEMBER_LEVELS and set(tellers) & set(on_slip):
        _say("tellers", "Người có tên trên phiếu không kiểm phiếu. Hãy chọn người khác vào ban kiểm phiếu.")


def _chair(people: Collection[int], chosen: Chosen) -> None:
    if chosen.chair not in people:
        _say("chair", "Hãy chọn người chủ trì cuộc họp.")
    if chosen.chair in chosen.tellers:
        _say("chair", "Người chủ trì không ở trong ban kiểm phiếu. Hãy chọn người khác.")
