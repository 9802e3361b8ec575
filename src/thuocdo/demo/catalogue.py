"""The catalogue of products of each employing agency, with coefficients against a standard product.

The standard product (coefficient 1) is a simple administrative document. Groups of complexity are at most
five (Nghị định 335/2025/NĐ-CP, Điều 13); the coefficients themselves are invented for the demonstration.
"""

from dataclasses import dataclass
from functools import lru_cache

STANDARD = "Văn bản hành chính đơn giản (sản phẩm chuẩn)"


@dataclass(frozen=True)
class ProductSpec:
    """One line of the catalogue; `usual` is the range of quantities given to one person in one month."""

    agency: str
    code: str
    name: str
    complexity: int
    coefficient: str
    usual: tuple[int, int]


_LINES: dict[str, tuple[tuple[str, int, str, int, int], ...]] = {
    "HK-DU-VP": (
        ("Báo cáo tháng của Đảng ủy", 3, "4", 1, 2), ("Thông báo kết luận cuộc họp", 2, "2", 2, 5),
        ("Kế hoạch chuyên đề", 4, "8", 1, 1), ("Hồ sơ tài chính Đảng trong tháng", 3, "3.5", 1, 2),
    ),
    "HK-DU-XD": (
        ("Hồ sơ kết nạp đảng viên", 3, "4", 1, 4), ("Hồ sơ chuyển sinh hoạt Đảng", 2, "1.5", 3, 10),
        ("Báo cáo tình hình tư tưởng", 3, "3", 1, 2),
        ("Kế hoạch bồi dưỡng, học tập nghị quyết", 4, "7", 1, 1),
        ("Hướng dẫn sinh hoạt chi bộ", 2, "2.5", 1, 3),
    ),
    "HK-DU-KT": (
        ("Biên bản kiểm tra, giám sát chi bộ", 3, "5", 1, 3), ("Báo cáo kết quả giám sát", 4, "6", 1, 2),
        ("Kế hoạch kiểm tra", 3, "4", 1, 1), ("Xử lý đơn, thư", 4, "3", 1, 4),
    ),
    "HK-VP": (
        ("Báo cáo kinh tế – xã hội", 4, "6", 1, 2), ("Lịch công tác và thông báo kết luận", 2, "1.5", 4, 8),
        ("Hồ sơ trình kỳ họp HĐND", 4, "5", 1, 4), ("Đăng ký hộ tịch", 2, "0.75", 12, 30),
        ("Chứng thực hồ sơ", 1, "0.25", 40, 120), ("Chứng từ, quyết toán", 3, "3", 1, 3),
        ("Hồ sơ lưu trữ được lập", 2, "1", 4, 12),
    ),
    "HK-KT": (
        ("Thẩm tra hồ sơ đất đai", 4, "2.5", 4, 12), ("Kiểm tra trật tự xây dựng", 3, "1.5", 6, 16),
        ("Thẩm định dự toán nhỏ", 4, "4", 1, 3), ("Báo cáo môi trường, vệ sinh đô thị", 2, "2.5", 1, 2),
        ("Kiểm tra an toàn chợ, dịch vụ", 3, "2", 2, 6), ("Kế hoạch chỉnh trang tuyến phố", 5, "10", 1, 1),
    ),
    "HK-VX": (
        ("Hồ sơ chính sách người có công", 3, "2", 3, 8), ("Hồ sơ bảo trợ xã hội", 3, "1.5", 4, 12),
        ("Kế hoạch sự kiện văn hóa", 4, "5", 1, 2), ("Báo cáo phổ cập giáo dục", 3, "3", 1, 1),
        ("Hồ sơ công tác cán bộ, nội vụ", 4, "4", 1, 3), ("Tin, bài tuyên truyền du lịch", 2, "1", 3, 8),
    ),
    "HK-HC": (
        ("Hồ sơ tiếp nhận đúng quy trình", 1, "0.2", 60, 160), ("Hồ sơ số hóa", 1, "0.25", 50, 120),
        ("Hướng dẫn nộp hồ sơ trực tuyến", 2, "0.4", 25, 60), ("Trả kết quả", 1, "0.2", 60, 140),
        ("Báo cáo giải quyết thủ tục hành chính", 3, "4", 1, 1), ("Rà soát quy trình nội bộ", 4, "5", 1, 2),
    ),
    "HK-MT": (
        ("Hồ sơ phản biện xã hội", 4, "6", 1, 1), ("Báo cáo vận động Quỹ Vì người nghèo", 2, "2.5", 1, 2),
        ("Buổi tiếp xúc cử tri được tổ chức", 3, "3", 1, 3), ("Tin hoạt động khu dân cư", 1, "0.75", 4, 10),
    ),
}


def products() -> list[ProductSpec]:
    """Every catalogue line; each agency also has the standard product."""
    found = []
    for agency, lines in _LINES.items():
        prefix = agency.removeprefix("HK-")
        found.append(ProductSpec(agency, f"{prefix}-00", STANDARD, 1, "1", (2, 8)))
        for number, (name, complexity, coefficient, low, high) in enumerate(lines, 1):
            code = f"{prefix}-{number:02d}"
            found.append(ProductSpec(agency, code, name, complexity, coefficient, (low, high)))
    return found


@lru_cache(maxsize=32)
def products_of(agency: str) -> tuple[ProductSpec, ...]:
    """The catalogue of one agency."""
    return tuple(product for product in products() if product.agency == agency)
