"""A person at a screen who is counted: every tap, key, typed character and page load goes through here.

The page itself is not handed out, so no uncounted click can slip in: what a test reads, it reads through `text`,
`count` and `value`. Times follow the keystroke-level model (Card, Moran and Newell 1980), with its published mean
values; a tap on a phone is taken as one pointing act, as there is no hand to move.
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator

from tests.journeys.conftest import Visitor

POINT = 1.1
"""Seconds to point at something (KLM's P)."""
KEY = 0.28
"""Seconds for a key of an average typist (KLM's K, 40 words a minute)."""
THINK = 1.35
"""Seconds of mental preparation (KLM's M): before each tap or command key, and once before each text."""
LOAD = 1.0
"""Seconds to wait for a page; the budget of the pages themselves is stricter."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside costs at most so many seconds of processor time of this process: the server's own, with what
    the test adds, without the database server's and without the browser's. The clock is only told: it depends on what
    else the machine does. `docs/city.md` has the times by the clock, measured on a machine that does nothing else."""
    begun, worked = time.monotonic(), time.process_time()
    yield
    took, cost = time.monotonic() - begun, time.process_time() - worked
    print(f"{cost:.2f} s of processor time, {took:.2f} s by the clock, budget {seconds} s")
    assert cost <= seconds, f"{cost:.2f} s of processor time, {seconds} s are the budget"


@dataclass
class Counter:
    """What one person did on the way through a flow."""

    who: Visitor
    taps: int = 0
    keys: int = 0
    characters: int = 0
    texts: int = 0
    loads: int = 0
    bytes: int = 0
    _watching: bool = field(default=False, repr=False)

    def start(self) -> "Counter":
        """Count from here: page loads of the main frame, and every byte that comes over the network."""
        assert not self._watching
        self._watching = True
        page = self.who.page
        session = self.who.context.new_cdp_session(page)
        session.on("Network.loadingFinished", lambda e: self._transferred(e["encodedDataLength"]))
        session.send("Network.enable")
        page.on("domcontentloaded", lambda _: self._loaded())
        return self

    def _transferred(self, many: float) -> None:
        self.bytes += int(many)

    def _loaded(self) -> None:
        self.loads += 1

    def tap(self, role: Any, name: str, *, within: str = "body", exact: bool = False) -> None:
        """One tap on what has this role and name."""
        self.taps += 1
        self._in(within).get_by_role(role, name=name, exact=exact).first.click()

    def tap_on(self, selector: str) -> None:
        """One tap on what the selector finds."""
        self.taps += 1
        self.who.page.locator(selector).first.click()

    def type(self, selector: str, text: str, *, tapped: bool = True) -> None:
        """Type into a field, after the tap that goes to it; what stood there is selected by that tap."""
        field_ = self.who.page.locator(selector)
        if tapped:
            self.taps += 1
            field_.click(click_count=3)
        self.characters += len(text)
        self.texts += 1
        self.who.page.keyboard.type(text)

    def press(self, key: str) -> None:
        """One key press."""
        self.keys += 1
        self.who.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type with the keyboard where the caret is; a letter with marks costs a key for each mark, as in Telex."""
        self.keys += len(unicodedata.normalize("NFD", text))
        self.who.page.keyboard.type(text)

    def arrive(self, act: Callable[[], None]) -> None:
        """An act that leads to another page, until it is loaded."""
        with self.who.page.expect_navigation():
            act()

    def text(self, selector: str = "main") -> str:
        """What the page says there."""
        return self.who.page.locator(selector).first.inner_text()

    def value(self, selector: str) -> str:
        """What stands in a field."""
        return self.who.page.locator(selector).input_value()

    def count(self, selector: str) -> int:
        """How many there are."""
        return self.who.page.locator(selector).count()

    def wait(self, selector: str, text: str | None = None) -> None:
        """Until it is there."""
        self.who.page.locator(selector, has_text=text).first.wait_for()

    def _in(self, selector: str) -> Locator:
        return self.who.page.locator(selector).first

    @property
    def seconds(self) -> float:
        """The estimate of the keystroke-level model."""
        acts = self.taps * (THINK + POINT) + self.keys * (THINK + KEY)
        return acts + self.texts * THINK + self.characters * KEY + self.loads * LOAD
