"""Invented Vietnamese names, drawn from lists weighted by the frequencies stated in docs/demo.md."""

from random import Random

# Shares of family names in per mille, as commonly cited; from "Đinh" on they share the rest.
FAMILY = {
    "Nguyễn": 384, "Trần": 110, "Lê": 95, "Phạm": 71, "Hoàng": 51, "Phan": 45, "Vũ": 39, "Đặng": 21,
    "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đinh": 15, "Trịnh": 15, "Lương": 13,
    "Mai": 13, "Đoàn": 13, "Cao": 13, "Tạ": 13, "Chu": 12, "Hà": 12,
}
# Our own weights: names usual among adults who serve today.
MIDDLE = {
    "f": {"Thị": 46, "Thanh": 9, "Thu": 9, "Ngọc": 8, "Minh": 6, "Hồng": 5, "Phương": 5, "Bích": 4, "Thùy": 4,
          "Quỳnh": 4},
    "m": {"Văn": 34, "Đức": 13, "Quang": 11, "Minh": 9, "Hữu": 8, "Xuân": 6, "Mạnh": 6, "Thành": 5, "Ngọc": 4,
          "Anh": 4},
}
GIVEN = {
    "f": {"Hương": 8, "Hà": 7, "Lan": 6, "Hằng": 6, "Thủy": 6, "Mai": 6, "Nga": 5, "Linh": 5, "Trang": 5,
          "Huyền": 5, "Yến": 4, "Phượng": 4, "Dung": 4, "Oanh": 3, "Nhung": 4, "Thảo": 4, "Vân": 4, "Hạnh": 4,
          "Tuyết": 3, "Ngân": 3, "Diệp": 2, "Ánh": 2},
    "m": {"Hùng": 7, "Dũng": 6, "Tuấn": 7, "Sơn": 5, "Hải": 5, "Long": 5, "Nam": 5, "Cường": 5, "Thắng": 5,
          "Hiếu": 4, "Đạt": 3, "Trung": 5, "Bình": 4, "Khoa": 3, "Phúc": 3, "Việt": 4, "Tùng": 4, "Lâm": 3,
          "Quân": 4, "Đông": 2, "Thịnh": 3, "Ước": 1, "Ý": 1},
}
WOMEN_PERCENT = 52


def _draw(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def full_name(rng: Random, sex: str = "") -> str:
    """One name; `sex` is "f", "m" or drawn. The middle word differs from the given name."""
    sex = sex or ("f" if rng.randrange(100) < WOMEN_PERCENT else "m")
    given = _draw(rng, GIVEN[sex])
    middles = {word: weight for word, weight in MIDDLE[sex].items() if word != given}
    return f"{_draw(rng, FAMILY)} {_draw(rng, middles)} {given}"
