"""Search without diacritics: who finds which people and units, and that the words follow every change."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.factories.finding import FINDABLE, kept, words_anew
from tests.guards import outside_actions
from tests.integration.organisation.ward import SINCE, Ward, member
from thuocdo.accounts.models import User
from thuocdo.audit.report import Report
from thuocdo.cli.main import run
from thuocdo.cli.verifying import checks
from thuocdo.organisation import actions
from thuocdo.organisation.finding import comparing, index, queries
from thuocdo.organisation.finding.filling import steps
from thuocdo.organisation.finding.queries import Hit, find
from thuocdo.organisation.models import Person, SearchEntry, Unit

pytestmark = pytest.mark.django_db
NAMES = ("Đặng Thị Mười", "Dang Van An", "Nguyễn Thị Hòa", "Ngô Thì Nhậm")


@pytest.fixture
def people(ward: Ward, at) -> dict[str, Person]:
    office = ward.units["P1-VP"]
    return {name: member(at, office, f"VP-{n:03d}", name, f"vp{n}")[1] for n, name in enumerate(NAMES)}


@pytest.fixture
def head(ward: Ward, at) -> User:
    return member(at, ward.units["P1-VP"], "TR001", "Phạm Thị Trưởng", "pt.truong", leadership="head")[0]


def hits(user: User, typed: str, at, section: str = "nguoi") -> list[Hit]:
    groups = find(user, typed, at.date(), only=section).groups
    return [hit for group in groups for hit in group.hits]


def names(user: User, typed: str, at) -> list[str]:
    return [hit.title.partition(" (")[0] for hit in hits(user, typed, at)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("dang", ["Dang Van An", "Đặng Thị Mười"]),
        ("ĐẶNG", ["Dang Van An", "Đặng Thị Mười"]),
        ("\u00d0a\u0323\u0306ng thi\u0323", ["Đặng Thị Mười"]),
        ("thi dang", ["Đặng Thị Mười"]),
        ("thi n", ["Nguyễn Thị Hòa", "Ngô Thì Nhậm"]),
        ("nguyen thi hoà", ["Nguyễn Thị Hòa"]),
        ("hoa nguye", ["Nguyễn Thị Hòa"]),
        ("guyen", []),
        ("VP-002", ["Nguyễn Thị Hòa"]),
        ("vp002", ["Nguyễn Thị Hòa"]),
        ("vp 00", ["Dang Van An", "Nguyễn Thị Hòa", "Đặng Thị Mười", "Ngô Thì Nhậm"]),
        ("%", []),
        ("_%", []),
        ("d'; --", []),
        ("d", []),
    ],
)
def test_people_by_name_without_marks_and_by_code(ward, people, at, typed, found):
    assert sorted(names(ward.officer, typed, at)) == sorted(found)


def test_who_finds_whom_and_where_it_leads(ward, people, head, at):
    one = people["Đặng Thị Mười"]
    assert [hit.path for hit in hits(ward.officer, "dang thi muoi", at)] == [f"/to-chuc/nguoi/{one.pk}/"]
    assert [hit.path for hit in hits(head, "dang thi muoi", at)] == [f"/giao-viec/nguoi/{one.pk}/?thang=3&nam=2026"]
    assert [hit.path for hit in hits(one.user, "dang", at)] == ["/lich-su/"]
    assert hits(one.user, "nguyen", at) == hits(ward.stranger, "dang", at) == []
    actions.give_role(by=None, at=at, person_id=people["Dang Van An"].pk, unit_id=ward.units["P1"].pk,
                      kind="inspector", start=SINCE)  # fmt: skip
    inspector = people["Dang Van An"].user
    assert [hit.path for hit in hits(inspector, "dang thi", at)] == ["/kiem-tra/?tim=VP-000"]
    for user in (ward.officer, head, one.user, inspector):
        client = Client()
        client.force_login(user)
        for hit in find(user, "dang thi muoi", at.date()).groups[0].hits:
            assert client.get(hit.path).status_code == 200, hit


def test_a_head_finds_those_who_serve_now_and_an_officer_also_those_who_left(ward, people, head, at):
    one = people["Ngô Thì Nhậm"]
    actions.offboard(
        person_id=one.pk, last_day=at.date() - timedelta(days=1), reason="Nghỉ hưu", by=ward.officer, at=at
    )
    assert names(ward.officer, "nham", at) == ["Ngô Thì Nhậm"]
    assert names(head, "nham", at) == []


def test_a_former_name_and_a_merged_code_are_found(ward, people, at):
    one, twin = people["Đặng Thị Mười"], people["Dang Van An"]
    renamed = {"person_id": one.pk, "full_name": "Đặng Ngọc Mai", "reason": "Đổi họ tên", "by": ward.officer}
    actions.rename_person(**renamed, at=at)
    assert names(ward.officer, "muoi", at) == names(ward.officer, "ngoc mai", at) == ["Đặng Ngọc Mai"]
    second, _ = member(at, ward.units["P1-UB"], "TC003", "Vũ Thị Hai", "vt.hai", officer_of=ward.units["P1"])
    merge = actions.propose_merge(
        kept_code=one.code, dropped_code=twin.code, reason="Một người", by=ward.officer, at=at
    )
    assert names(ward.officer, "vp-001", at) == ["Dang Van An"]
    actions.approve_merge(merge_id=merge.pk, by=second, at=at)
    assert "Đặng Ngọc Mai" in names(ward.officer, "vp-001", at)


def test_units_by_name_and_code_of_officers_and_heads(ward, head, at):
    office = ward.units["P1-VP"]
    assert [h.path for h in hits(ward.officer, "van phong", at, "don-vi")] == [f"/to-chuc/co-cau/don-vi/{office.pk}/"]
    assert [h.path for h in hits(head, "p1-vp", at, "don-vi")] == [f"/ke-hoach/don-vi/{office.pk}/"]
    assert hits(ward.employee, "van phong", at, "don-vi") == hits(ward.stranger, "van phong", at, "don-vi") == []
    assert len(hits(ward.officer, "phuong mot", at, "don-vi")) == 4
    client = Client()
    for user in (ward.officer, head):
        client.force_login(user)
        assert [client.get(h.path).status_code for h in hits(user, "van phong", at, "don-vi")] == [200]


def test_words_follow_every_change_and_equal_those_taken_afresh(ward, people, at):
    office = ward.units["P1-VP"]
    actions.correct_unit_name(unit_id=office.pk, name="Văn phòng Hội đồng", by=ward.officer, at=at)
    actions.rename_person(
        person_id=people["Dang Van An"].pk, full_name="Đặng Văn Ân", reason="Sửa dấu", by=ward.officer, at=at
    )
    now = kept()
    assert now["organisation.unit", office.pk] == "van phong hoi dong p1 vp p1vp"
    assert now == words_anew()


def test_a_removed_row_is_found_no_more(ward, people, at):
    one = people["Ngô Thì Nhậm"]
    gone = Person(pk=one.pk + 1000, code="X9", full_name="Người Xóa")
    index.keep([gone], [], [])
    assert kept()["organisation.person", gone.pk] == "nguoi xoa x9"
    index.keep([], [gone, SearchEntry()], [(Unit, [])])
    assert ("organisation.person", gone.pk) not in kept()


def test_rows_from_before_words_were_kept_are_filled_by_the_migrations(ward, people, at):
    before = kept()
    SearchEntry.objects.all().delete()
    editor = SimpleNamespace(connection=connection)
    made = [
        steps("organisation", "person", "full_name", "code"),
        steps("organisation", "personname", "full_name"),
        steps("organisation", "unit", "name", "code"),
    ]
    for fill, _ in made:
        fill(apps, editor)
    assert kept() == before
    made[0][1](apps, editor)
    assert {kind for kind, _ in kept()} == {"organisation.unit"}


def test_verify_finds_words_missing_forged_and_left_over_and_they_are_made_good(ward, people, at, monkeypatch, capsys):
    """In windows smaller than what there is, so that every border is crossed by rows and by entries."""
    true = words_anew()
    monkeypatch.setattr(comparing, "BATCH", 3)
    clean, report = Report(), Report()
    comparing.check_words(clean)
    assert clean.clean
    gone, forged = people["Dang Van An"].pk, people["Đặng Thị Mười"].pk
    person, last = "organisation.person", max(key for kind, key in true if kind == "organisation.person")
    SearchEntry.objects.filter(kind=person, key=gone).delete()
    SearchEntry.objects.filter(kind=person, key=forged).update(words="ai khac")
    left = [(person, key, "bong ma") for key in (-7, *range(last + 1, last + 9))]
    strange = [("organisation.role", 1, "la"), ("work.task", 9**9, "")]
    SearchEntry.objects.bulk_create(SearchEntry(kind=kind, key=key, words=said) for kind, key, said in left + strange)
    comparing.check_words(report)
    said = {(one.kind, one.key): one.message for one in report.problems}
    wrong = {(person, str(gone)), (person, str(forged)), *((person, str(key)) for _, key, _ in left)}
    assert set(said) == wrong | {("organisation.role", ""), ("work.task", str(9**9))}
    assert said[person, str(gone)] == f"Mục tìm kiếm của người (khóa {gone}): thiếu."
    assert said[person, str(forged)].endswith("không khớp.")
    assert said[person, "-7"].endswith("thừa.")
    assert comparing.check_words in checks()
    assert run(["search-words"]) == 0
    assert capsys.readouterr().out == f"Đã đọc {len(true)} dòng; thêm 1, sửa 1, bỏ {len(left) + 2} mục tìm kiếm.\n"
    assert kept() == true
    assert run(["search-words"]) == 0
    assert "đều khớp" in capsys.readouterr().out


def test_each_kind_has_an_index_of_its_words_where_the_database_can_have_one():
    """PostgreSQL has one for each kind; elsewhere words are compared one by one."""
    postgresql = connection.vendor == "postgresql"
    asked = (
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'organisation_searchentry'"
        if postgresql
        else "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'organisation_searchentry'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        made = [str(definition) for (definition,) in cursor.fetchall()]
    assert made
    assert FINDABLE
    for model in FINDABLE:
        kind = f"WHERE ((kind)::text = '{model._meta.label_lower}'::text)"
        found = [one for one in made if kind in one and "USING gin (array_to_tsvector" in one]
        assert len(found) == postgresql, kind


def test_common_words_are_answered_by_those_looked_at_if_enough_of_them_are_within_the_scope(
    ward, people, head, at, monkeypatch
):
    """Whoever oversees all is spared reading the scope; who oversees few of the first looks through their own."""
    asked = []
    kept_keys = queries._keys
    monkeypatch.setattr(queries, "_keys", lambda *given: asked.append(sorted(given[1])) or kept_keys(*given))
    monkeypatch.setattr(queries, "FEW", 2)
    monkeypatch.setattr(queries, "ENOUGH", 3)
    assert len(names(ward.officer, "vp", at)) == 3
    assert asked[1:] == [["organisation.person"], []]
    assert [group.more for group in queries.find(ward.officer, "vp", at.date()).groups][:1] == [True], "not all read"
    asked.clear()
    own = people["Ngô Thì Nhậm"].user
    assert names(own, "vp", at) == ["Ngô Thì Nhậm"]
    assert asked[1:] == [["organisation.person"], ["organisation.person"]]


@pytest.mark.parametrize("few", [0, 2, 1000])
def test_common_words_are_looked_for_within_the_scope(ward, people, head, at, few, monkeypatch):
    monkeypatch.setattr(queries, "FEW", few)
    assert set(names(head, "vp", at)) == (set(NAMES) if few == 1000 else set(names(head, "vp", at)) & set(NAMES))
    assert len(names(head, "vp", at)) == min(few + 1, 4)
    assert names(people["Dang Van An"].user, "dang", at) == ["Dang Van An"]
    assert hits(ward.stranger, "dang", at) == []
    assert [hit.title for hit in hits(head, "p1", at, "don-vi")] == ["Văn phòng phường Một (P1-VP)"]


def test_an_ended_unit_is_found_and_says_so(ward, at):
    with outside_actions():
        Unit.objects.filter(code="P1-VP").update(end=date(2026, 1, 1))
    assert [hit.note for hit in hits(ward.officer, "van phong", at, "don-vi")] == [
        "đơn vị trực tiếp sử dụng; đã kết thúc từ 01/01/2026"
    ]
