"""Every template works without JavaScript: what a script does faster, a plain form or link does as well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import pytest

from tests.house.test_templates import FOLDER, NAMES

INCLUDE = re.compile(r'\{%\s*include\s+"([^"]+)"[^%]*%\}')
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
GIVEN = re.compile(r"\{\{.*?\}\}|\{%\s*(?:url|static|asked|csrf_token)\b.*?%\}", re.DOTALL)
OTHER = re.compile(r"\{%.*?%\}", re.DOTALL)
LIVE = re.compile(r"\b(?:change|input|keyup|save-now)\b")
FIELDS = {"input", "select", "textarea"}
CSRF = "__csrf__"


@dataclass
class Element:
    """One element with its attributes, the form it belongs to and the elements around it."""

    tag: str
    given: dict[str, str]
    form: "Element | None"
    around: tuple["Element", ...]
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")

    @property
    def acts(self) -> list[str]:
        return [value for name, value in self.given.items() if re.fullmatch(r"hx-(get|post|put|patch|delete)", name)]

    @property
    def scripted(self) -> bool:
        """Shown only where scripts run."""
        return any({"js-only", "js-only-block"} & set(e["class"].split()) for e in (self, *self.around))

    @property
    def submits(self) -> bool:
        button = self.tag == "button" and self.given.get("type", "submit") == "submit"
        return button or (self.tag == "input" and self["type"] in ("submit", "image"))


class Page(HTMLParser):
    """All elements of a template, its includes put in, every branch of its conditions taken."""

    VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "col", "wbr"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.all: list[Element] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        form = next((e for e in reversed(self.open) if e.tag == "form"), None)
        one = Element(tag, {name: value or "" for name, value in attrs}, form, tuple(self.open))
        self.all.append(one)
        for outer in self.open:
            outer.inside.append(one)
        if tag not in self.VOID:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        for outer in self.open:
            outer.text += data

    def form_of(self, one: Element) -> Element | None:
        """The form a field or button belongs to, also by its attribute `form`."""
        if one["form"]:
            return next((e for e in self.all if e.tag == "form" and e["id"] == one["form"]), None)
        return one.form


def source(name: str, depth: int = 0) -> str:
    text = COMMENT.sub("", (FOLDER / name).read_text(encoding="utf-8"))
    if depth > 6:
        return ""
    return INCLUDE.sub(lambda m: source(m[1], depth + 1) if (FOLDER / m[1]).exists() else "", text)


@cache
def page(name: str) -> Page:
    text = re.sub(r"\{%\s*csrf_token\s*%\}", CSRF, source(name))
    return Page(OTHER.sub(" ", GIVEN.sub(lambda m: re.sub(r"\W+", "_", m[0]), text)))


INCLUDED = {m for name in NAMES for m in INCLUDE.findall((FOLDER / name).read_text(encoding="utf-8"))}
ALONE = [name for name in NAMES if name not in INCLUDED]
"""Pages, and pieces that are answers of their own; the other pieces are read where they stand."""


def problems(name: str) -> Iterator[str]:
    yield from faults(page(name))


def faults(here: Page) -> Iterator[str]:
    for one in here.all:
        for rule in (live, link_or_button, whole_form, named, hidden):
            for problem in rule(here, one):
                yield f"<{one.tag} {' '.join(f'{k}={v!r}' for k, v in one.given.items())[:160]}>: {problem}"


def live(here: Page, one: Element) -> Iterator[str]:
    """Saving while somebody types, and parts that come later: the form and the link for it are there without."""
    if not one.acts or one.tag in ("a", "button", "form"):
        return
    typing = one.tag in FIELDS and LIVE.search(one["hx-trigger"])
    if "hx-get" in one.given and not typing:
        links = [e["href"] for e in one.inside if e.tag == "a"]
        if one["hx-get"] not in links:
            yield "what is loaded later needs a plain link to the same address inside"
    elif LIVE.search(one["hx-trigger"]):
        named_form = one["hx-include"].removeprefix("#")
        form = one.form if one["hx-include"] == "closest form" else by_id(here, named_form)
        if form is None and one["hx-include"] == "closest form":
            yield "no form around it"
        if form is not None and not any(e.submits for e in form.inside):
            yield "the form that it sends has no button"
        if form is not None and "hx-get" in one.given and form["method"] != "get":
            yield "what is looked for while typing needs a form that looks for it"
    else:
        yield "only a script sends this"


def by_id(here: Page, name: str) -> Element | None:
    return next((e for e in here.all if e["id"] == name), None)


def link_or_button(here: Page, one: Element) -> Iterator[str]:
    if one.tag == "a" and one.acts and not one["href"]:
        yield "a link that only a script follows"
    if one.tag == "a" and not one["href"] and not one["id"]:
        yield "a link to nowhere"
    if one.tag != "button":
        return
    if one.submits:
        form = here.form_of(one)
        if form is None and not one["form"] and one.given.keys() & {"hx-get", "hx-post"} == set():
            yield "a button in no form"
        if one["value"] and not one["name"]:
            yield "a value without a name is not sent"
        if one.acts and form is None and name_of(here) not in FRAGMENTS:
            yield "a button of a script in no form"
    elif "disabled" not in one.given:
        if not one.scripted:
            yield "shown without scripts, where it does nothing: class js-only"
        if one["hx-get"] and one["hx-get"] not in [e["href"] for e in here.all if e.tag == "a"]:
            yield "no plain link leads to the same address"


def whole_form(here: Page, one: Element) -> Iterator[str]:
    if one.tag != "form":
        return
    if one["method"] not in ("get", "post"):
        yield "say the method"
    if one["method"] == "post" and CSRF not in one.text:
        yield "no token"
    if one["hx-post"] and one["method"] != "post":
        yield "without scripts it would not be posted"
    buttons = [e for e in here.all if e.submits and here.form_of(e) is one and not e.scripted]
    if not buttons and "data-open" not in one.given:
        yield "no button sends it"


def named(here: Page, one: Element) -> Iterator[str]:
    if one.tag in FIELDS and here.form_of(one) and not one["name"] and not one.submits and "disabled" not in one.given:
        yield "a field without a name is not sent"
    if one.tag in FIELDS and one["form"] and here.form_of(one) is None and name_of(here) not in FRAGMENTS:
        yield "its form is not on the page"


def hidden(here: Page, one: Element) -> Iterator[str]:
    if one.tag == "input" and one["type"] == "hidden" and not one["value"]:
        yield "a hidden field that the server leaves empty waits for a script"


def name_of(here: Page) -> str:
    return next((name for name in NAMES if page(name) is here), "made-up.html")


FRAGMENTS = {name for name in NAMES if name.rsplit("/", 1)[-1].startswith("_")}
"""Pieces put into a page by a script: their forms stand on that page."""


def test_no_template_needs_a_script() -> None:
    assert ALONE
    assert {name: found for name in ALONE if (found := list(problems(name)))} == {}


def test_no_script_makes_up_what_a_form_sends() -> None:
    scripts = (FOLDER.parent / "static" / "web").glob("*.js")
    written = re.findall(r"[\w.\[\]]+\.value = ", "\n".join(path.read_text(encoding="utf-8") for path in scripts))
    assert sorted(set(written)) == ["field.value = ", "to.value = "], (
        "look whether a hidden field is filled by a script"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<a hx-get="/x/">x</a>', "a link that only a script follows"),
        ('<button type="button">x</button>', "js-only"),
        ('<button class="js-only" type="button" hx-get="/x/">x</button>', "no plain link leads to the same address"),
        ('<button>x</button>', "a button in no form"),
        ('<form method="post">__csrf__<button value="1">x</button></form>', "a value without a name is not sent"),
        ('<form method="post"><button>x</button></form>', "no token"),
        ('<form hx-post="/x/">__csrf__<button>x</button></form>', "say the method"),
        ('<form method="post">__csrf__<input name="a"></form>', "no button sends it"),
        ('<form method="post">__csrf__<input><button>x</button></form>', "a field without a name is not sent"),
        ('<form method="get"><input type="hidden" name="a"><button>x</button></form>', "waits for a script"),
        ('<div hx-post="/x/">x</div>', "only a script sends this"),
        ('<div hx-get="/x/" hx-trigger="load"></div>', "needs a plain link"),
    ],
)  # fmt: skip
def test_the_rules_see(text: str, said: str) -> None:
    assert any(said in problem for problem in faults(Page(text)))
