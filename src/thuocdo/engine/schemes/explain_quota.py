"""The finding of a quota in one cell, in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from thuocdo.engine.outcome import Effect, Finding
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.wording import percent
from thuocdo.kernel.exact import full_vi

if TYPE_CHECKING:
    from thuocdo.engine.schemes.quotas import Tally

WHERE = {
    "agency": "Cơ quan {0}",
    "group": "Cơ quan {0}, nhóm {1}",
    "parent": "Các đối tượng thuộc {1}",
    "among": "Nhóm {1} (các cơ quan {2})",
}
ROUNDED = {
    "floor": "lấy phần nguyên",
    "half_up": "làm tròn theo quy tắc nửa lên",
    "up": "làm tròn lên",
    "open": "mọi cách làm tròn cho cùng kết quả",
}
SIDES = {
    "staff": "cán bộ, công chức, viên chức, người lao động",
    "leader": "cán bộ lãnh đạo, quản lý",
    "party_member": "đảng viên",
    "party_organisation": "tổ chức đảng",
    "collective": "tập thể",
    "agency": "cơ quan, đơn vị",
}
UNNAMED = "chưa ghi tên"
UNSTATED = "chưa ghi"


def quota_finding(
    book: SchemeBook, scheme: schema.Scheme, rule: schema.SchemeQuota, tally: Tally, exceeded: bool, side: str
) -> Finding:
    """What was counted, the places, who holds the level in order, and what is left to the authority."""
    cell, line = tally.cell, tally.line
    label = _label(scheme, rule.level)
    where = WHERE["among" if cell.among else cell.scope].format(
        cell.agency or UNNAMED, cell.name or UNSTATED, ", ".join(one or UNSTATED for one in cell.among)
    )
    sentence = f"{where}, {SIDES[side]}: " if side else f"{where}: "
    if tally.places is None:
        sentence += f"đang có {tally.at_level} ở mức {label}. {tally.why}"
    elif tally.small:
        assert rule.small is not None
        sentence += (
            f"dưới {rule.small.fewer_than} đối tượng nên được tối đa {tally.places} ở mức {label}; "
            f"đang có {tally.at_level}."
        )
    else:
        word = "được tối đa" if line.hard else "không nên quá (văn bản khuyến nghị)"
        share = percent(line.percent or Fraction(0))
        sentence += (
            f"{word} {tally.places} ở mức {label} ({share} của {tally.base} {base_words(scheme, rule, line.base)}, "
            f"{ROUNDED[rule.rounding]}); đang có {tally.at_level}."
        )
    if line.raised is not None:
        sentence += f" Áp dụng tỷ lệ nâng theo quyết định của {line.raised.by}: {line.raised.reason}."
    if line.not_raised:
        sentence += f" Không áp dụng tỷ lệ nâng vì cơ quan không ở mức mà văn bản đòi. {line.not_raised}."
    if exceeded and tally.places is not None:
        sentence += f" Vượt {tally.at_level - tally.places}"
        sentence += f"; nếu số vượt chuyển xuống mức dưới thì giữ được {tally.stable}." if not tally.small else "."
    sentence += _order(tally, exceeded)
    if tally.undecided:
        sentence += f" Còn {len(tally.undecided)} đối tượng chưa có kết quả nên con số có thể thay đổi."
    sentence += tally.note
    effect: Effect = "left_open" if tally.places is None else "exceeded" if exceeded else "within"
    cited: Cited = rule.raised if line.raised is not None and rule.raised is not None else rule
    if tally.small and isinstance(rule.small, schema.SmallGroup):
        cited = rule.small
    inputs = [
        ("Số đang ở mức", str(tally.at_level)),
        ("Cơ sở tính", "chưa rõ" if tally.base is None else str(tally.base)),
        ("Số suất", "chưa rõ" if tally.places is None else str(tally.places)),
    ]
    if tally.stable is not None:
        inputs.append(("Số suất khi số vượt chuyển mức", str(tally.stable)))
    inputs += [(f"Thứ tự theo điểm: {place}", text) for place, text in _ranks(tally)]
    key = f"quota.{rule.id}.{cell.agency or '-'}" + "".join(f".{one}" for one in (cell.name, side) if one)
    return Finding(
        key,
        "quota",
        rule.label,
        sentence,
        tuple(inputs),
        None if tally.places is None else Fraction(tally.places),
        "đối tượng",
        book.cite(cited.cite),
        effect,
    )


def base_words(scheme: schema.Scheme, rule: schema.SchemeQuota, base: str) -> str:
    """What a quota is taken of, in words."""
    if base == "levels":
        return "ở mức " + ", ".join(_label(scheme, code) for code in rule.base_levels)
    words = {"rated": "đã xếp loại", "all_staff": "trong tổng số", "leaders": "giữ chức vụ lãnh đạo, quản lý"}
    return f"người {words[base]}" if base != "rated" else words[base]


def _label(scheme: schema.Scheme, code: str) -> str:
    return next(level.label for level in scheme.levels if level.code == code)


def _ranks(tally: Tally) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    first = 1
    for score, tied in tally.candidates:
        last = first + len(tied) - 1
        place = str(first) if len(tied) == 1 else f"{first}–{last}"
        together = f" ({len(tied)} bằng điểm)" if len(tied) > 1 and score is not None else ""
        said = "không có điểm" if score is None else f"{full_vi(score)} điểm"
        found.append((place, f"{', '.join(tied)}{together}: {said}"))
        first = last + 1
    return found


def _order(tally: Tally, exceeded: bool) -> str:
    ranks = _ranks(tally)
    scored = any(score is not None for score, _ in tally.candidates)
    text = ""
    if ranks and scored:
        listed = "; ".join(f"{place}. {said}" for place, said in ranks)
        text += f" Xếp theo điểm chính xác, từ cao xuống: {listed}."
    if exceeded or any(len(tied) > 1 for _, tied in tally.candidates):
        text += " Văn bản không nêu cách chọn, kể cả giữa các đối tượng bằng điểm; cấp có thẩm quyền quyết định."
    return text
