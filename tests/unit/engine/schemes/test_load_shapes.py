"""Rules whose keys do not fit together are refused when the file is read, each with what to write instead."""

from pathlib import Path

import pytest

from tests.unit.engine.schemes.small import KEY, copy_of_small, small
from tests.unit.engine.support import edit
from thuocdo.engine import RulebookError

MONTHLY = "schemes/monthly.toml"
FLAG = '{ test = "flag", id = "breach", label = "Có vi phạm", fact = "breach" }'
QUOTA = 'base = "rated"\npercent = 20\n'


def related(keys: str) -> str:
    return f'{{ test = "levels", id = "x", label = "Tập thể", relation = "collective", {keys} }}'


WRONG = [
    ("at_least = 90 }", "at_least = 1000000001 }", "quá lớn"),
    ("at_least = 30 }", 'at_least = "999999999/1" }', "phải từ 0 đến 1000000000"),
    ("at_least = 90 }", 'at_least = "1/0" }', "mẫu số"),
    ('label = "Từ 90 điểm", at_least = 90 }', 'label = "Từ 90 điểm" }', "ít nhất một trong at_least, more_than"),
    (FLAG, related('when_none = "holds"'), "đúng một trong at_least_level, exactly_level"),
    (
        FLAG,
        related('at_least_level = "good", exactly_level = "good"'),
        "đúng một trong at_least_level, exactly_level",
    ),
    (FLAG, related('at_least_level = "good", quantifier = "share"'), "share đi cùng quantifier = “share”"),
    (FLAG, related('at_least_level = "good", share = { at_least = 50 }'), "share đi cùng quantifier = “share”"),
    (
        FLAG,
        '{ test = "grades", id = "g", label = "Tiêu chí", at_least = "good", exactly = "good" }',
        "đúng một trong at_least, exactly",
    ),
    (
        FLAG,
        '{ test = "absence", id = "a", label = "Nghỉ", reasons = ["sick"], more_than = "1/2" }',
        "số ngày nghỉ phải ghi bằng số",
    ),
    ('at_most_of = "collective"\n', "", "đúng một trong at_most, at_most_of"),
    ('at_most_of = "collective"\n', 'at_most_of = "collective"\nat_most = "good"\n', "at_most, at_most_of"),
    (QUOTA, 'base = "rated"\n', "đúng một trong percent, percent_fact"),
    (QUOTA, f'{QUOTA}percent_fact = "rate"\n', "đúng một trong percent, percent_fact"),
    (QUOTA, 'base = "levels"\npercent = 20\n', "base_levels đi cùng base = “levels”"),
    (QUOTA, f'{QUOTA}base_levels = ["good"]\n', "base_levels đi cùng base = “levels”"),
]


@pytest.mark.parametrize(("old", "new", "problem"), WRONG)
def test_keys_that_do_not_fit(tmp_path: Path, old: str, new: str, problem: str) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / MONTHLY, old, new)
    with pytest.raises(RulebookError, match=problem) as caught:
        small(root)
    assert caught.value.file.endswith(MONTHLY)
    assert caught.value.line is not None
    assert caught.value.remedy
