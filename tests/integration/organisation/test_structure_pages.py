"""The tree, the page of a unit and reorganisations over HTTP: who may, what is kept when refused, what is written."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from tests.cast import Cast
from tests.factories.people import add_post, give_role, make_person, make_unit
from tests.guards import outside_actions
from thuocdo.organisation import actions
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DeputyField,
    Employment,
    Placement,
    Reorganisation,
    Succession,
    Unit,
    UnitLink,
)
from thuocdo.organisation.queries import agency_of, head_of, on_day

pytestmark = pytest.mark.django_db
TREE, PLANS = "/to-chuc/co-cau/", "/to-chuc/co-cau/sap-xep/"


@pytest.fixture
def office(cast: Cast, client):
    """The officer's browser."""
    client.force_login(cast.organisation_officer.user)
    return client


def unit_page(unit: Unit) -> str:
    return f"{TREE}don-vi/{unit.pk}/"


def typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


TODAY = localdate()
TOMORROW = TODAY + timedelta(days=1)


def draft(office, cast: Cast, start: date = TOMORROW) -> Reorganisation:
    answer = office.post(PLANS, {
        "root": cast.ward.pk, "title": "Sắp xếp phòng", "decision": "15/NQ-HĐND", "decided_on": typed(TODAY),
        "start": typed(start),
    })
    assert answer.status_code == 302, answer.content.decode()
    return Reorganisation.objects.get()


def add_line(office, plan: Reorganisation, **line: str):
    plan.refresh_from_db()
    return office.post(f"{PLANS}{plan.pk}/", {"viec": "dong", "version": plan.version, **line})


def test_pages_are_for_officers_and_units_of_others_are_not_found(cast, client):
    paths = [TREE, PLANS, unit_page(cast.economy), "/to-chuc/nguoi/them/", "/to-chuc/nguoi/gop-ma/",
             f"/to-chuc/nguoi/{cast.colleague.pk}/sua/", f"/to-chuc/nguoi/{cast.colleague.pk}/thoi-cong-tac/"]
    for path in paths:
        client.logout()
        assert client.get(path).status_code == 302, path
        for person in (cast.colleague, cast.chairman, cast.inspector):
            client.force_login(person.user)
            assert client.get(path).status_code == 403, path
            assert client.post(path, {}).status_code == 403, path
        client.force_login(cast.organisation_officer.user)
        assert client.get(path).status_code == 200, path
    plan = draft(client, cast)
    give_role(cast.stranger, cast.other_ward, "officer")
    client.force_login(cast.stranger.user)
    for path in [*paths[2:3], *paths[5:], f"{PLANS}{plan.pk}/", f"{TREE}?goc={cast.economy.pk}"]:
        assert client.get(path).status_code == 404, path
    assert client.post(f"{PLANS}{plan.pk}/", {"viec": "ap-dung", "version": 1}).status_code == 404
    act = {"viec": "phu-trach", "person": cast.deputy.pk, "start": typed(TODAY), "decision": "1", "kind": "interim"}
    assert client.post(unit_page(cast.economy), act).status_code == 404
    assert not ActingHead.objects.exists()


def test_the_tree_by_date_by_level_and_by_text(office, cast):
    page = office.get(TREE).content.decode()
    assert "Phường Bồ Đề" in page
    assert "Phường Long Biên" not in page
    page = office.get(f"{TREE}?tim=kinh te").content.decode()
    assert "Phòng Kinh tế, Hạ tầng và Đô thị" in page
    assert "Không có đơn vị nào khớp" in office.get(f"{TREE}?tim=khong-co").content.decode()
    below = office.get(f"{TREE}?goc={cast.ward.pk}").content.decode()
    assert below.index("Phòng Kinh tế") < below.index("Phòng Văn hóa")
    answer = office.get(f"{TREE}?ngay=31/02/2026")
    assert answer.status_code == 400
    assert 'href="#ngay"' in answer.content.decode()
    assert "Không có đơn vị nào ở dưới vào ngày này" in office.get(f"{TREE}?ngay=30/06/2025").content.decode()


def test_heads_of_each_other_are_named_and_not_judged(office, cast):
    add_post(cast.head, cast.culture, "Chuyên viên kiêm nhiệm")
    assert "đứng đầu đơn vị của nhau" not in office.get(TREE).content.decode()
    add_post(cast.head_elsewhere, cast.economy, "Chuyên viên kiêm nhiệm")
    page = office.get(TREE).content.decode()
    assert "đứng đầu đơn vị của nhau. Quy định không cấm" in page


