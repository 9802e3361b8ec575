"""Self-marks of the ten general criteria (Mẫu số 01), drawn in steps of half a point."""

from fractions import Fraction
from random import Random

CRITERIA = {
    "political_ethics": 10, "discipline": 10, "professional_competence": 5, "task_response": 5,
    "responsibility": 5, "service_attitude": 5, "breakthrough": 5, "hard_tasks": 5, "accountability": 5,
    "decisiveness": 5,
}
"""Criterion -> maximum in half points."""
# How many half points are lost in all, by band aimed at.
LOST = {"excellent": (2, 12), "good": (8, 20), "fair": (14, 26), "poor": (20, 34)}


def draw_marks(rng: Random, band: str) -> dict[str, str]:
    """Marks as a person types them ("4,5"); the loss falls on criteria at random."""
    halves = dict(CRITERIA)
    for _ in range(rng.randint(*LOST[band])):
        slug = rng.choice([slug for slug, left in halves.items() if left > 1])
        halves[slug] -= 1
    return {slug: f"{count // 2},5" if count % 2 else str(count // 2) for slug, count in halves.items()}


def total_marks(marks: dict[str, str]) -> Fraction:
    """Sum of marks in half points, written with a comma."""
    halves = (2 * int(text.removesuffix(",5")) + text.endswith(",5") for text in marks.values())
    return Fraction(sum(halves), 2)
