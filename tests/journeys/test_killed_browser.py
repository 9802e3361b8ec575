"""Chromium itself is killed (SIGKILL) while somebody types, at moments nobody chose: its disk, its tab and its last
words are gone, and what was typed is there for the next browser, but for the last five seconds.

Everything is measured by the page's own clock and by what the server answered, never by how long this machine takes.
"""

import json
import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page

from tests.journeys.conftest import FLAGS
from tests.journeys.server import Server
from tests.journeys.test_nothing_lost import LIMIT, Person, within_limit
from tests.journeys.test_nothing_lost import cast as cast
from tests.journeys.test_nothing_lost import server as server
from tests.journeys.test_nothing_lost import sheet as sheet
from thuocdo.appraisals.models import Draft, Sheet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long(20)]
KILLS = 3
PLACE = "#strengths"
WATCH = """
(place) => {
  const tell = (what) => window.told(what, performance.now(), document.querySelector(place).value.length);
  document.addEventListener("input", () => tell("typed"));
  document.addEventListener("htmx:beforeRequest", () => tell("sent"));
}
"""


@dataclass
class Told:
    """What the page said until it was killed: when which length was typed and sent, by its own clock."""

    typed: list[tuple[float, int]] = field(default_factory=list)
    sent: list[tuple[float, int]] = field(default_factory=list)

    def hear(self, what: str, at: float, length: int) -> None:
        (self.typed if what == "typed" else self.sent).append((at / 1000, length))

    def lost(self, kept: int) -> float:
        """Seconds of typing that are gone where so many letters are kept."""
        gone = [at for at, length in self.typed if length > kept]
        return gone[-1] - gone[0] if gone else 0.0


def own_chromium(browser: Browser) -> tuple[Browser, int]:
    """Another Chromium like the one of the tests, and the process id of its browser process."""
    kind: BrowserType = browser.browser_type
    made = kind.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    processes = made.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return made, next(one["id"] for one in processes if one["type"] == "browser")


def kill(process: int) -> None:
    """As a power cut would."""
    os.kill(process, signal.SIGKILL)


def type_until_killed(page: Page, told: Told, rng: random.Random, process: int) -> str:
    """Letters one by one until a moment that the page does not know: after the server answered once, then anywhere
    within the seconds between two savings, in the page's own time."""
    page.expose_function("told", told.hear)
    page.evaluate(WATCH, PLACE)
    page.locator(PLACE).fill("")
    page.locator(PLACE).click()
    saved, until, text = False, 0.0, ""
    answers: list[int] = []
    page.on("response", lambda one: answers.append(one.status) if "/luu/" in one.url else None)
    for letter in "một câu được gõ không nghỉ, " * 40:
        page.keyboard.type(letter)
        text += letter
        if answers and not saved and told.typed:
            saved, until = True, told.typed[-1][0] + rng.uniform(0, LIMIT)
        if saved and told.typed[-1][0] >= until:
            break
        page.wait_for_timeout(40)
    assert saved, "the server never answered"
    kill(process)
    return text


def stored(sheet: Sheet) -> str:
    """The text as the server's draft holds it."""
    document: Any = Draft.objects.filter(sheet=sheet).values_list("document", flat=True).get()
    return str(json.loads(document)["strengths"])


def settled(sheet: Sheet, length: int) -> str:
    """The same once the server has dealt with what was on its way; that may have died with the browser."""
    with suppress(AssertionError):
        within_limit(lambda: len(stored(sheet)) >= length)
    return stored(sheet)


@pytest.mark.parametrize("seed", [random.SystemRandom().randrange(10**6)], ids=["random"])
def test_chromium_killed_at_random_moments_loses_no_more_than_five_seconds(
    browser: Browser, server: Server, sheet: Sheet, seed: int
) -> None:
    print(f"seed {seed}")
    rng = random.Random(seed)
    for number in range(KILLS):
        window, process = own_chromium(browser)
        me, told = Person(window, server, sheet), Told()
        text = type_until_killed(me.page, told, rng, process)
        with pytest.raises(Error):
            me.page.evaluate("1")
        kept = settled(sheet, max(length for _, length in told.sent))
        assert kept, (seed, number)
        assert text.startswith(kept), (seed, number)
        assert told.lost(len(kept)) <= LIMIT, (seed, number, told.lost(len(kept)))
        print(f"killed after {len(text)} letters, {len(kept)} kept, {told.lost(len(kept)):.1f} s of typing gone")
    fresh, process = own_chromium(browser)
    me = Person(fresh, server, sheet)
    assert me.page.locator(PLACE).input_value() == stored(sheet), "the next browser shows what the server has"
    fresh.close()
