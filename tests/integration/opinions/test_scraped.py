"""Goal B8 against what is rendered: every role opens the pages and files of a closed secret round, every other page of
the product that is a list, and the tables that go out; all of it together says no more than the one table that the
rules publish. In CI an officer opens these and the others are dealt the pages; `TD_B8=10000` lets each role follow
every link it finds."""

import io
import os
import re
from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from tests.factories.reviews import typed_whole
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of
from tests.integration.opinions.year_world import (
    AFTER,
    answered,
    asked_ward,
    begun,
    closed,
    of_another_plan,
    people_asked,
    sent,
    staff_of,
)
from tests.integration.web.test_query_budget import PAGES
from tests.progress import Bounded
from tests.standing import standing
from thuocdo.ballots.models import Ballot, BallotLine, Elector
from thuocdo.intake.specs import registered
from thuocdo.opinions import actions
from thuocdo.opinions.about_subject import facts_of, lines_of
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.models import Opinion, OpinionRound
from thuocdo.organisation.models import Person
from thuocdo.reviews import actions as reviews
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/(?:y-kien|bang/opinions|ket-luan|dot-xep-loai)[^"#]*)"')
EVERY = re.compile(r'href="(/(?!static/|dang-xuat|tro-giup/|quy-tac/)[^"#]*)"')
ROW = re.compile(r"<tr><th scope=\"row\">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", re.S)
READERS = ("officer", "officer2", "chief", "chair", "vice", "vice2", "s1", "s8", "outside")
WHOLE = "TD_B8" in os.environ
PAGES_EACH = 300 if WHOLE else 12
LISTS = [address for _, address in PAGES.values() if "{" not in address and not address.startswith("/quy-tac/")]
OUT = [f"/bang/{one.kind}/{{pk}}/tep.xlsx" for one in registered()[1]]
SECRETS = ("37,41", "41,73", "39,57")
"""What the two gave whom nobody else's marks hide, and their mean."""


@standing
def ward(db: None) -> Ward:
    return asked_ward(staff=9)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)


def round_closed(ward: Ward, one: RoundSubject) -> OpinionRound:
    """Seven colleagues, and two subordinates whose marks nobody else gave."""
    staff = staff_of(ward)
    made = people_asked(ward, begun(ward, [one]), staff[:7])
    made = sent(ward, people_asked(ward, made, staff[7:], group="subordinate"))
    for place, rater in enumerate(staff[:7]):
        answered(made, rater, mark=f"8{place}")
    answered(made, staff[7], mark="37,41", agree="no", text="Lời của người thứ tám")
    answered(made, staff[8], mark="41,73", agree="no", text="Lời của người thứ chín")
    return closed(ward, made)


def scraped(ward: Ward, name: str, starts: Iterable[str], links: re.Pattern[str] = LINK) -> dict[str, str]:
    """Pages (as text) and files (as lines of cells, or what is printed) that this reader gets, by address."""
    client, found, left, seen = Client(raise_request_exception=True), {}, list(starts), set[str]()
    client.force_login(ward.user(name))
    most = max(PAGES_EACH, len(left))
    while left and len(found) < most:
        address = left.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        found[address] = text_of(answer)
        if answer.headers["Content-Type"].startswith("text/html"):
            left += [link for link in links.findall(found[address]) if link not in seen]
    return found


def text_of(answer: Any) -> str:
    content = b"".join(answer)
    if content.startswith(b"PK"):
        return "\n".join("|".join(row) for row in cells_of(content))
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return unescape(content.decode(errors="replace"))


