"""Look-alikes (abuse case 32): one skeleton, one account code."""

import pytest

from thuocdo.kernel.text import disguised, skeleton


@pytest.mark.parametrize("typed", [
    "duc.nv", "Đuc.nv", "Ðuc.nv", "ðuc.nv", "đức.nv", "d\u200bu\u2060c.nv", "ＤＵＣ.nv", "du\u0441.nv", "DU\u0421.nv",
    "đu\u0301c.nv", "duc.\u03bdv".replace("\u03bdv", "nv"),
])
def test_what_looks_alike_has_one_skeleton(typed):
    assert skeleton(typed) == "duc.nv"


@pytest.mark.parametrize(("one", "other"), [("an.nv", "an.nb"), ("CC001", "CC002"), ("an", "ân b")])
def test_what_differs_keeps_its_own(one, other):
    assert skeleton(one) != skeleton(other)


def test_only_foreign_letters_are_a_disguise():
    assert not disguised("Đặng Thị Hồng Ngọc 01")
    assert not disguised("Ðặng")
    assert disguised("N\u0430m")
    assert disguised("\u039fanh")
