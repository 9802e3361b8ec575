"""QR codes: bit for bit what another encoder (segno 1.6.6) makes of texts that fill a size; every size was read back by
a decoder (zxing-cpp 3.1.1) on 2026-11-23."""

from hashlib import sha256

import pytest

from thuocdo.kernel import qr

ADDRESS = "https://thuocdo.phuong.gov.vn/bo-phieu/dien-thoai/12345/phieu/" * 3
KNOWN = {
    (14, 0): "94cf4fa06714ddbf",
    (26, 1): "55a9e9bca63a4ff4",
    (42, 2): "cc228cffae00be40",
    (62, 3): "d7b962970a53cb4c",
    (84, 4): "06154ffc5730991d",
    (106, 5): "a94139f9f8326e34",
    (122, 6): "6615095fcfebe212",
    (152, 7): "1f2c56348f085895",
    (180, 0): "7501f898b7b8c212",
}
"""By bytes and mask: the start of the SHA-256 of the rows."""


@pytest.mark.parametrize(("long", "mask"), KNOWN)
def test_a_full_code_is_what_another_encoder_makes(long: int, mask: int) -> None:
    rows = ("".join("01"[dark] for dark in row) for row in qr.code(ADDRESS[:long], mask))
    assert sha256("\n".join(rows).encode()).hexdigest()[:16] == KNOWN[long, mask]


def test_the_least_patched_mask_is_taken_and_a_border_left() -> None:
    made = qr.code(ADDRESS[:60])
    assert made in [qr.code(ADDRESS[:60], mask) for mask in range(8)]
    found = qr.drawn(ADDRESS[:60])
    assert found.side == len(made) + 8
    assert found.dark.startswith("M4 4h1v1h-1z"), "the corner of a finder is dark"
    assert found.dark.count("M") == sum(map(sum, made))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="180"):
        qr.code("x" * 181)
