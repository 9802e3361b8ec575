"""A table of several schemes equals the file of the same subjects; a partition is the same from Parquet."""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pytest
from pyarrow import parquet

from tests.unit.engine.schemes.made import FOUR, book, c, flag, flags, level, person, run, scheme, score_from
from thuocdo.engine import CaseError, Period, RulebookError, list_rulebooks, load_book
from thuocdo.engine.schemes import partition
from thuocdo.engine.schemes.columns import ABSENT, SCORED
from thuocdo.engine.schemes.partition import rate_partition
from thuocdo.engine.schemes.tables import rate_table

PERIOD = Period(kind="year", year=2025)
UNITS = {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "units", "at_least_level": "good",
         "when_none": "holds"}  # fmt: skip
MADE = book(
    scheme(
        facts=flags("x"),
        relations=[c(id="collective", label="Tập thể")],
        limits=[c(id="head", label="Trần", at_most_of="collective")],
        not_rated=[c(id="x", label="X", when=[flag("x")])],
        subject_kinds=["civil_servant"],
    ),
    scheme(
        id="t",
        subject_kinds=["collective"],
        relations=[c(id="units", label="Đơn vị", many=True)],
        rollup=c(label="Năm", periods=["year"], parts="months", method="mean"),
        levels=[level("excellent", {"test": "score", "label": "90", "at_least": 90}, UNITS), *FOUR[1:]],
        triggers=[c(id="d", label="Kỷ luật", level="incomplete",
                    when=[{"test": "discipline", "id": "d", "label": "Kỷ luật", "sides": ["party"]}])],
    ),
)  # fmt: skip