def test_an_acting_head_is_recorded_and_ended_on_the_page(office, cast):
    path = unit_page(cast.economy)
    shown = office.get(f"{path}?viec=phu-trach").content.decode()
    assert 'id="a-decision"' in shown
    assert 'id="d-decision"' not in shown
    act = {"viec": "phu-trach", "person": cast.deputy.pk, "kind": "in_charge", "start": typed(TODAY), "decision": " "}
    refused = office.post(path, act)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert 'href="#a-decision"' in page
    assert f'value="{typed(TODAY)}"' in page
    assert f'<option value="{cast.deputy.pk}" selected' in page
    office.post(path, act | {"decision": "7/QĐ-UBND ngày 01/11/2026"})
    row = ActingHead.objects.get()
    assert head_of(cast.economy, TODAY) == cast.deputy
    assert "7/QĐ-UBND" in office.get(path).content.decode()
    end = {"viec": "ket-thuc", "duty": "acting_head", "duty_id": row.pk}
    refused = office.post(path, end | {f"last_acting_head_{row.pk}": "32/01/2026"})
    assert refused.status_code == 400
    assert f'href="#last_acting_head_{row.pk}"' in refused.content.decode()
    office.post(path, end | {f"last_acting_head_{row.pk}": typed(TODAY)})
    assert head_of(cast.economy, TOMORROW) == cast.head


def test_a_delegation_names_the_silence_of_the_law_its_paper_and_its_end(office, cast):
    path = unit_page(cast.economy)
    page = office.get(f"{path}?viec=uy-quyen").content.decode()
    assert "Nghị định 335 không nêu việc ủy quyền" in page
    assert "Đây là quyết định của cơ quan" in page
    act = {"viec": "uy-quyen", "person": cast.deputy.pk, "act": "evaluate", "decision": "8/UQ", "start": typed(TODAY),
           "decided_on": typed(TODAY), "people": [cast.colleague.pk]}
    refused = office.post(path, act)
    assert refused.status_code == 400
    assert "Ủy quyền luôn có ngày cuối cùng" in refused.content.decode()
    assert f'<option value="{cast.colleague.pk}" selected' in refused.content.decode()
    assert office.post(path, act | {"last": typed(TOMORROW), "decided_on": ""}).status_code == 400
    assert office.post(path, act | {"last": typed(TOMORROW), "people": []}).status_code == 400
    assert office.post(path, act | {"last": typed(TOMORROW)}).status_code == 302
    row = Delegation.objects.get()
    assert (row.giver, row.delegate, row.decision, row.decided_on) == (cast.head, cast.deputy, "8/UQ", TODAY)
    assert "thay mặt Lê Minh Đức" in office.get(path).content.decode()
    office.post(path, {"viec": "ket-thuc", "duty": "delegation", "duty_id": row.pk,
                       f"last_delegation_{row.pk}": typed(TODAY)})
    row.refresh_from_db()
    assert row.end == TOMORROW


def test_a_field_of_a_deputy_covers_a_unit_or_a_person(office, cast):
    path = unit_page(cast.economy)
    act = {"viec": "linh-vuc", "person": cast.deputy.pk, "name": "Tài chính", "decision": "9/QĐ", "start": typed(TODAY),
           "units": "", "people": ""}
    refused = office.post(path, act)
    assert refused.status_code == 400
    assert "chọn một đơn vị hoặc một người" in refused.content.decode()
    assert 'value="Tài chính"' in refused.content.decode()
    assert office.post(path, act | {"person": cast.head.pk, "units": cast.finance_team.pk}).status_code == 400
    assert office.post(path, act | {"units": cast.finance_team.pk}).status_code == 302
    row = DeputyField.objects.get()
    assert (row.person, row.covers_unit, row.end) == (cast.deputy, cast.finance_team, None)
    office.post(path, {"viec": "ket-thuc", "duty": "deputy_field", "duty_id": row.pk,
                       f"last_deputy_field_{row.pk}": typed(TODAY)})
    row.refresh_from_db()
    assert row.end == TOMORROW


