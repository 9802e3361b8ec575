"""Nothing of one developer's machine, and no other host, in what is published."""

import re

import pytest

from tests.house.sources import ROOT, tracked

TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".txt", ".lock", ".typ", ".sh", ".json", ".svg", ""}
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]\w+|Users/\w+|tmp/(?!\.)\w+)/\w")
PACKAGE_HOST = re.compile(
    r"https?://[^\s\"')]*(?:pypi|pythonhosted|artifactory|nexus|jfrog|devpi)[^\s\"')]*", re.I
)
PUBLIC_INDEX = re.compile(r"https://pypi\.org/project/")
OTHER_HOST = re.compile(
    r"""(?:src|href|action|url\(|@import|fetch\()\s*[=(]?\s*["']?(?:https?:)?//[\w.]+""", re.I
)
SELF = ROOT / "tests" / "house" / "test_repository.py"

FILES = [p for p in tracked() if p.suffix in TEXT and p != SELF and p.stat().st_size < 2_000_000]
PAGES = [p for p in FILES if "src/thuocdo/web/" in str(p) and p.suffix in {".html", ".css", ".js", ".svg"}]


@pytest.mark.parametrize("pattern", [MACHINE, PACKAGE_HOST], ids=["machine paths", "package hosts"])
def test_published_files_name_neither(pattern: re.Pattern[str]) -> None:
    found = []
    for path in FILES:
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            if not PUBLIC_INDEX.match(match[0]):
                found.append(f"{path.relative_to(ROOT)}: {match[0]}")
    assert found == []


def test_pages_ask_no_other_host() -> None:
    assert PAGES
    found = [
        f"{p.relative_to(ROOT)}: {m[0]}" for p in PAGES for m in OTHER_HOST.finditer(p.read_text("utf-8"))
    ]
    assert found == []


def test_no_unfinished_marks() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XXX)\b")
    found = [
        str(p.relative_to(ROOT)) for p in FILES if p.suffix == ".py" and mark.search(p.read_text("utf-8"))
    ]
    assert found == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    mark = re.compile(r"mark\.(?:skip|xfail)|pytest\.(?:skip|xfail|importorskip)\(")
    tests = [p for p in FILES if ROOT / "tests" in p.parents and p.suffix == ".py"]
    assert [str(p.relative_to(ROOT)) for p in tests if mark.search(p.read_text("utf-8"))] == []
