"""Messages and notices: what is said, when it is tried again, which notice is done, which settings are refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from thuocdo.config.environment import SettingError, mail
from thuocdo.notices import rules
from thuocdo.notices.models import Notice
from thuocdo.organisation.letters import is_soon
from thuocdo.organisation.told import Told, in_groups, is_done
from thuocdo.organisation.waiting import Todo

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def line(kind: str, path: str, text: str = "Việc") -> Todo:
    return Todo(kind, text, path, None, overdue=False)


def test_pauses_grow_and_end() -> None:
    pauses = [rules.next_try(n, NOON) for n in range(1, rules.TRIES + 1)]
    minutes = [None if p is None else (p - NOON).total_seconds() / 60 for p in pauses]
    assert minutes == [5, 15, 45, 135, 405, None]


def test_a_message_holds_a_number_and_one_link() -> None:
    subject, text = rules.waiting_letter(2, "https://x.vn/dang-nhap/")
    assert "Ông/bà có 2 việc cần làm trên Thước Đo." in text
    assert text.count("http") == 1
    assert "\n" not in subject


@pytest.mark.parametrize(
    ("kind", "path", "text", "waiting", "done"),
    [
        ("sheet.returned", "/phieu/1/", "Trả lại", line("sheet.returned", "/phieu/1/"), False),
        ("sheet.returned", "/phieu/1/", "Trả lại", line("sheet.returned", "/phieu/12/"), True),
        ("sheet.returned", "/phieu/1/", "Trả lại", line("task.answer", "/phieu/1/"), True),
        ("cycle.opened", "/phieu/", "Mở kỳ tháng 2/2026.", line("sheet.drafting", "/phieu/5/", "tháng 2/2026"), False),
        ("cycle.opened", "/phieu/", "Mở kỳ tháng 2/2026.", line("sheet.drafting", "/phieu/5/", "tháng 3/2026"), True),
        ("clarification.asked", "/cong-viec/7/", "Hỏi", line("task.answer", "/cong-viec/7/#giai-trinh"), False),
        ("difficulty.to_handle", "/to-chuc/vuong-mac/9/", "Hỏi",
         line("difficulties.waiting", "/to-chuc/vuong-mac/?tinh-trang=waiting"), False),
        ("sheet.confirmed", "/phieu/1/", "Đã xác nhận", line("sheet.drafting", "/phieu/2/"), False),
    ],
)  # fmt: skip
def test_a_notice_is_done_when_its_line_is_gone(kind: str, path: str, text: str, waiting: Todo, done: bool) -> None:
    assert is_done(kind, path, text, [waiting]) is done
    assert is_done(kind, path, text, []) is (kind != "sheet.confirmed")


def test_soon_is_within_a_day() -> None:
    day = timedelta(days=1)
    assert not is_soon(None, NOON)
    assert is_soon(NOON - day, NOON)
    assert is_soon(NOON + day, NOON)
    assert not is_soon(NOON + day + timedelta(seconds=1), NOON)
    assert [is_soon(date(2026, 3, n), NOON) for n in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "x"), ("PORT", "99999"), ("TLS", "yes"), ("FROM", "khong"), ("LINK", "thuocdo.vn")],
)
def test_wrong_settings_stop_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    right = {"HOST": "127.0.0.1", "PORT": "2525", "TLS": "no", "FROM": "a@x.vn", "LINK": "https://x.vn/"}
    for key, given in right.items():
        monkeypatch.setenv(f"THUOCDO_SMTP_{key}", given)
    assert mail().link == "https://x.vn"
    monkeypatch.setenv(f"THUOCDO_SMTP_{name}", value)
    with pytest.raises(SettingError, match=f"THUOCDO_SMTP_{name}"):
        mail()


def test_notices_of_a_kind_and_a_day_stand_together_unless_one_is_read_or_done() -> None:
    def told(
        text: str, kind: str = "catalogue.approved", *, days: int = 0, read: bool = False, done: bool = False
    ) -> Told:
        at = NOON - timedelta(days=days)
        return Told(Notice(kind=kind, text=text, path="/", at=at, read_at=NOON if read else None), done)

    rows = [
        told("a"),
        told("b", "sheet.submitted"),
        told("c"),
        told("d", days=1),
        told("e", done=True),
        told("f", read=True),
    ]
    groups = [
        [first.notice.text, *(one.notice.text for one in others)] for first, others in in_groups([*rows, told("g")])
    ]
    assert groups == [["a", "c", "g"], ["b"], ["d"], ["e"], ["f"]]
