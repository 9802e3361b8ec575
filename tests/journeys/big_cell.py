"""A cell of more than fifty votes on its members: one slip of many lines each, two counts that differ, a third."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.journeys import yearly
from tests.journeys.conftest import Visitor
from tests.journeys.steps import says
from tests.journeys.yearly import Story, fill, push
from thuocdo.ballots.models import Ballot, BallotLine
from thuocdo.rounds.models import StepDone

VOTE = {
    "basis": "Hướng dẫn 14-HD/BTCTU", "title": "Phiếu đề nghị mức xếp loại đảng viên", "meeting": "Sinh hoạt chi bộ",
    "year": "2018", "secrecy": "secret", "mode": "paper", "options": "Đồng ý\nKhông đồng ý", "invalid": "line",
    "quorum": "2/3", "quorum_source": "Quy chế của chi bộ", "least": "1", "most": "1",
}  # fmt: skip


def tally(one: Ballot, voters: int) -> dict[str, str]:
    """Four in five agree about everybody; on the first line one slip is not valid."""
    lines, sheet = one.lines.filter(number__isnull=False).count(), {}
    for n in range(1, lines + 1):
        valid, no = voters - (n == 1), voters // 5
        sheet |= {f"l{n}.valid": str(valid), f"l{n}.invalid": str(voters - valid), f"l{n}.o1": str(valid - no),
                  f"l{n}.o2": str(no)}  # fmt: skip
    return sheet


def printed(who: Visitor, one: Ballot, name: str) -> str:
    """The words of a paper of the ballot, in one line."""
    answer = who.context.request.get(f"{who.origin}/bo-phieu/{one.pk}/{name}.pdf")
    assert answer.status == 200
    if who.pictures:
        (who.pictures / f"hoa-binh-2018-{name}.pdf").write_bytes(answer.body())
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages).split())


def voted(story: Story, voters: int) -> None:
    """Everybody of the cell is on the slip and votes; nobody sees the count of the other; the round is told."""
    ward, on = story.ward, story.clock().date()
    secretary = story.window("chief")
    one = yearly.prepare_ballot(
        secretary, f"t{ward.party['office'].pk}", "member_levels", on, VOTE | {"round": str(ward.round.pk)}
    )
    secretary.go(f"/bo-phieu/{one.pk}/danh-sach/?chon=tat-ca")
    for name in ("chair", "vice", "vice2"):
        secretary.page.locator(f"input[name=tellers][value='{ward.people[name].pk}']").check()
    secretary.page.locator(f"input[name=head][value='{ward.people['chair'].pk}']").check()
    secretary.page.locator(f"input[name=chair][value='{ward.people['chief'].pk}']").check()
    secretary.picture("hoa-binh-2018-big-people")
    push(secretary, "Lưu danh sách")
    yearly.done(secretary)
    push(secretary, "Chốt nội dung phiếu")
    slip = printed(secretary, one, "phieu")
    everybody = BallotLine.objects.filter(ballot=one, number__isnull=False).order_by("number")
    assert everybody.count() == voters
    assert [line.text for line in everybody if line.text not in slip] == [], "one slip holds every line"
    assert "Phiếu kín: không ký tên" in slip
    first, second, third = (story.window(name) for name in ("chair", "vice", "vice2"))
    sheet = tally(one, voters)
    yearly.count_votes(first, second, one, sheet, {"l2.o1": "41", "l2.o2": "11"})
    settled(third, one, sheet)
    minutes = printed(third, one, "bien-ban")
    for words in (
        f"Triệu tập {voters} người; có mặt {voters}", f"Phát ra {voters} phiếu; thu về {voters}",
        "hai bản nhập khác nhau, người thứ ba giải quyết, lý do: Đếm lại dòng 2",
        "51 1 41 78,85 % thu về 80,39 % hợp lệ",
    ):  # fmt: skip
        assert words in minutes, minutes
    assert "văn bảnTờ" not in minutes, "a long foot leaves the number of the page alone"
    yearly.sign_minutes(first, second, secretary, one)
    secretary.picture("hoa-binh-2018-votes")
    assert StepDone.objects.filter(node="vote_member", source="ballots.minutes").count() == voters


def settled(third: Visitor, one: Ballot, sheet: dict[str, Any]) -> None:
    """Who counted neither sees where the two differ, and says why the number is what it is."""
    third.go(f"/bo-phieu/{one.pk}/kiem-phieu/")
    says(third, "Hai bản nhập khác nhau")
    third.accessible()
    third.picture("hoa-binh-2018-big-third")
    assert third.page.locator("table").first.locator("tbody tr").count() == 2, "one line, two options"
    assert third.page.locator("[id='l3.o1']").input_value() == sheet["l3.o1"], "what both counted alike stands there"
    yearly.type_all(third, {name: sheet[name] for name in ("l2.o1", "l2.o2")})
    push(third, "Chốt số")
    says(third, "Hãy ghi lý do")
    assert third.page.locator("[id='l2.o1']").input_value() == sheet["l2.o1"], "what was typed is kept"
    fill(third, reason="Đếm lại dòng 2 trước ban kiểm phiếu")
    push(third, "Chốt số")
    yearly.done(third)