@pytest.mark.long(15)
def test_b8_all_that_every_role_can_open_says_no_more_than_is_published(ward: Ward) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    one = round_closed(ward, member)
    published = set(lines_of(facts_of([member])[member.pk]))
    assert "Lời của người thứ tám" in {words for _, _, words in published}, "words of nine people, under one heading"
    small = {side for side, _, words in published if words.startswith("Lời của") or (":" in words and "%" in words)}
    assert all("đồng nghiệp" in side.lower() and "cấp dưới" in side.lower() for side in small if side), small
    starts = [f"/y-kien/ve/{member.pk}/", f"/y-kien/{one.pk}/", f"/bang/opinions-heard/{one.pk}/tep.xlsx",
              f"/bang/opinions/{one.pk}/tep.xlsx", "/y-kien/", f"/dot-xep-loai/{ward.round.pk}/"]  # fmt: skip
    every = {name: scraped(ward, name, starts) for name in READERS}
    assert sum(map(len, every.values())) >= 20
    others = elsewhere(ward, [one.pk, ward.round.pk, ward.units["place"].pk, member.pk])
    assert sum(map(len, others.values())) >= 60, "lists that somebody opens"
    assert any(address.startswith("/bang/") for pages in others.values() for address in pages)
    for name, pages in others.items():
        for address, text in pages.items():
            assert not [secret for secret in SECRETS if secret in text], f"{name} at {address}"
            assert name not in BARRED or "Lời của người" not in text, f"{name} reads words at {address}"
    heard, files = set(), 0
    for name, pages in every.items():
        for address, text in pages.items():
            assert not [secret for secret in SECRETS if secret in text], f"{name} at {address}"
            if address == f"/y-kien/ve/{member.pk}/":
                heard |= {tuple(_plain(cell) for cell in row) for row in ROW.findall(text)}
            if "opinions-heard" in address:
                files += 1
                lines = [line.split("|") for line in text.splitlines() if line.startswith(member.name)]
                assert lines, name
                heard |= {tuple(_plain(cell) for cell in line[2:5]) for line in lines}
    assert files >= 3
    assert heard == {tuple(_plain(cell) for cell in line) for line in published}, "one table for all, in all formats"
    kept = (f"/y-kien/ve/{member.pk}/", "opinions-heard")
    for name in BARRED:
        opened = [address for address in every[name] if any(part in address for part in kept)]
        assert not opened, f"{name}: raters, strangers and the person itself get neither page nor file"
        assert not [address for address, text in every[name].items() if "Lời của người" in text], name


@pytest.mark.parametrize("turn", [0, 1])
def test_b8_who_was_away_in_one_of_two_rounds_is_no_difference_of_two_means(ward: Ward, turn: int) -> None:
    """Who was away is on other lists, and how many answered on the organiser's page: six times one mean less five times
    the other would be the mark of the one. The person reads both rounds on one page."""
    member, six = ward.subject("party_member", "Lê Phó Một"), staff_of(ward)[:6]
    marks = {rater: f"{60 + 7 * place}" for place, rater in enumerate(six)}

    def held(away: Collection[Person]) -> OpinionRound:
        one = sent(ward, people_asked(ward, begun(ward, [member]), six))
        for rater in six:
            if rater not in away:
                answered(one, rater, mark=marks[rater])
        return closed(ward, one)

    of_another_plan(held(six[:1] if turn == 0 else ()), member)
    asking = people_asked(ward, begun(ward, [member]), six)
    draft = scraped(ward, "officer", [f"/y-kien/{asking.pk}/"], NOTHING)[f"/y-kien/{asking.pk}/"]
    assert "Đã có số liệu về Lê Phó Một" in draft
    assert ("đợt này sẽ không công bố" in draft) is (turn == 0), "it is said before anybody is asked in vain"
    actions.drop_round(round_id=asking.pk, version=asking.version, by=ward.user("officer"), at=AT)
    with transaction.atomic():
        one = held(six[:1] if turn else ())
        about, file = f"/y-kien/ve/{member.pk}/", f"/bang/opinions-heard/{one.pk}/tep.xlsx"
        starts = ["/y-kien/", f"/y-kien/{one.pk}/", about, file]
        readers = ("officer", "chair", "vice")
        pages = {(name, at): text for name in readers for at, text in scraped(ward, name, starts, NOTHING).items()}
        means = {Fraction(f"{a}.{b}") for text in pages.values() for a, b in MEAN.findall(text)}
        assert len(means) == 1, "what was published first stays, and nothing stands beside it"
        alone = int(marks[six[0]])
        assert not [1 for a in means for b in means if abs(6 * a - 5 * b - alone) <= 1]
        assert "mọi người được hỏi đều cho ý kiến" in pages["vice", "/y-kien/"], "why, in plain words"
        assert "mọi người được hỏi đều cho ý kiến" in pages["officer", f"/y-kien/{one.pk}/"]
        assert "mọi người được hỏi đều cho ý kiến" in pages["officer", about]
        transaction.set_rollback(True)
    if turn:
        one = held(())
        text = scraped(ward, "vice", ["/y-kien/"], NOTHING)["/y-kien/"]
        assert len(MEAN.findall(text)) == 2, "where nobody was silent either time both are shown"


def test_b8_who_left_one_of_two_like_questions_blank_is_no_difference_of_two_means(ward: Ward) -> None:
    """Six answer the one question and five the other: six times one mean less five times the other would be the mark
    of who left it blank."""
    member, six = ward.subject("party_member", "Lê Phó Một"), staff_of(ward)[:6]
    alike = (Asking("Kết quả làm việc", "points", "100"), Asking("Làm việc có kết quả", "points", "100"))
    asking = people_asked(ward, begun(ward, [member], questions=alike, threshold="5"), six)
    one = sent(ward, asking)
    for place, rater in enumerate(six):
        mark = f"{60 + 7 * place}"
        answered(one, rater, mark=mark, agree=mark if place else "")
    one = closed(ward, one)
    text = scraped(ward, "vice", ["/y-kien/"], NOTHING)["/y-kien/"]
    assert MEAN.findall(text) == [("77", "5")]
    assert "chỉ công bố một nội dung" in text, "why, in plain words"
    assert not Opinion.objects.filter(tally__subject__round=one, answers__contains='"2"').exists(), "nor is it kept"


