"""Messages by e-mail, through a real server: quiet, neutral, retried, and in step with the to-do list."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import open_month, submitted
from tests.integration.notices.server import Inbox, running
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices import actions, outbox
from thuocdo.notices.models import Letter, Mailbox
from thuocdo.notices.queries import link_token
from thuocdo.organisation.letters import post_once
from thuocdo.organisation.models import Person
from thuocdo.organisation.waiting import todo

pytestmark = pytest.mark.django_db
HOST = "https://thuocdo.example.vn"


@pytest.fixture
def inbox(settings) -> Iterator[Inbox]:  # type: ignore[no-untyped-def]
    with running() as (inbox, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.LINK = "127.0.0.1", port, HOST
        settings.DEFAULT_FROM_EMAIL = "thuocdo@example.vn"
        yield inbox


@pytest.fixture
def morning(at: datetime) -> datetime:
    """Nine o'clock of a working day, a week before the deadline."""
    return datetime(2026, 2, 25, 9, tzinfo=at.tzinfo)


@pytest.fixture
def month(cast: Cast) -> Cycle:
    return open_month(cast.ward, cast.organisation_officer)


def confirmed(person: Person, at: datetime, when: str = "daily") -> Mailbox:
    """The person's address, ready for use."""
    row = actions.set_address(by=person.user, at=at, address=f"{person.code.lower()}@example.vn")
    actions.confirm_address(by=person.user, at=at, token=link_token(row))
    return actions.choose_letters(by=person.user, at=at, when=when)


def test_one_neutral_message_a_working_day(cast: Cast, month: Cycle, inbox: Inbox, morning: datetime) -> None:
    me = cast.officer_appraised
    confirmed(me, morning)
    for minutes in (0, 1, 120):
        post_once(morning + timedelta(minutes=minutes))
    number = len(todo(me.user, morning))
    assert number
    (text,) = inbox.texts()
    assert f"Ông/bà có {number} việc cần làm trên Thước Đo." in text
    assert re.findall(r"https?://\S+", text) == [f"{HOST}/dang-nhap/"]
    for secret in (me.full_name, me.code, me.user.username, month.root.name, "2/2026", cast.head.full_name):
        assert secret not in text
    ((to, message),) = inbox.letters
    assert (to, message["Auto-Submitted"]) == ("kt003@example.vn", "auto-generated")
    assert not post_once(morning - timedelta(hours=3) + timedelta(days=1)), "before the working hours"
    post_once(morning + timedelta(days=1))
    assert len(inbox.letters) == 2


def test_no_message_on_a_day_off_or_when_nothing_waits(
    cast: Cast, month: Cycle, inbox: Inbox, morning: datetime
) -> None:
    confirmed(cast.officer_appraised, morning)
    confirmed(cast.stranger, morning)
    assert todo(cast.stranger.user, morning) == []
    Letter.objects.all().delete()
    saturday = morning + timedelta(days=3)
    post_once(saturday)
    post_once(saturday)
    assert inbox.letters == []
    post_once(morning)
    assert [to for to, _ in inbox.letters] == ["kt003@example.vn"]


def test_a_message_whose_reason_is_gone_is_not_sent(cast: Cast, month: Cycle, inbox: Inbox, morning: datetime) -> None:
    me = cast.officer_appraised
    confirmed(me, morning)
    Letter.objects.all().delete()
    outbox.looked(me.user.mailbox, morning, 1, send=True)
    submitted(month, me, morning)
    assert todo(me.user, morning) == []
    post_once(morning)
    assert inbox.letters == []
    assert Letter.objects.get(user=me.user).failed_at == morning


def test_soon_means_only_what_is_due_within_a_day(cast: Cast, month: Cycle, inbox: Inbox, morning: datetime) -> None:
    me = cast.officer_appraised
    confirmed(me, morning, "soon")
    Letter.objects.all().delete()
    early = month.submit_by - timedelta(days=2)
    early = early.replace(hour=9)
    for hours in (0, 2):
        post_once(early + timedelta(hours=hours))
    assert inbox.letters == []
    late = month.submit_by - timedelta(hours=23)
    post_once(late)
    post_once(late + timedelta(hours=2))
    assert len(inbox.letters) == 1


def test_never_means_never_but_the_link_still_comes(cast: Cast, month: Cycle, inbox: Inbox, morning: datetime) -> None:
    me = cast.officer_appraised
    confirmed(me, morning, "never")
    Letter.objects.all().delete()
    post_once(morning)
    assert inbox.letters == []
    actions.set_address(by=me.user, at=morning, address="khac@example.vn")
    post_once(morning)
    assert [to for to, _ in inbox.letters] == ["khac@example.vn"]


