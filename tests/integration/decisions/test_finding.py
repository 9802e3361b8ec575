"""Papers found by their number."""

from django.test import Client

from tests.cast import Cast
from tests.factories.finding import kept, words_anew
from tests.guards import outside_actions
from tests.integration.decisions.test_papers import AT, drafted, issued
from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.organisation.finding.queries import Hit, find


def hits(user: User, typed: str) -> list[Hit]:
    return [hit for group in find(user, typed, AT.date(), only="van-ban").groups for hit in group.hits]


def test_by_number_and_subject_for_those_whose_paper_it_is(cast: Cast, closed: Cycle) -> None:
    paper = issued(cast, closed)
    draft = drafted(cast, closed, "notice")
    path = f"/quyet-dinh/van-ban/{paper.pk}/"
    for typed in ("07/qd-kt", "7 QĐ", "07QĐKT", "7/qđ"):
        assert [hit.path for hit in hits(cast.head.user, typed)] == [path], typed
    assert [hit.title for hit in hits(cast.organisation_officer.user, "07/qd")] == [
        "Quyết định số 07/QĐ-KT: Về kết quả theo dõi, đánh giá tháng 2 năm 2026"
    ]
    assert len(hits(cast.head.user, "ket qua danh gia")) == 2
    assert hits(cast.officer_appraised.user, "07/qd") == []
    client = Client()
    for person in (cast.head, cast.organisation_officer):
        client.force_login(person.user)
        assert client.get(path).status_code == 200
    actions.drop_decision(decision_id=draft.pk, version=draft.version, by=cast.head.user, at=AT)
    assert [hit.path for hit in hits(cast.head.user, "ket qua danh gia")] == [path]
    kinds = {place: words for place, words in kept().items() if place[0] == "decisions.decision"}
    with outside_actions():
        assert kinds.items() <= words_anew().items()