def test_a_unit_is_added_and_misspelling_mended_on_the_page(office, cast):
    path = unit_page(cast.economy)
    act = {"viec": "them-don-vi", "code": "KT-XD", "name": "Tổ Xây dựng", "kind": "component", "start": typed(TODAY),
           "manager": cast.committee.pk}
    for wrong, field in ((("code", "có dấu cách"), "u-code"), (("name", " "), "u-name"), (("start", ""), "u-start"),
                         (("start", "01/01/2020"), "u-start"), (("kind", "x"), "u-kind")):
        refused = office.post(path, act | dict([wrong]))
        assert refused.status_code == 400, wrong
        assert f'href="#{field}"' in refused.content.decode(), wrong
    assert office.post(path, act | {"code": "kt-tc"}).status_code == 409
    assert office.post(path, act | {"manager": cast.city.pk}).status_code == 404
    assert office.post(path, act).status_code == 302
    made = Unit.objects.get(code="KT-XD")
    assert agency_of(made, TODAY) == cast.economy
    assert UnitLink.objects.get(tree="management", child=made).parent == cast.committee
    assert office.post(path, {"viec": "sua-ten", "name": "Phòng Kinh tế"}).status_code == 302
    assert office.post(path, {"viec": "sua-ten", "name": "Phòng Kinh tế"}).status_code == 302
    cast.economy.refresh_from_db()
    assert cast.economy.name == "Phòng Kinh tế"


def test_a_change_of_name_is_seen_before_it_is_applied_and_the_past_keeps_its_name(office, cast):
    path = unit_page(cast.office)
    act = {"viec": "doi-ten", "name": "Văn phòng HĐND và UBND", "code": "VPH", "decision": "3/NQ", "start": "",
           "decided_on": typed(TODAY)}
    refused = office.post(path, act)
    assert refused.status_code == 400
    assert 'value="Văn phòng HĐND và UBND"' in refused.content.decode()
    answer = office.post(path, act | {"start": typed(TODAY)})
    plan = Reorganisation.objects.get()
    assert answer["Location"] == f"{PLANS}{plan.pk}/"
    page = office.get(answer["Location"]).content.decode()
    assert "1 đơn vị kết thúc, 1 đơn vị mới, 3 vị trí chuyển theo" in page
    assert "Áp dụng phương án" in page
    done = office.post(answer["Location"], {"viec": "ap-dung", "version": plan.version}, follow=True)
    assert "đã áp dụng" in done.content.decode()
    assert Unit.objects.get(code="VPH").name == "Văn phòng HĐND và UBND"
    old = Unit.objects.get(code="VP")
    assert (old.name, old.end) == ("Văn phòng", TODAY)
    plan.refresh_from_db()
    office.post(answer["Location"], {"viec": "hoan-tac", "version": plan.version})
    assert not Unit.objects.filter(code="VPH").exists()
    assert Unit.objects.get(code="VP").end is None


