"""`thuocdo whatif --period`: a change tried on the frozen facts of a closed period; counts by unit, nothing stored."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from thuocdo.cli.rating_text import aligned
from thuocdo.cli.serve import start_django

if TYPE_CHECKING:
    from thuocdo.appraisals.what_if import Tally, WhatIf

FINE, REFUSED = 0, 3
HIDDEN = "ít người, không nêu"


def run(args: argparse.Namespace) -> int:
    """Counts for what this account may follow; 3 with the reason for what it may not, or for a change that fails."""
    start_django()
    from django.utils import timezone

    from thuocdo.accounts.queries import account_in_use
    from thuocdo.appraisals.what_if import pinned_books, what_if
    from thuocdo.cli.comparing_run import changes_of
    from thuocdo.engine import CaseError
    from thuocdo.kernel.errors import Refusal

    try:
        changes = changes_of(args.set)
        user = account_in_use(args.account)
        if user is None:
            raise Refusal("what_if.account", f"Không có tài khoản “{args.account}” đang dùng được.")
        cycle, pinned = pinned_books(user, args.period, timezone.now())
        found = [(one.key, what_if(cycle, one, changes)) for one in pinned]
    except (CaseError, Refusal) as error:
        print(f"thuocdo whatif: {error}", file=sys.stderr)
        return REFUSED
    print(_json(found) if args.json else "\n\n".join(_text(key, result) for key, result in found) or _empty())
    return FINE


def _empty() -> str:
    return "Kỳ này không có kết quả đã xác nhận nào."


def _text(key: str, found: WhatIf) -> str:
    head = f"Kỳ {found.label}, {key}: {found.people} kết quả. Không lưu gì."
    if found.small:
        return f"{head}\nQuá ít người để nêu số lượng."
    levels = [("Mức", "Hiện nay", "Sau khi đổi"), *((name, str(old), str(new)) for name, old, new in found.levels)]
    units = [("Đơn vị", "Số người", "Lên mức", "Xuống mức", "Đổi khác"), *map(_row, found.units)]
    return "\n".join([head, "", aligned(levels), "", aligned(units)])


def _row(tally: Tally) -> tuple[str, ...]:
    if tally.withheld:
        return (tally.label, HIDDEN, "", "", "")
    return (tally.label, str(tally.people), str(tally.up), str(tally.down), str(tally.other))


def _json(found: list[tuple[str, WhatIf]]) -> str:
    return json.dumps({"rulebooks": [_plain(key, result) for key, result in found]}, ensure_ascii=False, indent=2)


def _plain(key: str, found: WhatIf) -> dict[str, Any]:
    if found.small:
        return {"rulebook": key, "people": None, "levels": [], "units": []}
    units = [
        {**asdict(tally), **(dict.fromkeys(("people", "up", "down", "other")) if tally.withheld else {})}
        for tally in found.units
    ]
    levels = [{"level": name, "before": old, "after": new} for name, old, new in found.levels]
    return {"rulebook": key, "people": found.people, "levels": levels, "units": units}
