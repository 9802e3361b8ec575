"""Chromium itself is killed (SIGKILL) while somebody fills in several kinds of field in turn, at moments nobody chose:
its disk, its tab and its last words are gone, and what was typed is there for the next browser, but for the last five
seconds.

Everything is measured by the page's own clock and by what the server answered, never by how long this machine takes.
"""

import json
import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page

from tests.factories import months
from tests.journeys.conftest import FLAGS
from tests.journeys.server import Server
from tests.journeys.test_nothing_lost import LIMIT, Person, within_limit
from tests.journeys.test_nothing_lost import cast as cast
from tests.journeys.test_nothing_lost import server as server
from tests.journeys.test_nothing_lost import sheet as sheet
from thuocdo.appraisals.models import Draft, Sheet
from thuocdo.work.models import Task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long(20)]
KILLS = 3
SENTENCE, LINK = "một câu gõ không nghỉ, ", "https://example.org/ho-so/"
WATCH = """
(places) => {
  const tell = (what) => window.told(
    what, performance.now(), places.map((place) => document.querySelector(place).value)
  );
  document.addEventListener("input", () => tell("typed"));
  document.addEventListener("htmx:beforeRequest", () => tell("sent"));
}
"""
Values = tuple[str, ...]
"""What stands in the fields, in the order of `Fields.places`."""


@dataclass(frozen=True)
class Fields:
    """One field of each kind: a text, the number of a task, a mark chosen by its buttons, a link as evidence."""

    task: int

    @property
    def places(self) -> list[str]:
        return ["#strengths", f"#task-{self.task}-completed", "#mark-political_ethics", f"#task-{self.task}-evidence"]

    def stored(self, sheet: Sheet) -> Values:
        """The same as the server's draft holds them."""
        document: Any = json.loads(Draft.objects.filter(sheet=sheet).values_list("document", flat=True).get())
        task = document["tasks"][str(self.task)]
        return document["strengths"], task["completed"], document["marks"]["political_ethics"], task["evidence"]

    def shown(self, page: Page) -> Values:
        return tuple(page.locator(place).input_value() for place in self.places)

    def strokes(self, page: Page) -> Iterator[None]:
        """One thing after another in all of them, without a pause."""
        text, number, mark, link = self.places
        choices = page.locator(f"{mark}-khung .quick")
        page.locator(f"#viec-{self.task} details").evaluate("fold => fold.open = true")
        for place in (text, link):
            page.locator(place).fill("")
        for step in range(400):
            typed_at_the_end(page, text, SENTENCE[step % len(SENTENCE)])
            yield
            page.locator(number).fill(str(step % 4 + 1))
            yield
            choices.get_by_role("button", name=str(step % 3 + 1), exact=True).click()
            yield
            typed_at_the_end(page, link, LINK[step % len(LINK)])
            yield


def typed_at_the_end(page: Page, place: str, letter: str) -> None:
    """One letter by the keyboard."""
    page.locator(place).press("End")
    page.keyboard.type(letter)


@dataclass
class Told:
    """What the page said until it was killed: when what was typed and sent, by its own clock."""

    typed: list[tuple[float, Values]] = field(default_factory=list)
    sent: list[Values] = field(default_factory=list)

    def hear(self, what: str, at: float, values: list[str]) -> None:
        if what == "typed":
            self.typed.append((at / 1000, tuple(values)))
        else:
            self.sent.append(tuple(values))

    def lost(self, kept: Values) -> float:
        """Seconds of typing that are gone where this is kept: all fields as they stood together at one moment."""
        moments = [number for number, (_, values) in enumerate(self.typed) if values == kept]
        assert moments, f"the fields never stood so together: {kept}, last {self.typed[-1]}"
        gone = [at for at, _ in self.typed[moments[-1] + 1 :]]
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


def type_until_killed(page: Page, fields: Fields, told: Told, rng: random.Random, process: int) -> None:
    """Stroke by stroke until a moment that the page does not know: after the server answered once, then anywhere within
    the seconds between two savings, in the page's own time."""
    page.expose_function("told", told.hear)
    page.evaluate(WATCH, fields.places)
    until = float("inf")
    answers: list[int] = []
    page.on("response", lambda one: answers.append(one.status) if "/luu/" in one.url else None)
    for _ in fields.strokes(page):
        page.wait_for_timeout(20)
        if answers and until == float("inf"):
            until = told.typed[-1][0] + rng.uniform(0, LIMIT)
        if told.typed[-1][0] >= until:
            break
    assert answers, "the server never answered"
    kill(process)


def settled(fields: Fields, sheet: Sheet, told: Told) -> Values:
    """What is stored once the server has dealt with what was on its way; that may have died with the browser."""
    with suppress(AssertionError):
        within_limit(lambda: fields.stored(sheet) == told.sent[-1])
    return fields.stored(sheet)


@pytest.mark.parametrize("seed", [random.SystemRandom().randrange(10**6)], ids=["random"])
def test_chromium_killed_at_random_moments_loses_no_more_than_five_seconds(
    browser: Browser, server: Server, sheet: Sheet, seed: int
) -> None:
    print(f"seed {seed}")
    rng = random.Random(seed)
    fields = Fields(Task.objects.filter(person=sheet.person, month=months.MONTH).latest("pk").pk)
    for number in range(KILLS):
        window, process = own_chromium(browser)
        me, told = Person(window, server, sheet), Told()
        type_until_killed(me.page, fields, told, rng, process)
        with pytest.raises(Error):
            me.page.evaluate("1")
        kept = settled(fields, sheet, told)
        assert all(kept), (seed, number, kept)
        assert told.lost(kept) <= LIMIT, (seed, number, told.lost(kept))
        print(f"killed after {len(told.typed)} strokes in four fields, {told.lost(kept):.1f} s of typing gone")
    fresh, process = own_chromium(browser)
    me = Person(fresh, server, sheet)
    assert fields.shown(me.page) == fields.stored(sheet), "the next browser shows what the server has"
    fresh.close()
