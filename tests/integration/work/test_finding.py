"""Tasks found by words: by whom, under what, and that each line opens."""

from datetime import date

import pytest
from django.test import Client

from tests.factories.finding import kept, words_anew
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.finding import queries
from thuocdo.organisation.finding.queries import Group, find
from thuocdo.work import actions
from thuocdo.work.rules import Details

pytestmark = pytest.mark.django_db


def found(user, typed: str, at) -> list[str]:
    groups: tuple[Group, ...] = find(user, typed, at.date(), only="cong-viec").groups
    return [hit.path for group in groups for hit in group.hits]


@pytest.fixture
def tasks(office, at):
    mine = office.task(at, title="Tham mưu Đề án sắp xếp", details=Details(expected="Tờ trình của Ủy ban"))
    return mine, office.task(at, title="Soạn đề án chuyển đổi số", person=office.colleague_person)


def test_by_title_code_and_expected_product_for_those_who_may_see_the_task(office, tasks, at):
    mine, other = (f"/cong-viec/{task.pk}/" for task in tasks)
    assert found(office.head, "de an", at) == found(office.deputy, "đề án", at) == [other, mine]
    assert found(office.ward.officer, "DE AN sap", at) == [mine]
    assert found(office.doer, "de an", at) == found(office.doer, "to trinh", at) == [mine]
    assert found(office.head, tasks[1].code.lower(), at) == [other]
    assert found(office.stranger, "de an", at) == found(office.ward.stranger, "de an", at) == []
    client = Client()
    for user in (office.head, office.deputy, office.ward.officer, office.doer, office.stranger):
        client.force_login(user)
        seen = {path for path in (mine, other) if client.get(path).status_code == 200}
        assert seen == set(found(user, "de an", at))


def test_by_the_number_of_a_document_that_proves_it_until_that_is_withdrawn(office, tasks, at):
    mine = tasks[0]
    proof = actions.add_evidence(by=office.doer, at=at, task_id=mine.pk, kind="document", text="215/TTr-UBND")
    for typed in ("215/ttr-ubnd", "215 TTr", "215ttrubnd"):
        assert found(office.head, typed, at) == [f"/cong-viec/{mine.pk}/"]
    actions.withdraw_evidence(by=office.doer, at=at, evidence_id=proof.pk, reason="Nhầm văn bản phường")
    assert found(office.head, "215/ttr", at) == found(office.head, "nham van ban", at) == []


def test_a_leaver_takes_nothing_along_and_the_new_unit_sees_only_its_months(office, tasks, at):
    """The posts of the task's month decide, as on the page of the task."""
    post = office.colleague_person.employments.get()
    organisation.end_employment(by=office.ward.officer, at=at, employment_id=post.pk, end=date(2026, 3, 1))
    assert found(office.head, "chuyen doi so", at) == []
    assert found(office.colleague, "chuyen doi so", at) == [f"/cong-viec/{tasks[1].pk}/"]


def test_words_of_tasks_and_evidence_follow(office, tasks, at):
    office.reported(tasks[0], at)
    actions.add_evidence(by=office.doer, at=at, task_id=tasks[0].pk, kind="document", text="12/BC")
    now = kept()
    assert now == words_anew()
    assert {kind for kind, _ in now} >= {"work.task", "work.evidence"}


def test_common_words_are_looked_for_within_the_scope(office, tasks, at, monkeypatch):
    proof = actions.add_evidence(by=office.doer, at=at, task_id=tasks[0].pk, kind="document", text="77/BC")
    monkeypatch.setattr(queries, "FEW", 0)
    mine, other = (f"/cong-viec/{task.pk}/" for task in tasks)
    assert found(office.doer, "de an", at) == [mine]
    assert found(office.colleague, "de an", at) == [other]
    assert found(office.colleague, proof.text, at) == found(office.stranger, "de an", at) == []
    assert found(office.head, proof.text, at) == [mine]