def table() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Twenty collectives in a tree, eighty people in them, in any order: as a table and as a file."""
    draw = random.Random(8)
    order = list(range(100))
    draw.shuffle(order)
    row = {number: place for place, number in enumerate(order)}
    people: list[dict[str, Any]] = [{} for _ in order]
    arrays: dict[str, Any] = {
        "scheme": np.zeros(100, dtype=np.int8),
        "roles": np.zeros(100, dtype=np.int8),
        "marks.all": np.full(100, -1, dtype=np.int32),
        "facts.x": np.zeros(100, dtype=np.int8),
        "link.collective": np.full(100, -1, dtype=np.int32),
        "parts.num": np.zeros((100, 12), dtype=np.int64),
        "parts.den": np.ones((100, 12), dtype=np.int64),
        "parts.state": np.full((100, 12), ABSENT, dtype=np.int8),
    }
    below: list[list[int]] = [[] for _ in order]
    records: list[int] = []
    for number in range(100):
        place = row[number]
        name = f"S{number}"
        if number < 20:
            arrays["scheme"][place] = 1
            units = [n for n in (2 * number + 1, 2 * number + 2) if n < 20]
            below[place] = [row[n] for n in units]
            scores = [draw.choice(["90", "270001/3000", "75"]) for _ in range(2)]
            months = [{"month": n, "score": score} for n, score in enumerate(scores, start=1)]
            for n, score in enumerate(scores):
                value = Fraction(score)
                arrays["parts.num"][place, n], arrays["parts.den"][place, n] = value.numerator, value.denominator
                arrays["parts.state"][place, n] = SCORED
            people[place] = person(name, kind="collective", months=months,
                                   related={"units": [{"id": f"S{n}"} for n in units]})  # fmt: skip
            if number % 7 == 6:
                records.append(place)
                people[place]["disciplines"] = [{"act": "H", "form": "canh_cao", "side": "party",
                                                 "effective_date": "2025-05-10", "about": "duty"}]  # fmt: skip
            continue
        mark = draw.choice([9500, 9000, 8999, 7000, 4000])
        arrays["marks.all"][place] = mark
        arrays["link.collective"][place] = row[number % 20]
        arrays["facts.x"][place] = number == 50
        people[place] = person(name, marks={"all": f"{mark / 100:.2f}"}, facts={"x": number == 50},
                               related={"collective": {"id": f"S{number % 20}"}})  # fmt: skip
    arrays["link.units.row"] = np.array([one for rows in below for one in rows], dtype=np.int64)
    arrays["link.units.offsets"] = np.concatenate([[0], np.cumsum([len(rows) for rows in below])]).astype(np.int64)
    held = np.array([place in records for place in range(100)], dtype=np.int64)
    arrays["disciplines.offsets"] = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
    count = int(held.sum())
    for key, value in (("about", 0), ("side", 1), ("form", 1)):
        arrays[f"disciplines.{key}"] = np.full(count, value, dtype=np.int8)
    for key in ("year", "first", "last"):
        arrays[f"disciplines.{key}"] = np.full(count, 2025, dtype=np.int64)
    for key in ("used", "act_year"):
        arrays[f"disciplines.{key}"] = np.zeros(count, dtype=np.int64)
    arrays["disciplines.former"] = np.zeros(count, dtype=np.bool_)
    arrays["disciplines.inside"] = np.ones(count, dtype=np.bool_)
    return arrays, people


def test_a_table_equals_the_file_of_the_same_subjects() -> None:
    arrays, people = table()
    found = rate_table(MADE, ["s", "t"], arrays, PERIOD)
    outcomes = list(run(MADE, *people).outcomes.values())
    kinds = ("rated", "not_rated", "needs_decision")
    assert {outcome.level for outcome in outcomes} >= {None, "excellent", "good", "incomplete"}
    for row, outcome in enumerate(outcomes):
        code = found.codes[found.level[row]] if found.level[row] >= 0 else None
        assert (kinds[found.kind[row]], code, found.score(row)) == (outcome.kind, outcome.level, outcome.score)


def test_a_ring_and_an_unknown_column_are_refused() -> None:
    arrays, _ = table()
    arrays["link.units.row"] = arrays["link.units.row"].copy()
    own = int(np.flatnonzero(np.diff(arrays["link.units.offsets"]) > 0)[0])
    arrays["link.units.row"][arrays["link.units.offsets"][own]] = own
    with pytest.raises(CaseError, match="vòng chờ"):
        rate_table(MADE, ["s", "t"], arrays, PERIOD)
    with pytest.raises(CaseError, match="không khung nào"):
        rate_table(MADE, ["s", "t"], {**table()[0], "marks.odd": np.zeros(100)}, PERIOD)


def test_a_partition_from_parquet(tmp_path: Path) -> None:
    roots = (Path(__file__).parents[3] / "rulebooks",)
    assert "test/every-kind" in list_rulebooks(roots)
    made = load_book("test/every-kind", (), roots)
    rows = {
        "id": ["A", "B", "C"],
        "scheme": ["graded", "graded", "graded"],
        "roles": arrow.array([0, 0, 0], arrow.int8()),
        **{
            f"grades.{slug}": arrow.array([0, 1, -1], arrow.int8()) for slug in ("politics", "style", "duty", "product")
        },
        "related.work": arrow.array([0, 0, 0], arrow.int8()),
        "link.members": arrow.array([[1], [], []], arrow.list_(arrow.int64())),
        "tasks.done": arrow.array([9, 9, 9], arrow.int32()),
        "tasks.assigned": arrow.array([10, 10, 10], arrow.int32()),
        "tasks.late": arrow.array([0, 0, 0], arrow.int32()),
        "tasks.failing": arrow.array([0, 0, 0], arrow.int32()),
    }
    parquet.write_table(arrow.table(rows), tmp_path / "in.parquet")
    first = rate_partition(tmp_path / "in.parquet", tmp_path / "out.parquet", made.hash, rulebook="test/every-kind",
                           period=PERIOD, roots=roots)  # fmt: skip
    written = (tmp_path / "out.parquet").read_bytes()
    again = rate_partition(tmp_path / "in.parquet", tmp_path / "out.parquet", made.hash, rulebook="test/every-kind",
                           period=PERIOD, roots=roots)  # fmt: skip
    assert first == again
    assert written == (tmp_path / "out.parquet").read_bytes()
    found = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [item["id"] for item in found] == ["A", "B", "C"]
    assert [item["level"] for item in found] == ["excellent", "good", None]
    assert [item["kind"] for item in found] == [0, 0, 2]
    assert [path.name for path in tmp_path.iterdir() if "part" in path.suffix] == []
    with pytest.raises(RulebookError, match="tính từ sản phẩm quy đổi"):
        rate_partition(tmp_path / "in.parquet", tmp_path / "x", "0" * 64, rulebook="state/nd-335-2025", period=PERIOD)
    with pytest.raises(RulebookError, match="không phải bản"):
        rate_partition(tmp_path / "in.parquet", tmp_path / "x", "0" * 64, rulebook="test/every-kind", period=PERIOD,
                       roots=roots)  # fmt: skip


def test_scores_beyond_64_bits_leave_a_partition_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = 10**9 + 7
    rows = {
        "scheme": arrow.array(["t", "t", "s"]).dictionary_encode(),
        "id": ["A", "B", "C"],
        "roles": arrow.array([0, 0, 0], arrow.int8()),
        "related.units": arrow.array([[0], [], []], arrow.list_(arrow.int8())),
        "absences.reason": arrow.array([[0], [], []], arrow.list_(arrow.int8())),
        "absences.days": arrow.array([[100], [], []], arrow.list_(arrow.int64())),
    }
    parts = {
        "num": [[90 * big, 90 * (big + 2)], [0, 0], [0, 0]],
        "den": [[big, big + 2], [1, 1], [1, 1]],
        "state": [[SCORED, SCORED], [ABSENT, ABSENT], [ABSENT, ABSENT]],
    }
    for name, values in parts.items():
        kind = arrow.int8() if name == "state" else arrow.int64()
        rows[f"parts.{name}"] = arrow.array(values, arrow.list_(kind, 2))
    parquet.write_table(arrow.table(rows), tmp_path / "in.parquet")
    monkeypatch.setattr(partition, "load_book", lambda *_: MADE)
    out = tmp_path / "out.parquet"
    found = rate_partition(tmp_path / "in.parquet", out, "hash", rulebook="test/made", period=PERIOD)
    assert found.rows == 3
    assert parquet.read_table(out).column("score").to_pylist() == ["90", None, None]
    assert found == rate_partition(tmp_path / "in.parquet", out, "hash", rulebook="test/made", period=PERIOD)


def test_schemes_of_one_table_may_have_levels_of_their_own() -> None:
    made = book(
        scheme(id="a", levels=[level("x", score_from(50)), level("y", otherwise=True)]),
        scheme(id="b", subject_kinds=["unit"], relations=[c(id="units", label="Đơn vị", many=True)],
               levels=[level("good", UNITS), FOUR[3]], score=None),
    )  # fmt: skip
    arrays = {
        "scheme": np.array([0, 1], dtype=np.int8),
        "roles": np.zeros(2, dtype=np.int8),
        "marks.all": np.array([6000, -1], dtype=np.int64),
        "link.units.row": np.array([0], dtype=np.int64),
        "link.units.offsets": np.array([0, 0, 1], dtype=np.int64),
    }
    found = rate_table(made, ["a", "b"], arrays, PERIOD)
    assert (found.kind.tolist(), found.codes[found.level[0]]) == ([0, 2], "x")
