"""Findings of one subject under a scheme, from the same evaluation that gave its outcome."""

from __future__ import annotations

from collections.abc import Sequence

from thuocdo.engine.outcome import Effect, Finding, OpenQuestion
from thuocdo.engine.schemes.one import One


def findings_of(one: One, asked: Sequence[OpenQuestion]) -> tuple[Finding, ...]:
    return ()


def reason_of(one: One, asked: Sequence[OpenQuestion]) -> str:
    """Why there is no result, in words; empty where there is one."""
    if one.kind == "not_rated":
        rule = next(r for r, t in zip(one.own.not_rated, one.final.possible.not_rated, strict=True) if _yes(t.yes))
        return f"{rule.spec.label}."
    if one.kind != "needs_decision":
        return ""
    parts = [item.question_vi for item in asked]
    if one.missing:
        parts.append(f"Chưa đủ dữ kiện: khóa {', '.join(one.missing)}.")
    return " ".join(parts)


def _yes(flags: object) -> bool:
    return bool(flags) if isinstance(flags, bool) else bool(flags[0])  # type: ignore[index]


__all__ = ["Effect", "findings_of", "reason_of"]
