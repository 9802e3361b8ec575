"""What other rooms deliver to an assessment: nobody types it again, its source is frozen, another value is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import conclusions as world
from tests.factories.conclusions import MEMBER, OWN, WORDS, decide, file_own, verify
from tests.factories.hoa_binh import AT as DISTRICT_AT
from tests.factories.hoa_binh import open_district
from tests.factories.party import seat
from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.ballots.about import VoteFact
from thuocdo.conclusions import actions, facts, opened, sheets
from thuocdo.conclusions.delivering import Delivered
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.conclusions.newer import newer
from thuocdo.conclusions.sections import asks_of, sections_of
from thuocdo.kernel.errors import Conflict, Several
from thuocdo.reviews import actions as reviews
from thuocdo.reviews.models import Defect
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
TYPED = {name: value for name, value in MEMBER.items() if not name.startswith("defects.")}
SELF = {name: value for name, value in TYPED.items() if name in OWN}


@standing
def ward(db: None) -> Ward:
    ward = world.decided_ward()
    work = ward.subject("civil_servant", "Lê Phó Một")
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=world.DAY, place="",
                      number="1", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"), at=AT)  # fmt: skip
    return ward


def reviewed(ward: Ward) -> RoundSubject:
    one = ward.subject("party_member", "Lê Phó Một")
    reviews.file_review(subject_id=one.pk, typed=typed_whole(one), stage="draft", own=(), layout="", versions={},
                        by=ward.user("vice"), at=AT)  # fmt: skip
    return one


def shown(ward: Ward, one: RoundSubject, by: str) -> str:
    client = Client()
    client.force_login(ward.user(by))
    answer = client.get(f"/ket-luan/doi-tuong/{one.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_review_gives_defects_marks_and_level_and_its_source_is_frozen(ward: Ward) -> None:
    one = reviewed(ward)
    page = shown(ward, one, "vice")
    assert 'id="fields.defects.total"' not in page
    assert "Số hạn chế, khuyết điểm của kỳ trước" in page
    assert "bản kiểm điểm lần 1" in page
    assert 'value="70"' in page, "the marks of the report stand in the form"
    with pytest.raises(Several, match=r"Đã có “0” \(Kiểm điểm") as told:
        file_own(ward, one, "vice")
    assert list(told.value.problems) == ["fields.defects.total", "fields.defects.fixed"]
    file_own(ward, one, "vice", document={"fields": SELF | {"defects.total": "0"}, **WORDS})
    page = shown(ward, one, "officer")
    assert "Tự xếp loại ghi khác" in page
    assert "tự ghi Hoàn thành xuất sắc nhiệm vụ; Hoàn thành tốt nhiệm vụ" in page
    part = verify(ward, one, document={"fields": TYPED, "comment": "Đúng"})
    frozen = facts.read(part)
    assert frozen["subject"]["defects"] == {"fixed": 0, "total": 0}
    assert [line[0] for line in frozen["sources"]] == ["time.months_member", "defects.total", "defects.fixed"]
    assert "Kiểm điểm: kết quả khắc phục" in shown(ward, one, "chair"), "the decider reads what was frozen"
    assert facts.again(part).to_json() == part.outcome


def test_what_was_typed_before_the_review_came_is_verified_again(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    file_own(ward, one, "vice")
    verify(ward, one)
    reviewed(ward)
    with pytest.raises(Several, match="thẩm định lại"):
        decide(ward, one)
    verify(ward, one, document={"fields": TYPED, "comment": "Đúng"})
    owner = f"p{ward.people['vice'].pk}"
    with outside_actions():
        Defect.objects.create(subject=one, owner=owner, year=2024, text="Chậm", source="self",
                              by=ward.user("vice"), at=AT)  # fmt: skip
    with pytest.raises(Conflict, match="không còn là “Hoàn thành xuất sắc nhiệm vụ”"):
        decide(ward, one)


def test_what_came_since_the_verification_is_named_and_verified_before_anybody_decides(ward: Ward) -> None:
    """A report of the review that changes no mark of the rule: nobody decides, alone or in a list, unread."""
    one = reviewed(ward)
    file_own(ward, one, "vice", document={"fields": SELF, **WORDS})
    verify(ward, one, document={"fields": TYPED, "comment": "Đúng"})
    assert "Từ khi thẩm định" not in shown(ward, one, "chair")
    later, by = AT + timedelta(hours=1), ward.user("chair")
    whole = typed_whole(one)
    texts = {key: f"{text}, viết lại" for key, text in whole.texts.items()}
    reviews.file_review(subject_id=one.pk, typed=typed_whole(one, texts=texts), stage="draft", own=(), layout="",
                        versions={"shared": 1, "own": 1}, by=ward.user("vice"), at=later)  # fmt: skip
    with pytest.raises(Conflict, match=r"bản kiểm điểm lần 2 .*Hãy thẩm định lại"):
        decide(ward, one, at=later)
    row = Assessment.objects.get(subject=one)
    with pytest.raises(Several, match="bản kiểm điểm lần 2"):
        actions.decide_many(round_id=ward.round.pk, rows={row.pk: actions.Row(row.version)}, on=world.DAY, number="1",
                            by=by, at=later)  # fmt: skip
    assert "hãy đề nghị cán bộ tổ chức thẩm định lại" in shown(ward, one, "chair")
    assert "Hãy xem rồi thẩm định lại" in shown(ward, one, "officer")
    assert "Từ khi thẩm định" not in shown(ward, one, "vice")
    verify(ward, one, document={"fields": TYPED, "comment": "Đã xem"}, at=later)
    assert decide(ward, one, at=later, level="good", reason="Như chi bộ đề nghị").level == "good"


def test_ballots_and_opinions_since_the_verification_are_named() -> None:
    old, fresh = ("Cấp dưới", "4 người", "Tốt"), ("Cấp trên", "Ban Tổ chức", "Đạt")
    votes = (
        ("Lấy phiếu, ngày 01/12/2025", "5/9", "biên bản mã A"),
        ("Lấy phiếu, ngày 01/12/2025", "4/9", "biên bản mã B"),
    )
    part, frozen = AssessmentPart(at=AT), {"heard": [list(old)], "voted": [list(votes[0])]}

    def since(opinions: Any, ballots: Any, document: Any = frozen) -> tuple[str, ...]:
        return newer(Delivered(opinions=opinions, ballots=ballots), part, document)

    assert since((old,), (votes[0],)) == ()
    assert since((), (), {}) == ()
    assert since((old, fresh), (votes[0],)) == ("ý kiến Cấp trên Ban Tổ chức",)
    assert since((("Cấp dưới", "4 người", "Khá"),), (votes[0],)) == ("ý kiến Cấp dưới 4 người",)
    assert since((), ()) == ("ý kiến Cấp dưới 4 người", "phiếu đã kiểm: Lấy phiếu, ngày 01/12/2025 (biên bản mã A)")
    assert "phiếu đã kiểm: Lấy phiếu, ngày 01/12/2025 (biên bản mã B)" in since((old,), (votes[1],))


def test_one_vote_is_a_fact_and_of_two_somebody_says_which_counts() -> None:
    counts = {"valid": 9, "high": 2, "medium": 2, "low": 5}
    votes = [VoteFact(counts, f"2025-0{n}-01", "M", "D", "S", "confidence_levels", f"Lần {n}") for n in (6, 9)]
    asks = asks_of(None, "leader", {"votes.low"})
    sections, lines, questions = sections_of(asks, None, None, votes[:1])
    assert (sections, questions) == ({"votes": counts}, ())
    assert {line.source for line in lines} == {votes[0].source}
    sections, lines, questions = sections_of(asks, None, None, votes)
    assert (sections, lines) == ({}, ())
    assert "Lần 6, ngày 01/06/2025; Lần 9, ngày 01/09/2025" in questions[0]
    few, enough = ({**counts, "convened": 31, "present": there} for there in (20, 21))
    held = [
        VoteFact(votes, "2025-06-01", "M", "D", "S", "confidence_levels", "Lấy phiếu", rulebook=by)
        for votes in (few, enough) for by in ("votes/qd-96-2023", "votes/qd-41-2021", "")
    ]  # fmt: skip
    given = [sections_of(asks, None, None, [one]) for one in held]
    assert [bool(sections) for sections, _, _ in given] == [False, True, True, True, True, True]
    assert given[0][2] == (
        "Lấy phiếu, ngày 01/06/2025: không có kết quả để tính (QĐ 96/2023 (lấy phiếu): Hội nghị không hợp lệ: dưới 2/3 "
        "số người được triệu tập có mặt).",
    )
    sections, _, questions = sections_of(asks, None, None, [held[0], held[3]])
    assert (sections, len(questions)) == ({"votes": enough}, 1), "the one held again counts alone"


def test_the_page_of_one_asks_few_queries_in_every_state(ward: Ward) -> None:
    """Not more than 22, those of the sign-in and of a savepoint among them; that somebody looked is written once."""
    one, asked = reviewed(ward), {}
    page = f"/ket-luan/doi-tuong/{one.pk}/"

    clients = {}
    for name in ("vice", "officer", "chair"):
        clients[name] = Client()
        clients[name].force_login(ward.user(name))

    def count(*who: str) -> None:
        for name in who:
            clients[name].get(page)
            with CaptureQueriesContext(connection) as found:
                assert clients[name].get(page).status_code == 200
            asked[len(asked), name] = len(found)

    count("vice", "officer")
    file_own(ward, one, "vice", document={"fields": SELF, **WORDS})
    count("vice", "officer", "chair")
    verify(ward, one, document={"fields": TYPED, "comment": "Đúng"}, level="good", reason="Đề nghị của chi bộ")
    count("vice", "officer", "chair")
    decide(ward, one, level="good", reason="Như đề xuất")
    count("vice", "officer", "chair")
    assert max(asked.values()) <= 22, asked


def test_the_round_knows_who_is_secretary_of_the_cell_and_the_cells_level_caps_the_own(db: None) -> None:
    ward = open_district()
    cell, at = ward.subject("party_organisation", "Chi bộ Văn phòng"), DISTRICT_AT
    with outside_actions():
        StepDone.objects.create(
            round=ward.round, subject=cell, node="rate_organisation", step="rating", on=at.date(), level="good",
            source="rounds.recorded", by=ward.user("officer"), at=at,
        )  # fmt: skip
    secretary, other = (ward.subject("party_member", name) for name in ("Ngô Chánh", "Lê Phó Một"))
    forms = {one.pk: sheets.form_of(facts.of_round(one)) for one in (secretary, other)}
    given = forms[secretary.pk].delivered
    assert given.names["cell"] == (("Chi bộ Văn phòng (theo quyết định giấy không ghi số ngày 12/12/2018)", "good"),)
    assert given.sections["facts"] == {"leads_cell": True}
    assert forms[secretary.pk].spec("facts.leads_cell") is None, "nobody types it"
    assert "facts" not in forms[other.pk].delivered.sections
    assert forms[other.pk].spec("facts.leads_cell") is not None, "who is in charge of a cell is typed"
    typed = {"grades.results": "excellent", "grades.others": "excellent", "tasks.assigned": "10", "tasks.done": "10",
             "related.work": "excellent"}  # fmt: skip
    levels = {}
    for pk, form in forms.items():
        document = {"fields": typed | {"facts.leads_cell": ""} if pk == other.pk else typed}
        levels[pk] = sheets.read_part(form, document, {}, own=False, decisions={}).rule_level
    assert levels == {secretary.pk: "good", other.pk: "excellent"}

    def again(days: int, source: str, apart: int = 0) -> Any:
        """The level is taken back, and written again as empty, later (`apart`) or in one act."""
        with outside_actions():
            last = StepDone.objects.filter(subject=cell, node="rate_organisation").order_by("turn").last()
            assert last is not None
            common: Any = {"round": ward.round, "subject": cell, "node": last.node, "step": "rating", "on": at.date(),
                           "by": ward.user("officer"), "number": "7", "source": source}  # fmt: skip
            when = at + timedelta(days=days)
            StepDone.objects.create(**common, turn=last.turn + 1, undoes=last, reason="Thay", at=when)
            StepDone.objects.create(**common, turn=last.turn + 2, at=when + timedelta(hours=apart))
        return sheets.form_of(facts.of_round(secretary))

    given = again(1, "rounds.recorded", apart=1).delivered
    assert given.waits["cell"] == 1, "a paper of which nobody wrote down the level"
    form = again(2, "rounds.recorded")
    given = form.delivered
    assert given.names["cell"][0][1] == "", "decided to have no level is not without a level yet"
    assert "cell" not in given.waits
    assert given.told("related.cell") == ("not_rated", "kết quả của đợt, 1 mức theo quyết định giấy")
    assert [form.spec(name) for name in ("related.cell", "facts.cell_not_rated")] == [None, None], "nobody types it"
    part = sheets.read_part(form, {"fields": typed}, {}, own=False, decisions={})
    assert part.rated is not None
    assert part.rule_level == "good"
    assert part.rated.outcome.finding("limit.not_above_cell").effect == "lowered"
    assert "Chi bộ Văn phòng (theo quyết định giấy số 7 ngày 12/12/2018): không xếp loại" in str(opened._given(form))
    assert again(3, "conclusions.decision").delivered.waits["cell"] == 1
    with outside_actions():
        made = facts.of_round(cell)
        made.rule_kind, made.opened_at = "not_rated", at
        made.save()
    assert sheets.form_of(facts.of_round(secretary)).delivered.names["cell"] == (("Chi bộ Văn phòng", ""),)


def test_late_faults_are_counted_as_the_text_says_and_the_rule_is_shown(ward: Ward) -> None:
    """An act at the former place counts there; one of an earlier year is for the authority to weigh (Điều 11)."""
    one = ward.subject("party_member", "Lê Phó Một")
    file_own(ward, one, "vice")
    page = shown(ward, one, "officer")
    assert "Vi phạm ở đơn vị cũ, bị kỷ luật ở đơn vị mới thì tính vào kết quả của đơn vị cũ" in page
    assert "vi phạm từ năm trước: cấp ủy cấp trên xét vào năm nay" in page
    fault = {"form": "khien_trach", "side": "party", "about": "duty", "effective_date": "10/05/2025"}
    fields = MEMBER | {f"disciplines.1.{name}": value for name, value in fault.items()}
    verify(ward, one, document={"fields": fields | {"disciplines.1.act_agency": "former"}, "comment": "Đúng"})
    page = shown(ward, one, "chair")
    assert "Kỷ luật: tính vào năm nào, nơi nào" in page
    assert "hành vi xảy ra ở cơ quan cũ nên không tính ở đây" in page
    part = verify(ward, one, document={"fields": fields | {"disciplines.1.act_year": "2023"}, "comment": "Đúng"})
    assert part.rule_level == ""
    assert "decisions.disciplined.reading" in shown(ward, one, "chair"), "the authority is asked"


def test_a_level_from_paper_is_delivered_as_such_and_none_is_written_while_an_assessment_is_open(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    given: Any = {"on": world.DAY, "place": "", "number": "9", "body": "Đảng ủy", "levels": {one.pk: "excellent"}}
    file_own(ward, one, "vice", document={"fields": SELF, **WORDS})
    view = opened.view(ward.user("second"), AT, subject_id=one.pk)
    assert any("Lê Phó Một (theo quyết định giấy số 1 ngày 01/12/2025)" in said for _, said, _ in view.given)
    for state in ("hồ sơ đánh giá, xếp loại đang chờ thẩm định", "đang có việc phải xác minh"):
        with pytest.raises(Conflict, match=state):
            rounds.take_steps(round_id=ward.round.pk, steps=[("rate_member", one.pk)], by=ward.user("second"),
                              at=AT, **given)  # fmt: skip
        actions.begin_hold(subject_id=one.pk, version=world.version(one), kind="denunciation", note="Đơn",
                           by=ward.user("second"), at=AT)  # fmt: skip


def test_the_secretary_of_a_cell_without_a_committee_is_known_by_the_seat_and_a_deputy_is_not(db: None) -> None:
    ward = open_district()
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    secretary, other = (ward.subject("party_member", name) for name in ("Ngô Chánh", "Lê Phó Một"))
    with outside_actions():
        RoundSubject.objects.filter(organisation=cell, kind="leader").update(standing="exempt", reason="Nghỉ hưu")
    before = {one.pk: sheets.form_of(facts.of_round(one)).delivered for one in (secretary, other)}
    assert all("facts" not in given.sections for given in before.values()), "the committee does not stand in the list"
    with outside_actions():
        RoundSubject.objects.filter(pk=cell.pk).update(collective=None)
    assert secretary.person
    assert other.person
    assert cell.party
    seat(secretary.person, cell.party, "secretary")
    seat(other.person, cell.party, "deputy")
    given = {one.pk: sheets.form_of(facts.of_round(one)).delivered for one in (secretary, other)}
    assert given[secretary.pk].sections["facts"] == {"leads_cell": True}
    assert "Đợt: bí thư chi bộ vào ngày chốt danh sách" in {line.source for line in given[secretary.pk].lines}
    assert "facts" not in given[other.pk].sections, "whether a deputy is in charge of the cell is typed"
