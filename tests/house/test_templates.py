"""Templates: all used, all Vietnamese, nothing inline that the content security policy would stop."""

import re
from html.parser import HTMLParser

from django.template import engines

from tests.house.sources import SRC

FOLDER = SRC / "web" / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
NAMES = [str(path.relative_to(FOLDER)) for path in TEMPLATES]
BY_DJANGO = {"403_csrf.html", "404.html", "500.html"}
TAGS = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ENGLISH_TEXT = """
about account actions added again answer appeal approve back cancel change clear click close code comment
confirm continue create cycle date deadline delete edit details done download draft email error evaluate
export failed filter from here home import inbox invalid list load loading login logout menu message
month name next none notes open page password person people please points previous print rating reason
refresh remove report required reset return review role save saved score search select send settings
sheet show sign skip status submit success sure table task tasks that their there these this total type
unit unknown update upload user username value view warning welcome with year your
"""
ENGLISH = frozenset(re.findall(r"\w+", ENGLISH_TEXT))
SEEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "label", "content"}


class Texts(HTMLParser):
    """Collects what a reader sees or hears, and what the policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.forbidden: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.forbidden += [
            f"<{tag} {name}>" for name in given if name == "style" or re.match(r"on[a-z]", name)
        ]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.forbidden.append(f"<{tag}>")
        self.inside = [tag] if tag in ("script", "style", "code") else []
        if tag != "meta":
            self.texts += [value or "" for name, value in attrs if name in SEEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self.inside = []

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.texts.append(data)


def read(name: str) -> Texts:
    parser = Texts()
    parser.feed(TAGS.sub(" ", (FOLDER / name).read_text(encoding="utf-8")))
    return parser


def test_every_template_compiles() -> None:
    """Hundreds of templates are one test, whose failure names them: one each costs more than its work."""
    broken = {}
    for name in NAMES:
        try:
            engines["django"].get_template(name)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the next template is read as well
            broken[name] = repr(problem)
    assert broken == {}


def english(name: str) -> list[str]:
    words = re.findall(
        r"[A-Za-z]+", re.sub(r"[^\W\d_]*[^\x00-\x7f][^\W\d_]*", " ", " ".join(read(name).texts))
    )
    return sorted({word for word in words if word.lower() in ENGLISH})


def test_readers_see_vietnamese() -> None:
    assert {name: words for name in NAMES if (words := english(name))} == {}


def test_nothing_inline() -> None:
    assert {name: found for name in NAMES if (found := read(name).forbidden)} == {}


def test_every_template_is_used() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in [*SRC.rglob("*.py"), *TEMPLATES])
    assert [n for n in NAMES if n not in BY_DJANGO and f'"{n}"' not in text and f"'{n}'" not in text] == []
