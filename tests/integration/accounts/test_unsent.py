"""What was typed and not sent: kept for its author, in order, bounded, swept."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from thuocdo.accounts import actions as unsent
from thuocdo.accounts.models import UnsentText
from thuocdo.accounts.queries import unsent_texts
from thuocdo.kernel.errors import Refusal

pytestmark = pytest.mark.django_db
PLACE = "cong-viec/7/giai-trinh"


def test_what_was_sent_is_not_kept_again_by_what_was_still_on_its_way(cast: Cast) -> None:
    me, at = cast.organisation_officer.user, timezone.now()
    assert me is not None
    for seconds, act in ((0, "chậm"), (2, None), (1, "chậm vì mưa")):
        when = at + timedelta(seconds=seconds)
        if act is None:
            unsent.note_sent(by=me, at=when, place=PLACE)
        else:
            unsent.keep_unsent(by=me, at=when, place=PLACE, values=json.dumps({"answer": act}))
    assert unsent_texts(me)[PLACE].typed == ""
    unsent.keep_unsent(by=me, at=at + timedelta(seconds=3), place=PLACE, values=json.dumps({"answer": "lần hai"}))
    assert json.loads(unsent_texts(me)[PLACE].typed) == {"answer": "lần hai"}
    unsent.forget_unsent(by=None, at=at + unsent.UNSENT_KEPT)
    assert unsent_texts(me)
    unsent.forget_unsent(by=None, at=at + unsent.UNSENT_KEPT + timedelta(seconds=4))
    assert not unsent_texts(me)


def test_the_oldest_place_goes_when_there_are_too_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    me, at = cast.organisation_officer.user, timezone.now()
    assert me is not None
    monkeypatch.setattr(unsent, "MOST_PLACES", 2)
    for number in range(3):
        unsent.keep_unsent(by=me, at=at + timedelta(seconds=number), place=f"viec/{number}", values='{"a": "b"}')
    assert set(unsent_texts(me)) == {"viec/1", "viec/2"}


@pytest.mark.parametrize(
    ("place", "values"),
    [
        ("../x", "{}"), ("", "{}"), ("a" * 81, "{}"), ("viec", "[]"), ("viec", '{"a": 1}'), ("viec", "{"),
        ("viec", '{"a": {"b": "c"}}'), ("viec", json.dumps({"a": "x" * 20_001})),
        ("viec", json.dumps({str(n): "" for n in range(unsent.MOST_FIELDS + 1)})),
    ],
)  # fmt: skip
def test_another_shape_is_refused(cast: Cast, place: str, values: str) -> None:
    assert cast.organisation_officer.user is not None
    with pytest.raises(Refusal):
        unsent.keep_unsent(by=cast.organisation_officer.user, at=timezone.now(), place=place, values=values)
    assert not UnsentText.objects.exists()


def test_nobody_reads_what_another_one_typed(cast: Cast) -> None:
    assert cast.organisation_officer.user is not None
    assert cast.stranger.user is not None
    client = Client()
    client.force_login(cast.organisation_officer.user)
    posted = {"place": "de-xuat/2026-02", "values": '{"title": "Bi mat"}'}
    assert client.post("/dang-go/", posted).headers["X-Saved-At"]
    assert "Bi mat" in client.get("/cong-viec/de-xuat/?thang=2&nam=2026").content.decode()
    client.force_login(cast.stranger.user)
    assert "Bi mat" not in client.get("/cong-viec/de-xuat/?thang=2&nam=2026").content.decode()
    assert list(unsent_texts(cast.stranger.user)) == []