def test_the_link_in_the_message_confirms_once_and_for_its_owner_alone(
    cast: Cast, inbox: Inbox, morning: datetime, client: Client
) -> None:
    me = cast.officer_appraised
    actions.set_address(by=me.user, at=morning, address="kt003@example.vn")
    post_once(morning)
    (text,) = inbox.texts()
    path = re.findall(rf"{HOST}(\S+)", text)[0]
    assert me.full_name not in text
    preview = client.get(path)
    assert (preview.status_code, preview.headers["Location"][:12]) == (302, "/dang-nhap/?")
    assert "example.vn" not in client.get(path, follow=True).content.decode()
    client.force_login(cast.colleague.user)
    assert client.get(path).status_code == 404
    client.force_login(me.user)
    assert "kt003@example.vn" in client.get(path).content.decode()
    assert Mailbox.objects.get(user=me.user).confirmed_at is None, "looking confirms nothing"
    assert client.post(path).status_code == 302
    assert Mailbox.objects.get(user=me.user).confirmed_at
    assert client.post(path).status_code == 404
    assert [p for p in verify().problems if p.kind.startswith("notices.")] == []


def test_the_row_alone_makes_no_link(cast: Cast, morning: datetime, settings) -> None:  # type: ignore[no-untyped-def]
    row = actions.set_address(by=cast.head.user, at=morning, address="a@example.vn")
    settings.SECRET_KEY = "x" * 40
    forged = link_token(row)
    settings.SECRET_KEY = "y" * 40
    with pytest.raises(NotYours):
        actions.confirm_address(by=cast.head.user, at=morning, token=forged)


def test_tried_again_with_growing_pauses_then_given_up(cast: Cast, inbox: Inbox, morning: datetime) -> None:
    actions.set_address(by=cast.head.user, at=morning, address="a@example.vn")
    inbox.answer = "451 later"
    times, at = [], morning
    for _ in range(10):
        letter = Letter.objects.get()
        if letter.failed_at:
            break
        at = letter.due_at or at
        times.append(at - morning)
        post_once(at)
    assert [t.total_seconds() / 60 for t in times] == [0, 5, 20, 65, 200, 605]
    assert Letter.objects.get().last_error == "SMTPRecipientsRefused 451"
    inbox.answer = ""
    post_once(at + timedelta(days=1))
    assert inbox.letters == []


def test_comes_through_after_the_server_was_away(cast: Cast, inbox: Inbox, morning: datetime) -> None:
    actions.set_address(by=cast.head.user, at=morning, address="a@example.vn")
    inbox.answer = "451 later"
    post_once(morning)
    inbox.answer = ""
    assert not post_once(morning + timedelta(minutes=4))
    post_once(morning + timedelta(minutes=5))
    assert len(inbox.letters) == 1
    assert Letter.objects.get().sent_at
    assert not post_once(morning + timedelta(hours=1))


def test_a_bounce_is_kept_and_ends_it(cast: Cast, inbox: Inbox, morning: datetime, client: Client) -> None:
    actions.set_address(by=cast.head.user, at=morning, address="a@example.vn")
    inbox.answer = "550 no such user a@example.vn"
    post_once(morning)
    letter = Letter.objects.get()
    assert (letter.failed_at, letter.last_error) == (morning, "SMTPRecipientsRefused 550")
    client.force_login(cast.head.user)
    assert "không gửi (SMTPRecipientsRefused 550)" in client.get("/thu-bao/").content.decode()


def test_a_claimed_letter_is_left_to_its_worker(cast: Cast, inbox: Inbox, morning: datetime) -> None:
    actions.set_address(by=cast.head.user, at=morning, address="a@example.vn")
    first, second = Letter.objects.get(), Letter.objects.get()
    assert outbox._claim(first, morning)
    assert not outbox._claim(second, morning)
    assert not post_once(morning)
    assert inbox.letters == []
    post_once(morning + outbox.CLAIMED)
    assert len(inbox.letters) == 1


@pytest.mark.parametrize(
    "typed",
    ["", "an", "a@b", "a@example.vn\nBcc: b@example.vn", "a@example.vn\r\nX: y", "a@example.vn, b@example.vn",
     "ă@example.vn", "a" * 250 + "@x.vn"],
)  # fmt: skip
def test_an_address_that_is_none_or_more_is_refused(cast: Cast, morning: datetime, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.set_address(by=cast.head.user, at=morning, address=typed)
    assert refused.value.field == "address"
    assert Letter.objects.count() == 0


def test_links_to_others_are_few(cast: Cast, morning: datetime) -> None:
    for number in range(5):
        actions.set_address(by=cast.head.user, at=morning, address=f"a{number}@example.vn")
    with pytest.raises(Conflict):
        actions.set_address(by=cast.head.user, at=morning, address="a9@example.vn")


def test_without_a_server_nothing_happens(cast: Cast, month: Cycle, morning: datetime, settings) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_HOST = ""
    confirmed(cast.officer_appraised, morning)
    assert not post_once(morning)
    assert not Letter.objects.filter(kind="waiting").exists()


def test_the_page_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    client.force_login(cast.head.user)
    answer = client.post("/thu-bao/", {"address": "sai địa chỉ"})
    assert answer.status_code == 400
    assert 'value="sai địa chỉ"' in answer.content.decode()
    assert client.post("/thu-bao/", {"address": "dung@example.vn"}).status_code == 302
    assert "chờ xác nhận" in client.get("/thu-bao/").content.decode()
    assert client.post("/thu-bao/", {"when": "soon"}).status_code == 302
    assert client.post("/thu-bao/", {"when": "sometimes"}).status_code == 400