def test_lines_of_a_plan_are_added_changed_and_dropped_one_by_one(office, cast):
    empty = office.get(PLANS).content.decode()
    assert "Chưa có phương án nào" in empty
    bad = office.post(PLANS, {"root": cast.ward.pk, "title": "Tên đã gõ", "decision": "", "decided_on": typed(TODAY),
                              "start": typed(TOMORROW)})
    assert bad.status_code == 400
    assert 'value="Tên đã gõ"' in bad.content.decode()
    plan = draft(office, cast)
    path = f"{PLANS}{plan.pk}/"
    assert "Chưa có dòng nào" in office.get(path).content.decode()
    refused = add_line(office, plan, old="KHONG", code="M1", name="Tên mới gõ dở")
    assert refused.status_code == 400
    assert 'value="Tên mới gõ dở"' in refused.content.decode()
    add_line(office, plan, old="KT", code="KVH", name="Phòng Kinh tế - Văn hóa", kind="agency")
    add_line(office, plan, old="VH", code="KVH", name="Phòng Kinh tế - Văn hoá", kind="agency")
    first, second = Succession.objects.order_by("pk")
    assert "ghi bằng hai tên" in office.get(path).content.decode()
    shown = office.get(f"{path}?dong={second.pk}").content.decode()
    assert "Sửa một dòng" in shown
    assert 'value="Phòng Kinh tế - Văn hoá"' in shown
    add_line(office, plan, line=str(second.pk), old="VH", code="KVH", name="", kind="")
    names = Succession.objects.order_by("pk").values_list("old__code", "name")
    assert list(names) == [("KT", "Phòng Kinh tế - Văn hóa"), ("VH", "")]
    shown = office.get(path).content.decode()
    assert "sẽ có 2 người đứng đầu" in shown
    assert "ở dòng đầu tiên của mã này" not in shown
    make_unit("TAM", "Tổ tạm", "component", under=cast.economy)
    add_line(office, plan, old="TAM", code="M2", name="Tổ mới", kind="", parent="KVH")
    shown = office.get(path).content.decode()
    assert "Đơn vị mới “M2”: hãy ghi loại ở dòng đầu tiên" in shown, "only what is missing is asked for"
    add_line(office, plan, line=str(Succession.objects.get(code="M2").pk), old="TAM", code="M2", name="Tổ mới",
             kind="component", parent="KVH")
    assert "Chưa có người đứng đầu: Tổ mới (M2)." in office.get(path).content.decode()
    plan.refresh_from_db()
    office.post(path, {"viec": "bo-dong", "line": Succession.objects.get(code="M2").pk, "version": plan.version})
    assert "Chưa có người đứng đầu" not in office.get(path).content.decode()
    add_line(office, plan, old="KT-TC", code="KT-TC", parent="KVH")
    place = {"viec": "bo-tri", "version": 0, "placements": "VH001; VH; KVH; Phó Trưởng phòng; cấp phó"}
    stale = office.post(path, place)
    assert stale.status_code == 409
    assert "VH001; VH; KVH" in stale.content.decode()
    plan.refresh_from_db()
    assert office.post(path, place | {"version": plan.version}).status_code == 302
    assert "VH001; VH; KVH; Phó Trưởng phòng; cấp phó" in office.get(path).content.decode()
    plan.refresh_from_db()
    gone = Succession.objects.get(old__code="KT-TC")
    office.post(path, {"viec": "bo-dong", "line": gone.pk, "version": plan.version})
    assert Succession.objects.count() == 2
    assert Placement.objects.count() == 1
    plan.refresh_from_db()
    office.post(path, {"viec": "bo-dong", "line": Succession.objects.get(old__code="VH").pk, "version": plan.version})
    assert not Placement.objects.exists()
    assert first.pk is not None


def test_people_of_a_split_unit_are_placed_from_a_list(office, cast):
    plan = draft(office, cast)
    path = f"{PLANS}{plan.pk}/"
    add_line(office, plan, old="VH", code="VHA", name="Phòng Văn hóa", kind="agency", records="co")
    add_line(office, plan, old="VH", code="VHB", name="Phòng Xã hội", kind="agency")
    page = office.get(path).content.decode()
    posts = Employment.objects.filter(unit=cast.culture).order_by("pk")
    assert {int(pk) for pk in re.findall(r'name="post_(\d+)"', page)} == {p.pk for p in posts}
    assert "Áp dụng phương án" not in page
    plan.refresh_from_db()
    act = {"viec": "chon-don-vi", "version": plan.version}
    assert office.post(path, act).status_code == 400
    assert office.post(path, act | {f"post_{posts[0].pk}": "KT"}).status_code == 302
    plan.refresh_from_db()
    assert "không phải đơn vị kế tiếp" in office.get(path).content.decode()
    picked = {f"post_{p.pk}": "VHA" if n == 0 else "VHB" for n, p in enumerate(posts)}
    office.post(path, act | {"version": plan.version} | picked)
    assert Placement.objects.count() == posts.count()
    plan.refresh_from_db()
    assert "Áp dụng phương án" in office.get(path).content.decode()
    office.post(path, {"viec": "ap-dung", "version": plan.version})
    served = Employment.objects.filter(on_day(TOMORROW), unit__code="VHA").values_list("person_id", flat=True)
    assert list(served) == [posts[0].person_id]


