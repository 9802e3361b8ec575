"""People without Excel over HTTP: hired in one act, changed, signed in anew, leaving; two codes of one human."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate, now

from tests.cast import Cast
from tests.factories.months import open_month
from tests.factories.people import give_role, make_person
from tests.integration.organisation.ward import HEADER, person_row, xlsx
from thuocdo.audit.models import Event
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.models import Departure, Employment, Person, PersonMerge
from thuocdo.organisation.queries import on_day, people_for_officer

pytestmark = pytest.mark.django_db
NEW, MERGES = "/to-chuc/nguoi/them/", "/to-chuc/nguoi/gop-ma/"
TODAY = localdate()


def typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def office(cast: Cast, client):
    """The officer's browser."""
    client.force_login(cast.organisation_officer.user)
    return client


def hiring(cast: Cast, **other: object) -> dict[str, object]:
    return {"code": "kt099", "full_name": "Võ Thị Sáu", "unit": cast.economy.pk, "kind": "civil_servant",
            "position": "Chuyên viên", "leadership": "none", "start": typed(TODAY)} | other


def page_of(person: Person, what: str) -> str:
    return f"/to-chuc/nguoi/{person.pk}/{what}/"


def test_a_person_and_the_first_post_are_one_act(office, cast):
    events = Event.objects.count()
    answer = office.post(NEW, hiring(cast), follow=True)
    assert "Đã thêm Võ Thị Sáu" in answer.content.decode()
    person = Person.objects.get(code="KT099")
    post = Employment.objects.get(person=person)
    assert (post.unit, post.position, post.start, post.end) == (cast.economy, "Chuyên viên", TODAY, None)
    assert Event.objects.count() == events + 1


@pytest.mark.parametrize(("wrong", "status", "field"), [
    ({"code": "có dấu"}, 400, "code"), ({"full_name": " "}, 400, "full_name"), ({"unit": ""}, 400, "unit"),
    ({"kind": "x"}, 400, "kind"), ({"position": ""}, 400, "position"), ({"start": "31/02/2026"}, 400, "start"),
    ({"code": "kt003"}, 409, ""), ({"leadership": "head"}, 409, ""), ({"full_name": "do anh"}, 400, "sure"),
])
def test_a_refused_new_person_writes_nothing_and_keeps_what_was_typed(office, cast, wrong, status, field):
    people = Person.objects.count()
    answer = office.post(NEW, hiring(cast, task_group="Nhóm đã gõ") | wrong)
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'value="Nhóm đã gõ"' in page
    assert f'href="#{field}"' in page or not field
    assert f'id="{field}"' in page or not field
    assert Person.objects.count() == people


def test_same_name_is_a_warning_and_never_identity(office, cast):
    assert 'name="sure"' not in office.get(NEW).content.decode()
    asked = office.post(NEW, hiring(cast, full_name="Đỗ Ánh")).content.decode()
    assert "KT004" in asked
    assert 'name="sure"' in asked
    assert office.post(NEW, hiring(cast, full_name="Đỗ Ánh", sure="co")).status_code == 302
    assert Person.objects.filter(full_name="Đỗ Ánh").count() == 2


def test_hiring_is_for_the_officer_of_the_unit(cast, at):
    act = {"at": at, "code": "X9", "full_name": "Người Mới", "kind": "cadre", "position": "Cán bộ", "start": TODAY}
    with pytest.raises(NotYours):
        actions.hire(by=cast.organisation_officer.user, unit_id=cast.other_ward.pk, **act)
    with pytest.raises(Refusal):
        actions.hire(by=cast.organisation_officer.user, unit_id=cast.economy.pk, **(act | {"position": " "}))
    with pytest.raises(Conflict, match="đã có người đứng đầu"):
        actions.hire(by=cast.organisation_officer.user, unit_id=cast.economy.pk, leadership="head", **act)
    assert not Person.objects.filter(code="X9").exists()


def test_a_post_and_a_name_change_on_the_page_and_errors_stay_in_their_form(office, cast):
    path = page_of(cast.colleague, "sua")
    post = Employment.objects.get(person=cast.colleague)
    act = {"viec": "vi-tri", "post": post.pk, "unit": cast.culture.pk, "kind": "civil_servant",
           "position": "Chuyên viên chính", "leadership": "none", "start": ""}
    refused = office.post(path, act)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert f'href="#p{post.pk}start"' in page
    assert page.count('value="Chuyên viên chính"') == 1
    assert page.count("<details open>") == 1
    assert office.post(path, act | {"start": typed(TODAY)}).status_code == 302
    held = Employment.objects.get(on_day(TODAY), person=cast.colleague)
    assert (held.unit, held.position) == (cast.culture, "Chuyên viên chính")
    more = {"viec": "them-vi-tri", "unit": cast.office.pk, "kind": "civil_servant", "position": "Kiêm nhiệm",
            "leadership": "none", "start": typed(TODAY)}
    assert office.post(path, more | {"unit": ""}).status_code == 400
    assert office.post(path, more).status_code == 302
    assert office.post(path, more).status_code == 409
    assert office.post(path, {"viec": "ho-ten", "full_name": "Đỗ Ánh Nguyệt", "reason": ""}).status_code == 400
    assert office.post(path, {"viec": "ho-ten", "full_name": "Đỗ Ánh Nguyệt", "reason": "Căn cước"}).status_code == 302
    assert cast.colleague.former_names.get().full_name == "Đỗ Ánh"
    assert office.post(path, {"viec": "la"}).status_code == 400


