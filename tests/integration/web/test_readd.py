"""The “Vì sao?” pages of 200 varied sheets, re-added from their HTML by a script that shares no code with us."""

import re
import subprocess
import sys
from collections import Counter
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from tests.integration.web import crowd
from thuocdo.appraisals.models import Sheet

NUMBER = 200
SCRIPT = Path(__file__).parents[3] / "scripts" / "readd_why.py"
FIGURE = re.compile(r'<span class="figure"[^>]*data-num="(-?\d+)" data-den="(\d+)">([^<]+)</span>')
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = util.spec_from_file_location("readd_why", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["readd_why"] = module
    spec.loader.exec_module(module)
    return module


def rendered(client: Client, number: int) -> dict[str, str]:
    """The pages by staff code, as their owners see them."""
    people = crowd.gather(number)
    crowd.give_work(people, seed=335)
    cycle = crowd.live_month(people, seed=2025)
    pages = {}
    for sheet in Sheet.objects.filter(cycle=cycle, person__in=people.people).select_related("person__user"):
        client.force_login(sheet.person.user)
        answer = client.get(f"/phieu/{sheet.pk}/vi-sao/")
        assert answer.status_code == 200
        pages[sheet.person.code] = answer.content.decode()
    return pages


@pytest.mark.slow
@pytest.mark.long(34)
def test_two_hundred_bills_add_up_line_by_line(client: Client, script: ModuleType) -> None:
    pages = rendered(client, NUMBER)
    assert len(pages) == NUMBER
    wrong = {code: problems for code, page in pages.items() if (problems := script.readd(page))}
    assert not wrong, dict(list(wrong.items())[:3])
    bands: Counter[str] = Counter()
    for page in pages.values():
        bands.update(re.findall(r"điểm[^<]*: ((?:Không h|H)oàn thành[^<(.]*)[.(]", page))
    assert len(bands) == 4, bands
    together = "".join(pages.values())
    for situation in ("results.leadership.", "có trừ", "ngoài", "Chặn ở 70 điểm", "≈", "chưa xác nhận"):
        assert situation in together, f"no page shows: {situation}"


def test_one_altered_number_is_found(client: Client, script: ModuleType) -> None:
    """Each number of a page in turn: in the text alone, and in the text and its attributes together."""
    pages = rendered(client, 6)
    leader = pages["CC000"]
    assert not script.readd(leader)
    found = list(FIGURE.finditer(leader))
    assert len(found) > 25
    for match in found:
        text = match[0].replace(f">{match[3]}<", ">12,25<")
        both = re.sub(r'data-num="[^"]+" data-den="[^"]+">[^<]+', 'data-num="49" data-den="4">12,25', match[0])
        for change in (text, both):
            altered = leader[: match.start()] + change + leader[match.end() :]
            assert script.readd(altered), f"not found: {match[0]} as {change}"


def test_a_line_taken_out_or_another_band_is_found(client: Client, script: ModuleType) -> None:
    page = rendered(client, 6)["CC005"]
    row = re.search(r'<tr><th scope="row">[^\n]*data-role="criterion" data-num="[1-9].*?</tr>', page, re.DOTALL)
    assert row is not None
    assert script.readd(page.replace(row[0], "", 1))
    band = re.search(r"<dd>((?:Không h|H)oàn thành[^<]*)</dd>", page)
    assert band is not None
    assert script.readd(page.replace(band[0], "<dd>Mức khác</dd>", 1))
    assert script.readd("<p>trống</p>") == ["no figure on the page"]


def test_the_script_runs_alone(client: Client, tmp_path: Path) -> None:
    """Without our packages on the path: standard library only."""
    page = rendered(client, 2)["CC001"]
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text(page, encoding="utf-8")
    bad.write_text(FIGURE.sub("", page, count=1), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    assert subprocess.run([*command, str(good)], check=False).returncode == 0
    told = subprocess.run([*command, str(good), str(bad)], check=False, capture_output=True, text=True)
    assert told.returncode == 1
    assert "2 pages, 1 do not add up" in told.stdout
    assert subprocess.run(command, check=False, capture_output=True).returncode == 2