def test_files_of_units_and_of_people_fill_a_plan_and_bad_ones_name_the_row(office, cast):
    plan = draft(office, cast)
    path = f"{PLANS}{plan.pk}/"
    units = "Mã đơn vị cũ,Mã đơn vị mới,Tên đơn vị mới,Loại,Thuộc về mã,Mã cơ quan quản lý công chức,Tiếp nhận hồ sơ\n"

    def send(act: str, text: str | bytes):
        plan.refresh_from_db()
        content = text.encode() if isinstance(text, str) else text
        return office.post(path, {"viec": act, "version": plan.version, "file": SimpleUploadedFile("a.csv", content)})

    assert office.post(path, {"viec": "tep-don-vi", "version": plan.version}).status_code == 400
    bad = send("tep-don-vi", units + "VP,,Văn phòng mới,cơ quan sử dụng,,,\n")
    assert bad.status_code == 400
    assert "Dòng 2" in bad.content.decode()
    assert send("tep-don-vi", b"\xff\xfe\x00 khong phai") .status_code == 400
    assert send("tep-don-vi", units + "VP,VPM,Văn phòng mới,cơ quan sử dụng,,,\n").status_code == 302
    people = "Mã cán bộ,Mã đơn vị cũ,Mã đơn vị mới,Chức vụ,Vai trò\n"
    assert send("tep-bo-tri", people + "VP003,VP,VPM,Lái xe,\n").status_code == 302
    assert Placement.objects.get().position == "Lái xe"
    assert send("khong-biet", people).status_code == 400


def test_a_plan_and_a_merge_wait_on_the_to_do_list_until_they_are_done(office, cast, at):
    assert "Sắp xếp phòng" not in office.get("/").content.decode()
    plan = draft(office, cast)
    double = make_person("TAM-07", "Đỗ Ánh", cast.culture, account=False)
    give_role(cast.office_head, cast.ward, "officer")
    actions.propose_merge(by=cast.organisation_officer.user, at=at, kept_code="KT004", dropped_code=double.code,
                          reason="Nhập hai lần")
    page = office.get("/").content.decode()
    assert f'href="{PLANS}{plan.pk}/"' in page
    assert "chờ cán bộ thứ hai duyệt" not in page
    office.force_login(cast.office_head.user)
    assert "1 đề nghị gộp hai mã của một người chờ cán bộ thứ hai duyệt" in office.get("/").content.decode()
    office.force_login(cast.colleague.user)
    assert "Sắp xếp phòng" not in office.get("/").content.decode()


def test_pages_stay_light_with_120_units(office, cast):
    plan = draft(office, cast)
    for number in range(120):
        unit = make_unit(f"TO-{number:03}", f"Tổ dân phố số {number} phường Bồ Đề", "component", under=cast.committee)
        make_person(f"TDP{number:03}", f"Nguyễn Thị Thu Hương {number}", unit, "Tổ trưởng", leadership="head",
                    account=False)
        make_person(f"TDQ{number:03}", f"Trần Văn Quang {number}", unit, account=False)
        with outside_actions():
            for part in "AB":
                Succession.objects.create(plan=plan, old=unit, code=f"MOI-{number:03}{part}", kind="component",
                                          name=f"Tổ dân phố mới số {number}{part} phường Bồ Đề", records=part == "A")
    page = unit_page(cast.committee)
    paths = [TREE, f"{TREE}?goc={cast.committee.pk}", PLANS, f"{PLANS}{plan.pk}/", page,
             *(f"{page}?viec={act}" for act in ("phu-trach", "uy-quyen", "linh-vuc", "them-don-vi")),
             f"/to-chuc/nguoi/{cast.colleague.pk}/sua/", "/to-chuc/nguoi/them/"]
    for path in paths:
        answer = office.get(path)
        assert answer.status_code == 200, path
        assert len(answer.content) <= 100_000, (path, len(answer.content))
    narrowed = office.get(f"{page}?viec=uy-quyen&nguoi=TDQ119").content.decode()
    assert "Trần Văn Quang 119" in narrowed
    assert "Nguyễn Thị Thu Hương 3 " not in narrowed
    second = office.get(f"{PLANS}{plan.pk}/?trang=2").content.decode()
    assert "Trang 2/5" in second


@pytest.mark.parametrize(("page", "fields"), [
    ("/to-chuc/nguoi/them/", ["code", "full_name", "unit", "kind", "position", "start"]),
    ("/to-chuc/nguoi/gop-ma/", ["kept", "dropped", "reason"]),
    (PLANS, ["title", "decision", "decided_on", "start"]),
    ("/quyet-dinh/lua-chon/", ["unit", "kind", "decided_by", "start"]),
])
def test_an_empty_form_is_told_all_its_faults_at_once_beside_each_field(office, cast, page, fields):
    answer = office.post(page, {"root": cast.ward.pk, "do": "form"})
    assert answer.status_code == 400
    assert [problem.field for problem in answer.context["problems"]] == fields
    for field in fields:
        assert f'href="#{field}"' in answer.content.decode()
        assert answer.context["errors"][field] in answer.content.decode().split("</ul>", 1)[1]