def test_a_sign_in_is_reset_from_the_page_and_the_link_is_shown_once(office, cast):
    path = page_of(cast.colleague, "sua")
    answer = office.post(path, {"viec": "dang-nhap"})
    assert answer.status_code == 200
    assert "/kich-hoat/" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "/kich-hoat/" not in office.get(path).content.decode()
    assert office.post(page_of(cast.without_account, "sua"), {"viec": "dang-nhap"}).status_code == 409


def test_leaving_and_its_undoing_on_the_page(office, cast):
    path = page_of(cast.colleague, "thoi-cong-tac")
    page = office.get(path).content.decode()
    assert "Không có phiếu mở hoặc công việc chưa báo cáo" in page
    yesterday = typed(TODAY - timedelta(days=1))
    refused = office.post(path, {"last_day": "", "reason": "Nghỉ hưu theo chế độ"})
    assert refused.status_code == 400
    assert 'value="Nghỉ hưu theo chế độ"' in refused.content.decode()
    own = office.post(page_of(cast.organisation_officer, "thoi-cong-tac"), {"last_day": yesterday, "reason": "x"})
    assert own.status_code == 403
    done = office.post(path, {"last_day": yesterday, "reason": "Nghỉ hưu"}, follow=True)
    assert "Hoàn tác (trong ngày ghi)" in done.content.decode()
    cast.colleague.user.refresh_from_db()
    assert not cast.colleague.user.is_active
    undo = {"viec": "hoan-tac", "departure": Departure.objects.get().pk}
    assert "Đã hoàn tác" in office.post(path, undo, follow=True).content.decode()
    assert Employment.objects.filter(on_day(TODAY), person=cast.colleague).exists()


def merged(cast: Cast) -> Person:
    """A second code of the colleague, merged into the first one."""
    double = make_person("TAM-07", "Đỗ Ánh", cast.culture, start=date(2025, 9, 1), account=False)
    give_role(cast.office_head, cast.ward, "officer")
    row = actions.propose_merge(by=cast.organisation_officer.user, at=now(), kept_code="KT004", dropped_code="TAM-07",
                                reason="Nhập hai lần")
    actions.approve_merge(by=cast.office_head.user, at=now(), merge_id=row.pk)
    return double


def test_a_link_to_the_year_of_a_merged_code_opens_that_of_the_kept_one_for_who_may_see_it(office, cast):
    open_month(cast.ward, cast.organisation_officer)
    double, stranger = merged(cast), Client()
    stranger.force_login(cast.stranger.user)
    for rest in ("ho-so/{}/2026/giay-to/", "ho-so/{}/2026/", "nguoi/{}/year/2026/1/"):
        old, new = (f"/ket-qua/{rest.format(pk)}?thay=1" for pk in (double.pk, cast.colleague.pk))
        gone = office.get(old)
        assert (gone.status_code, gone.headers["Location"]) == (302, new)
        if rest == "ho-so/{}/2026/":
            assert office.head(old).headers["Location"] == new
        page = office.get(new)
        assert page.status_code == 200
        assert not page.streaming or b"".join(page.streaming_content), "read to its end, which closes the file"
        assert stranger.get(old).status_code == stranger.get(new).status_code == 404, "nobody else learns who is who"


def test_two_codes_are_merged_on_the_page_by_two_officers(office, cast):
    make_person("TAM-07", "Đỗ Ánh", cast.culture, start=date(2025, 9, 1), account=False)
    give_role(cast.office_head, cast.ward, "officer")
    assert "Chưa có đề nghị nào" in office.get(MERGES).content.decode()
    act = {"kept": "KT004", "dropped": "khong-co", "reason": "Nhập hai lần"}
    refused = office.post(MERGES, act)
    assert refused.status_code == 400
    assert 'value="khong-co"' in refused.content.decode()
    assert office.post(MERGES, act | {"dropped": "tam-07"}).status_code == 302
    row = PersonMerge.objects.get()
    assert "Duyệt gộp" not in office.get(MERGES).content.decode()
    assert office.post(MERGES, {"viec": "duyet", "merge": row.pk}).status_code == 403
    office.force_login(cast.office_head.user)
    assert "Duyệt gộp" in office.get(MERGES).content.decode()
    assert office.post(MERGES, {"viec": "duyet", "merge": row.pk}).status_code == 302
    assert office.post(MERGES, {"viec": "rut", "merge": row.pk}).status_code == 409
    row.refresh_from_db()
    assert row.approved_by == cast.office_head.user


def test_a_merged_code_finds_the_person_who_goes_on(office, cast):
    double = merged(cast)
    found = people_for_officer(cast.organisation_officer.user, TODAY, "tam-0")
    assert set(found) == {cast.colleague, double}
    assert "KT004" in office.get("/to-chuc/nguoi/?tim=TAM-07").content.decode()


def test_an_import_under_a_merged_code_goes_to_the_person_who_goes_on(office, cast):
    merged(cast)
    row = person_row("TAM-07", "Đỗ Ánh cũ", unit="VP", start=typed(TODAY))
    file = SimpleUploadedFile("nguoi.xlsx", xlsx(HEADER, [row]))
    shown = office.post("/to-chuc/nhap-du-lieu/", {"kind": "people", "scope": "PHUONG", "file": file}, follow=True)
    assert "Lưu ý: mã TAM-07 đã gộp vào KT004" in shown.content.decode()
    path = f"/to-chuc/nhap-du-lieu/{ImportBatch.objects.get().pk}/ap-dung/"
    done = office.post(path, {"row": "2", "shown": "2"})
    assert done.status_code == 302, done.content.decode()
    assert Employment.objects.get(unit=cast.office, start=TODAY).person == cast.colleague
    cast.colleague.refresh_from_db()
    assert cast.colleague.full_name == "Đỗ Ánh"
