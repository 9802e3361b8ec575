"""Who lives through what: every situation of the demonstration, by slot (table in docs/demo.md)."""

from random import Random

from thuocdo.demo.posts import SEED, civil_servants

BANDS = ("excellent", "good", "fair", "poor")
SHARES = {"excellent": 20, "good": 54, "fair": 18, "poor": 8}

OFFICER = "vx.1"
TASK_GIVER = "vp.1"
CIVIL_SERVANT = "vp.2"
EVALUATOR = "kt.h"
COMPONENT_HEAD = "tn.h"
AUTHORITY = "ub.h"
PUBLIC_EMPLOYEE = "tt.1"
INSPECTOR = "dukt.1"

MATERNITY = "vx.3"
SICK_PART = "kt.3"
MOVER_NOW = "kt.5"
MOVER_BEFORE = "duvp.3"
EXCUSED_CAUSE = "kt.1"
EMPTY_DENOMINATOR = "sh.2"
ABOVE_HUNDRED = "vp.1"
HANDED_BACK = "vx.5"
QUALITY_ERROR = "kt.2"
NOTHING_TO_SEE = "kt.3"
NO_ACCOUNT = "mt.2"
MISSING_SHEET = "duxd.3"
EXTENDED = "duxd.2"
ORGANISING_HALF = "vx.d1"
PETITION_PENDING = "vx.2"
PETITION_CORRECTED = "tn.1"
PETITION_UPHELD = "vp.3"
RETURNED = ("kt.4", "duvp.1")
UNDER_REVIEW = ("tn.1", "dukt.2")

# Slots whose band is part of a story and therefore fixed: (month 0, month 1, month 2).
FIXED_BANDS = {
    ABOVE_HUNDRED: ("excellent", "excellent", "excellent"),
    CIVIL_SERVANT: ("good", "good", "good"),
    EXCUSED_CAUSE: ("good", "good", "good"),
    QUALITY_ERROR: ("good", "fair", "good"),
    NOTHING_TO_SEE: ("excellent", "excellent", "excellent"),
    HANDED_BACK: ("good", "fair", "fair"),
    PETITION_CORRECTED: ("good", "good", "good"),
    PETITION_PENDING: ("fair", "fair", "good"),
    PETITION_UPHELD: ("good", "good", "good"),
    "tn.3": ("poor", "poor", "fair"),
    "dukt.2": ("fair", "poor", "fair"),
}

USERNAMES = {
    OFFICER: "tochuc", TASK_GIVER: "giaoviec", CIVIL_SERVANT: "congchuc", EVALUATOR: "truongphong",
    COMPONENT_HEAD: "totruong", AUTHORITY: "chutich", INSPECTOR: "kiemtra",
    PUBLIC_EMPLOYEE: "vienchuc",
}


def planned_bands() -> dict[str, tuple[str, str, str]]:
    """Slot -> band aimed at in each month. Leaders are aimed at good or excellent."""
    rng = Random(SEED + 1)
    posts = civil_servants()
    staff = [p.slot for p in posts if p.leadership == "none" and p.slot not in FIXED_BANDS]
    rng.shuffle(staff)
    plan: dict[str, tuple[str, str, str]] = dict(FIXED_BANDS)
    for number, slot in enumerate(staff):
        band = _by_share((number * 100 + 50) // len(staff))
        plan[slot] = (band, _neighbour(rng, band), _neighbour(rng, band))
    for post in posts:
        if post.leadership != "none":
            first = "excellent" if rng.randrange(100) < 35 else "good"
            plan[post.slot] = (first, "good" if rng.randrange(4) else "excellent", first)
    return plan


def _by_share(percent: int) -> str:
    total = 0
    for band in BANDS:
        total += SHARES[band]
        if percent < total:
            return band
    return BANDS[-1]


def _neighbour(rng: Random, band: str) -> str:
    """Four times out of five the same band, otherwise the next one up or down."""
    if rng.randrange(5):
        return band
    place = BANDS.index(band) + rng.choice((-1, 1))
    return BANDS[min(max(place, 0), len(BANDS) - 1)]
