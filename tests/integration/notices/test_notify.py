"""Notices are quiet: nobody gets the same sentence twice while the first is unread."""

from datetime import datetime, timezone

from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.notices.actions import mark_read, notify
from thuocdo.notices.models import Notice

AT = datetime(2026, 10, 5, 8, tzinfo=timezone.utc)


def test_the_same_notice_is_left_once_until_it_is_read(db: None) -> None:
    with outside_actions():
        lan = User.objects.create(username="lan", display_name="Lê Thị Lan", created_at=AT)
        minh = User.objects.create(username="minh", display_name="Vũ Minh", created_at=AT)

    def tell(*users: User | None) -> None:
        notify(users=users, kind="sheet.submitted", text="Có phiếu mới nộp.", path="/danh-gia/1/", at=AT)

    tell(lan, None)
    tell(lan, minh)
    assert sorted(Notice.objects.values_list("user__username", flat=True)) == ["lan", "minh"]
    mark_read(by=lan, at=AT)
    tell(lan, minh)
    assert Notice.objects.filter(user=lan).count() == 2
    assert Notice.objects.filter(user=minh).count() == 1