def test_b8_who_only_wrote_words_was_silent_in_what_was_shown(ward: Ward) -> None:
    """All forms of the first round say something, one of them in words alone: whoever asks the same again and gets all
    answers would have the mark of that one."""
    member, six = ward.subject("party_member", "Lê Phó Một"), staff_of(ward)[:6]
    one = sent(ward, people_asked(ward, begun(ward, [member], threshold="5"), six))
    for place, rater in enumerate(six):
        answered(one, rater, mark=f"{60 + 7 * place}" if place else "", agree="yes" if place else "", text="Lời góp ý")
    of_another_plan(closed(ward, one), member)
    asking = people_asked(ward, begun(ward, [member], threshold="5"), six)
    draft = scraped(ward, "officer", [f"/y-kien/{asking.pk}/"], NOTHING)[f"/y-kien/{asking.pk}/"]
    assert "đợt này sẽ không công bố" in draft
    one = sent(ward, asking)
    for place, rater in enumerate(six):
        answered(one, rater, mark=f"{60 + 7 * place}")
    closed(ward, one)
    assert len(MEAN.findall(scraped(ward, "vice", ["/y-kien/"], NOTHING)["/y-kien/"])) == 1


MEAN = re.compile(r"trung bình (\d+),(\d) điểm")
BARRED = ("s1", "s8", "outside", "vice")
"""Raters, a stranger and the person: the others record the steps of the subject and read the published words."""


def elsewhere(ward: Ward, keys: list[int]) -> dict[str, dict[str, str]]:
    """Every list of the product for an officer, with every table that goes out, for these keys as what it is of; the
    lists are dealt among the others. In full each role opens all, and what they lead to."""
    tables, found = [address.format(pk=pk) for address in OUT for pk in dict.fromkeys(keys)], {}
    for place in Bounded("B8, roles", len(READERS)):
        reader = READERS[place]
        dealt = LISTS if WHOLE or not place else LISTS[place :: len(READERS)]
        also = tables if WHOLE or not place else []
        found[reader] = scraped(ward, reader, [*dealt, *also], EVERY if WHOLE else NOTHING)
    return found


NOTHING = re.compile(r"(?!)")


def _plain(text: str) -> str:
    words = re.sub(r"<[^>]*>", "", unescape(text)).strip()
    return "" if words == "–" else words.lower()


def test_who_is_asked_and_votes_about_the_same_person_is_named(ward: Ward, client: Client) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    staff = staff_of(ward)
    one = people_asked(ward, begun(ward, [member]), staff)
    client.force_login(ward.user("officer"))
    assert "vừa bỏ phiếu" not in client.get(f"/y-kien/{one.pk}/").content.decode()
    with outside_actions():
        ballot = Ballot.objects.create(
            unit=ward.units["place"], kind=Ballot.Kind.MEMBER_LEVELS, mode=Ballot.Mode.PAPER,
            secrecy=Ballot.Secrecy.SECRET, title="Bỏ phiếu", meeting="Chi bộ", held_on=date(2025, 12, 19), year=2025,
            options=["A", "B"], quorum_part=2, quorum_whole=3, quorum_source="Quy chế",
            basis="Quy chế", made_by=ward.user("officer"), made_at=AT,
        )  # fmt: skip
        BallotLine.objects.create(ballot=ballot, number=1, text=member.name, person=ward.people["vice"])
        Elector.objects.create(ballot=ballot, person=staff[0])
        Elector.objects.create(ballot=ballot, person=staff[1], left_out="Vắng dài ngày")
    page = client.get(f"/y-kien/{one.pk}/").content.decode()
    assert f"{staff[0].full_name} về Lê Phó Một" in page
    assert f"{staff[1].full_name} về Lê Phó Một" not in page


def test_the_own_level_comes_from_the_report_and_is_not_typed_again(ward: Ward, client: Client) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    given: dict[str, Any] = {"own": (), "layout": "", "versions": {}, "by": ward.user("vice"), "at": AT}
    reviews.file_review(subject_id=member.pk, stage="draft", typed=typed_whole(member), **given)
    client.force_login(ward.user("officer"))
    place = f"dot={ward.round.pk}&don-vi={ward.units['place'].pk}&loai=party_member"
    page = client.get(f"/y-kien/lap-nam/?{place}").content.decode()
    field = page.split(f'name="self-{member.pk}"')[1].split("</select>")[0]
    assert "<option selected>Hoàn thành tốt nhiệm vụ</option>" in field
