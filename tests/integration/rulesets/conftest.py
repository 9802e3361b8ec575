"""The cast in January 2026, and a complete regulation as the officer types it."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, build_cast
from thuocdo.accounts.models import User
from thuocdo.organisation.models import Person
from thuocdo.rulesets import actions
from thuocdo.rulesets.models import Regulation

KEY = "state/nd-335-2025"
AT = datetime(2026, 1, 20, 9, 0, tzinfo=timezone(timedelta(hours=7)))
TYPED = {
    "title": "Quy chế đánh giá của phường Bồ Đề", "issuer": "Ủy ban nhân dân phường", "by": "Chủ tịch UBND phường",
    "reason": "Điều 26 khoản 1 Nghị định 335/2025/NĐ-CP", "month": "02/2026", "kind-civil_servant": "1",
    "settle-general_steps": "quarter_point", "settle-general_steps-article": "Điều 5 khoản 1",
    "settle-general_steps-reason": "Bước 0,25 điểm dễ thống nhất.",
    "lower-excellent": "15", "lower-excellent-article": "Điều 6",
    "lower-excellent-reason": "Giữ chất lượng khen thưởng.",
}  # fmt: skip


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    return build_cast()


def user(person: Person) -> User:
    """The account of somebody who has one."""
    assert person.user is not None
    return person.user


def begun(cast: Cast, **changed: str) -> Regulation:
    """The ward's officer begins a regulation and types a complete one."""
    officer = user(cast.organisation_officer)
    made = actions.begin_regulation(by=officer, at=AT, unit_id=cast.ward.pk, rulebook=KEY)
    return actions.save_regulation(
        by=officer, at=AT, regulation_id=made.pk, revision=made.revision, typed={**TYPED, **changed}
    )
