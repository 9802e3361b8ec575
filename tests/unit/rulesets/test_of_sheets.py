"""Which rulebooks people of a unit can be rated by."""

from thuocdo.rulesets import catalogue


def test_pay_and_votes_of_confidence_bind_nobodys_sheet() -> None:
    offered = {book.key for book in catalogue.of_sheets()}
    assert {"state/nd-335-2025", "local/da-nang-2013"} <= offered
    assert [key for key in offered if key.startswith("votes/") or "pay" in key] == []
