"""Generated months in columns: scaled integers (hundredths), seeded, with every situation in realistic shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Month:
    """`marks` (n, 10); product lines flat with `offsets` (n+1); `factors` (n, 3) in percent, leaders only."""

    marks: Ints
    maxima: Ints
    roles: npt.NDArray[np.int8]
    factors: Ints
    offsets: Ints
    coefficient: Ints
    assigned: Ints
    completed: Ints
    quality_met: Ints
    on_time: Ints
    quality_errors: Ints
    late: Ints
    late_excused: Ints
    outside_plan: npt.NDArray[np.bool_]
    handed_back: npt.NDArray[np.bool_]

    @property
    def people(self) -> int:
        return len(self.roles)


def month(people: int, seed: int = 2026) -> Month:
    """About eight product lines a person; 12 % lead; 1 % have nothing assigned."""
    rng = np.random.default_rng(seed)
    maxima = np.array([500, 500, *[250] * 8], dtype=np.int64)
    marks = maxima - rng.choice([0, 25, 50, 100], size=(people, 10), p=[0.5, 0.2, 0.2, 0.1]).astype(np.int64)
    roles = rng.choice([0, 1, 2], size=people, p=[0.88, 0.05, 0.07]).astype(np.int8)
    factors = np.where(roles[:, None] > 0, rng.choice([50, 100], size=(people, 3), p=[0.15, 0.85]), -1).astype(np.int64)
    counts = rng.poisson(8, size=people).astype(np.int64)
    counts[rng.random(people) < 0.01] = 0
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    lines = int(offsets[-1])
    assigned = 100 * rng.integers(1, 11, lines)
    completed = assigned - 100 * rng.choice([0, 1, 2], size=lines, p=[0.85, 0.1, 0.05])
    completed = np.where(completed < 0, 0, completed)
    late = rng.choice([0, 1, 2, 5], size=lines, p=[0.85, 0.1, 0.04, 0.01]).astype(np.int64)
    return Month(
        marks=marks,
        maxima=maxima,
        roles=roles,
        factors=factors,
        offsets=offsets,
        coefficient=rng.choice([50, 100, 150, 200, 500], size=lines).astype(np.int64),
        assigned=assigned.astype(np.int64),
        completed=completed.astype(np.int64),
        quality_met=np.where(rng.random(lines) < 0.9, completed, 0).astype(np.int64),
        on_time=np.where(rng.random(lines) < 0.92, completed, completed // 200 * 100).astype(np.int64),
        quality_errors=rng.choice([0, 1, 2], size=lines, p=[0.9, 0.08, 0.02]).astype(np.int64),
        late=late,
        late_excused=np.where(rng.random(lines) < 0.3, late, 0).astype(np.int64),
        outside_plan=rng.random(lines) < 0.03,
        handed_back=rng.random(lines) < 0.01,
    )
