"""Hostile files are refused in under a second, with a message that says what is wrong."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from tests.unit.engine.schemes.small import KEY as SMALL
from tests.unit.engine.schemes.small import UNIT, copy_of_small
from tests.unit.engine.support import KEY as PEOPLE
from tests.unit.engine.support import copy_of_rulebooks
from thuocdo.engine import RulebookError, load_book

MONTHLY = "schemes/monthly.toml"
CITED = 'cite = "small/1"\nsince = 2020-01-01\n'
HOSTILE: list[tuple[str, str | bytes, str]] = [
    ("a million criteria", '[[score.groups]]\nslug = "a"\n' * 1_000_000, "tệp lớn hơn"),
    ("criteria up to the limit", "[[score.groups]]\n" * 29_000, "quá nhiều mục|thiếu khóa"),
    ("deep nesting", "a = " + "[" * 200_000, "lồng nhau quá sâu"),
    ("deep inline tables", "a = " + "{a=" * 100_000, "lồng nhau quá sâu"),
    ("a deep key", ".".join("a" * 20_000) + " = 1", "lồng nhau quá sâu"),
    ("a deep quoted key", ".".join(['"a"'] * 20_000) + " = 1", "lồng nhau quá sâu"),
    ("an endless integer", f"max = {'9' * 400_000}", "số quá dài"),
    ("a long integer", f"max = {'9' * 4000}", "khóa lạ|thiếu khóa"),
    ("a huge exponent", "max = 1e999999999", "khóa lạ|thiếu khóa"),
    ("not a number", "max = nan", "khóa lạ|thiếu khóa"),
    ("an unknown key", 'colour = "red"', "khóa lạ|thiếu khóa"),
    ("UTF-16", "id = 1".encode("utf-16"), "UTF-8"),
    ("latin-1", "id = 'é'".encode("latin-1"), "UTF-8"),
    ("a byte order mark", "\ufeffid = 'a'".encode(), "BOM"),
    ("null bytes", b"\0" * 1000, "không đọc được TOML"),
    ("too big", b"#" * 3_000_000, "tệp lớn hơn"),
]


def refused(load: Callable[[], object]) -> RulebookError:
    """The refusal, which came in under a second (while branches are traced, in under five)."""
    start = process_time()
    with pytest.raises(RulebookError) as caught:
        load()
    assert process_time() - start < (1 if sys.gettrace() is None else 5)
    assert len(str(caught.value)) < 2000
    return caught.value


@pytest.mark.parametrize(("content", "problem"), [(c, p) for _, c, p in HOSTILE], ids=[name for name, _, _ in HOSTILE])
@pytest.mark.parametrize("shape", ["schemes", "people"])
def test_a_hostile_file(tmp_path: Path, shape: str, content: str | bytes, problem: str) -> None:
    root = copy_of_small(tmp_path) if shape == "schemes" else copy_of_rulebooks(tmp_path)
    key, name = (SMALL, MONTHLY) if shape == "schemes" else (PEOPLE, "criteria.toml")
    (root / key / name).write_bytes(content.encode() if isinstance(content, str) else content)
    error = refused(lambda: load_book(key, (), [root]))
    assert any(part in str(error) for part in problem.split("|")), str(error)


@pytest.mark.parametrize("shape", ["schemes", "people"])
@pytest.mark.parametrize("figure", ["1e999999999", "1e-999999999", "nan", "inf", "-1", "9" * 4000, '"1e3"', '"x"'])
def test_a_hostile_figure(tmp_path: Path, shape: str, figure: str) -> None:
    root = copy_of_small(tmp_path) if shape == "schemes" else copy_of_rulebooks(tmp_path)
    key, name = (SMALL, MONTHLY) if shape == "schemes" else (PEOPLE, "criteria.toml")
    path = root / key / name
    path.write_text(path.read_text(encoding="utf-8").replace("max = 30\n", f"max = {figure}\n", 1), encoding="utf-8")
    assert "phải là số không âm" in str(refused(lambda: load_book(key, (), [root])))


@pytest.mark.no_cover
def test_a_hundred_thousand_open_points(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / SMALL / "open.toml"
    path.write_text("[[points]]\n" * 40_000, encoding="utf-8")
    assert "quá nhiều mục" in str(refused(lambda: load_book(SMALL, (), [root])))
    path.write_text("[[points]]\n" * 100_000, encoding="utf-8")
    assert "tệp lớn hơn" in str(refused(lambda: load_book(SMALL, (), [root])))


def test_many_readings_of_a_large_rulebook(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    scheme, points = root / SMALL / MONTHLY, root / SMALL / "open.toml"
    text = scheme.read_text(encoding="utf-8")
    quota = text[text.index("[[quotas]]") : text.index("[quotas.raised]")].replace("small/3", "small/2")
    quotas = "".join(quota.replace('id = "excellent"', f'id = "q{n}"') for n in range(5))
    scheme.write_text(f"# {'x' * 380_000}\n{text}\n{quotas}", encoding="utf-8")
    with points.open("a", encoding="utf-8") as file:
        for n in range(5):
            place = f"monthly.quotas.q{n}.rounding"
            file.write(f'[[points]]\nid = "p{n}"\nquestion = "?"\nplaces = ["{place}"]\n{CITED}')
            for m in range(6):
                file.write(f'[[points.readings]]\nid = "r{m}"\nlabel = "x"\nsource = "x"\nconfidence = "I"\n')
                file.write(f'set = {{ "{place}" = "up", "monthly.quotas.q{n}.percent" = {m} }}\n')
    assert "quá nhiều cách hiểu" in str(refused(lambda: load_book(SMALL, (), [root])))


def test_many_values_in_small_lists(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    table = "[[a]]\n" + "b = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n"
    (root / SMALL / MONTHLY).write_text(table * 900, encoding="utf-8")
    assert "quá nhiều mục" in str(refused(lambda: load_book(SMALL, (), [root])))


def test_too_many_files(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    for number in range(61):
        (root / SMALL / "schemes" / f"s{number}.toml").write_text(f'id = "s{number}"', encoding="utf-8")
    assert "hơn 60 tệp" in str(refused(lambda: load_book(SMALL, (), [root])))


@pytest.mark.parametrize("name", [MONTHLY, "instrument.toml", "open.toml"])
def test_a_link_out_of_the_folder(tmp_path: Path, name: str) -> None:
    root = copy_of_small(tmp_path)
    outside = tmp_path / "outside.toml"
    path = root / SMALL / name
    outside.write_bytes(path.read_bytes())
    path.unlink()
    os.symlink(outside, path)
    assert "liên kết ra ngoài" in str(refused(lambda: load_book(SMALL, (), [root])))


def test_a_link_out_of_the_folder_in_the_people_shape_and_an_overlay(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    outside = tmp_path / "outside.toml"
    (root / PEOPLE / "levels.toml").rename(outside)
    os.symlink(outside, root / PEOPLE / "levels.toml")
    assert "liên kết ra ngoài" in str(refused(lambda: load_book(PEOPLE, (), [root])))
    other = copy_of_small(tmp_path / "b")
    (other / UNIT / "overlay.toml").rename(tmp_path / "b" / "overlay.toml")
    os.symlink(tmp_path / "b" / "overlay.toml", other / UNIT / "overlay.toml")
    assert "liên kết ra ngoài" in str(refused(lambda: load_book(SMALL, (UNIT,), [other])))


@pytest.mark.parametrize("value", ["[" * 50_000, "{" + "a=" * 10, "1e999999999", "nan", "9" * 4000])
def test_a_hostile_overlay(tmp_path: Path, value: str) -> None:
    root = copy_of_small(tmp_path)
    path = root / UNIT / "overlay.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("value = 0.8", f"value = {value}"), encoding="utf-8")
    refused(lambda: load_book(SMALL, (UNIT,), [root]))


def test_an_overlay_that_extends_itself(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / UNIT / "overlay.toml"
    text = path.read_text(encoding="utf-8").replace('extends = "test/small"', f'extends = "{UNIT}"')
    path.write_text(text, encoding="utf-8")
    assert "không tìm thấy bộ quy tắc" in str(refused(lambda: load_book(UNIT, (UNIT,), [root])))
    assert "không bổ sung một quy chế khác" in str(refused(lambda: load_book(SMALL, (UNIT,), [root])))
