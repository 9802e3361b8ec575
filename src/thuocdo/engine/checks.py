"""Static checks of a rulebook when it loads: citations, sums, bands, bounds, cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.schema import BookFile, Cited, Instrument
from thuocdo.engine.source import SourceFile

Place = tuple[SourceFile, tuple[str | int, ...]]
NEEDS: dict[str, tuple[str, ...]] = {
    "mark_step": ("step",),
    "ratio_cap": ("each_ratio",),
    "deduction_floor": (),
    "rounding": (),
    "empty_denominator": ("use", "reason"),
    "missing_factor": ("percent",),
    "applicability": ("applies",),
    "last_month": ("use",),
    "partial_period": ("use",),
    "quarter_parts": ("use",),
    "discipline_year": ("use",),
}


def check_book(book: BookFile, key: str, sources: Sequence[SourceFile], forms: Sequence[SourceFile]) -> None:
    """All checks; raises `RulebookError` at the first failure."""
    files = {source.name.rsplit("/", 1)[-1]: source for source in sources}
    if book.key != key:
        raise files["instrument.toml"].error(
            ("key",), f"khóa ghi là “{book.key}” nhưng thư mục là “{key}”", "Ghi khóa đúng thư mục."
        )
    _check_citations(book, sources, forms)
    check_rules(book, sources)


def check_rules(book: BookFile, sources: Sequence[SourceFile]) -> None:
    """All checks but those of identity and citations: for a rulebook whose figures were changed after loading."""
    files = {source.name.rsplit("/", 1)[-1]: source for source in sources}
    _check_periods(book, sources)
    _check_criteria(book, files["criteria.toml"])
    _check_results(book, files["results.toml"])
    _check_taken_alike(book, files["results.toml"])
    _check_factors(book, files["results.toml"])
    _check_means(book, files["rollup.toml"])
    check_bands(book, files["levels.toml"])
    _check_levels(book, files)
    _check_points(book, files)


def _check_citations(book: BookFile, sources: Sequence[SourceFile], forms: Sequence[SourceFile]) -> None:
    used: list[tuple[Place, tuple[str, ...]]] = []
    for source in sources:
        for name in source.data:
            value = getattr(book, name)
            used += [((source, path), item.cite) for path, item in cited_rules(value, (name,))]
    used += [((source, ()), form.cite) for source, form in zip(forms, book.forms, strict=True)]
    check_cites(book.instruments, used, sources[0])


def cited_rules(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Cited]]:
    """Every cited rule inside a model, with its path."""
    if isinstance(value, Cited):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from cited_rules(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from cited_rules(item, (*path, index))


def check_cites(
    instruments: Sequence[Instrument], used: Sequence[tuple[Place, tuple[str, ...]]], table: SourceFile
) -> None:
    """Every cite has its article, and every article is cited."""
    seen: set[str] = set()
    known: dict[str, tuple[int, int]] = {}
    for i, instrument in enumerate(instruments):
        for j, article in enumerate(instrument.articles):
            ref = f"{instrument.id}/{article.ref}"
            if ref in known:
                raise table.error(("instruments", i, "articles", j, "ref"), f"điều “{ref}” ghi hai lần", "Xóa một.")
            known[ref] = (i, j)
    for (source, path), refs in used:
        for ref in refs:
            if ref not in known:
                raise source.error(
                    (*path, "cite"),
                    f"trích dẫn “{ref}” không có trong bảng điều khoản",
                    f"Thêm điều này vào {table.name} hoặc sửa trích dẫn.",
                    article=ref,
                )
            seen.add(ref)
    for ref, (i, j) in known.items():
        if ref not in seen:
            raise table.error(
                ("instruments", i, "articles", j),
                f"điều “{ref}” không được quy tắc nào trích dẫn",
                "Trích dẫn điều này ở quy tắc liên quan hoặc xóa khỏi bảng.",
                article=ref,
            )


def _check_periods(book: BookFile, sources: Sequence[SourceFile]) -> None:
    for source in sources:
        for name in source.data:
            for path, item in cited_rules(getattr(book, name), (name,)):
                if item.until is not None and item.until <= item.since:
                    raise source.error(
                        (*path, "until"),
                        "ngày hết hiệu lực không sau ngày có hiệu lực",
                        "Sửa ngày.",
                        article=", ".join(item.cite),
                    )
                if item.since < book.since:
                    raise source.error(
                        (*path, "since"),
                        "có hiệu lực trước cả bộ quy tắc",
                        "Sửa ngày.",
                        article=", ".join(item.cite),
                    )


def _check_criteria(book: BookFile, source: SourceFile) -> None:
    slugs: set[str] = set()
    for i, group in enumerate(book.general.groups):
        total = sum((item.max for item in group.criteria), Decimal(0))
        if total != group.max:
            raise source.error(
                ("general", "groups", i, "max"),
                f"điểm tối đa của nhóm là {group.max} nhưng cộng các tiêu chí được {total}",
                "Sửa cho tổng bằng nhau.",
                article=", ".join(group.cite),
            )
        for j, item in enumerate(group.criteria):
            if item.slug in slugs:
                raise source.error(
                    ("general", "groups", i, "criteria", j, "slug"),
                    f"mã “{item.slug}” trùng",
                    "Đặt mã khác.",
                    article=", ".join(item.cite),
                )
            slugs.add(item.slug)
    total = sum((group.max for group in book.general.groups), Decimal(0))
    if total != book.general.max:
        raise source.error(
            ("general", "max"),
            f"điểm tối đa là {book.general.max} nhưng cộng các nhóm được {total}",
            "Sửa cho tổng bằng nhau.",
            article=", ".join(book.general.cite),
        )


def _check_results(book: BookFile, source: SourceFile) -> None:
    for i, ratio in enumerate(book.products.ratios):
        if ratio.counts == book.products.denominator:
            raise source.error(
                ("products", "ratios", i, "counts"),
                "tử số trùng với mẫu số",
                "Chọn số lượng khác.",
                article=", ".join(ratio.cite),
            )
        if ratio.deduction is not None and not 0 < ratio.deduction.percent <= 100:
            raise source.error(
                ("products", "ratios", i, "deduction", "percent"),
                "mức trừ phải trên 0 và không quá 100",
                "Sửa mức trừ.",
                article=", ".join(ratio.deduction.cite),
            )
    if book.total.ceiling > book.total.weight:
        raise source.error(
            ("total", "ceiling"),
            "mức trần lớn hơn trọng số nên không có tác dụng",
            "Đặt mức trần không quá trọng số.",
            article=", ".join(book.total.cite),
        )


def _check_taken_alike(book: BookFile, source: SourceFile) -> None:
    """What is said once of single products must mean the same wherever it takes points."""
    percents: dict[str, Decimal] = {}
    for i, ratio in enumerate(book.products.ratios):
        spec = ratio.deduction
        if spec is not None and percents.setdefault(spec.occurrences, spec.percent) != spec.percent:
            raise source.error(
                ("products", "ratios", i, "deduction", "percent"),
                f"cùng là “{spec.occurrences}” nhưng trừ hai mức khác nhau",
                "Ghi một mức trừ cho mỗi loại lần.",
                article=", ".join(spec.cite),
            )


def _check_factors(book: BookFile, source: SourceFile) -> None:
    if book.factors is None:
        return
    if any(value % 1 for value in book.factors.allowed):
        raise source.error(("factors", "allowed"), "mức của yếu tố phải là số phần trăm nguyên", "Sửa mức.")
    for i, item in enumerate(book.factors.items):
        if item.derived is not None and not {item.derived.all_reach, item.derived.otherwise} <= set(
            book.factors.allowed
        ):
            raise source.error(
                ("factors", "items", i, "derived"),
                "mức suy ra không nằm trong các mức được phép",
                "Sửa all_reach, otherwise theo allowed.",
                article=", ".join(item.derived.cite),
            )


def _check_means(book: BookFile, source: SourceFile) -> None:
    lengths = {"quarter": 3, "half_year": 6, "year": 12}
    for i, mean in enumerate(book.means):
        if mean.months != lengths[mean.period]:
            raise source.error(
                ("means", i, "months"),
                f"kỳ này có {lengths[mean.period]} tháng, không phải {mean.months}",
                "Sửa số tháng.",
                article=", ".join(mean.cite),
            )
    if {mean.period for mean in book.means} != set(lengths):
        raise source.error(("means",), "thiếu cách tổng hợp của một kỳ", "Ghi đủ quarter, half_year, year.")


def check_bands(book: BookFile, source: SourceFile) -> None:
    """From the highest to the lowest, strictly falling, down to 0, within the total: no gap, no overlap."""
    top = book.general.max + book.total.ceiling
    above: Decimal | None = None
    for i, band in enumerate(book.bands):
        if above is not None and band.at_least >= above:
            raise source.error(
                ("bands", i, "at_least"),
                f"ngưỡng {band.at_least} không thấp hơn mức đứng trên ({above})",
                "Xếp các mức từ cao xuống thấp, không chồng nhau.",
                article=", ".join(band.cite),
            )
        if band.at_least > top:
            raise source.error(
                ("bands", i, "at_least"),
                f"ngưỡng {band.at_least} cao hơn tổng điểm tối đa {top}",
                "Sửa ngưỡng.",
                article=", ".join(band.cite),
            )
        above = band.at_least
    if above != 0:
        raise source.error(
            ("bands", len(book.bands) - 1, "at_least"),
            "mức thấp nhất không bắt đầu từ 0",
            "Đặt ngưỡng mức thấp nhất bằng 0 để không có khoảng trống.",
            article=", ".join(book.bands[-1].cite),
        )


def _check_levels(book: BookFile, files: dict[str, SourceFile]) -> None:
    codes = [band.code for band in book.bands]
    if len(set(codes)) != len(codes):
        raise files["levels.toml"].error(("bands",), "mã mức xếp loại trùng nhau", "Đặt mã khác nhau.")
    for i, trigger in enumerate(book.disqualifiers):
        if trigger.level not in codes or (trigger.fact is None) == (trigger.discipline is None):
            raise files["levels.toml"].error(
                ("disqualifiers", i),
                "phải nêu đúng một dữ kiện và một mức có thật",
                "Ghi fact hoặc discipline, và level.",
                article=", ".join(trigger.cite),
            )
    for i, quota in enumerate(book.quotas):
        if quota.level not in codes or quota.base not in codes or quota.level == quota.base:
            raise files["quotas.toml"].error(
                ("quotas", i),
                "mức bị giới hạn và mức làm gốc phải là hai mức có thật",
                "Sửa level và base.",
                article=", ".join(quota.cite),
            )


def _check_points(book: BookFile, files: dict[str, SourceFile]) -> None:
    source = files["open_points.toml"]
    joints: set[str] = set()
    for i, point in enumerate(book.points):
        article = ", ".join(point.cite)
        if point.joint in joints:
            raise source.error(
                ("points", i, "joint"),
                f"hai điểm mở cùng một chỗ nối “{point.joint}”",
                "Gộp lại.",
                article=article,
            )
        joints.add(point.joint)
        for j, reading in enumerate(point.readings):
            for need in NEEDS[point.joint]:
                if getattr(reading, need) in (None, ""):
                    raise source.error(
                        ("points", i, "readings", j),
                        f"cách hiểu “{reading.id}” thiếu “{need}”",
                        "Ghi thêm khóa này.",
                        article=article,
                    )
            if point.joint == "mark_step" and reading.step == 0:
                raise source.error(
                    ("points", i, "readings", j, "step"),
                    "bước điểm phải lớn hơn 0",
                    "Sửa bước điểm.",
                    article=article,
                )
    for i, kind in enumerate(book.optional_kinds):
        if kind.point not in [point.id for point in book.points]:
            raise files["instrument.toml"].error(
                ("optional_kinds", i, "point"),
                f"không có điểm mở “{kind.point}”",
                "Ghi đúng mã điểm mở.",
                article=", ".join(kind.cite),
            )
