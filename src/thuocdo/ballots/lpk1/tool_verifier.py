#!/usr/bin/env python3
"""Kiểm tra công cụ của ban kiểm phiếu có đúng là tệp mà cơ quan đã ký, không cần Thước Đo, không cần mạng.

Cách dùng:  python3 kiem-cong-cu.py cong-cu.html --key MÃ

Bên cạnh cong-cu.html phải có cong-cu.html.sig (chữ ký) và cong-cu.html.pub.pem (khóa công khai). MÃ là mã khóa ký mà cơ
quan đã công bố, gồm mười hai ký tự: chép từ văn bản của cơ quan, không chép từ trang của máy chủ.
Kết thúc với mã 0 nếu đúng, 1 nếu sai, 2 nếu không đọc được tệp. Chữ ký: Ed25519 (RFC 8032), chỉ bằng số nguyên.
"""

import argparse
import re
import sys
from base64 import b64decode
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Đường cong edwards25519: −x² + y² = 1 + D·x²·y² modulo FIELD, điểm gốc BASE có bậc ORDER.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT = pow(2, (FIELD - 1) // 4, FIELD)
DER = bytes.fromhex("302a300506032b6570032100")


def short(full: str) -> str:
    """Mười hai ký tự đầu mà người đọc so với nhau."""
    bits = int(full[:15], 16)
    text = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(12)))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def sum_of(one: Any, two: Any) -> Any:
    """Tổng hai điểm, tọa độ mở rộng (RFC 8032 mục 5.1.4)."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def multiple(times: int, point: Any) -> Any:
    """times lần một điểm."""
    result = (0, 1, 1, 0)
    while times:
        if times & 1:
            result = sum_of(result, point)
        point = sum_of(point, point)
        times >>= 1
    return result


def point_of(text: bytes) -> Any:
    """Điểm từ 32 byte (mục 5.1.3); None nếu không phải điểm của đường cong."""
    number = int.from_bytes(text, "little")
    y, sign = number & 2**255 - 1, number >> 255
    if y >= FIELD:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * ROOT % FIELD
    if (x * x - square) % FIELD or (x == 0 and sign):
        return None
    x = FIELD - x if x & 1 != sign else x
    return x, y, 1, x * y % FIELD


BASE = point_of((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))


def signature_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Chữ ký Ed25519 (mục 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    owner, commitment = point_of(key), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if owner is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = multiple(scalar, BASE), sum_of(commitment, multiple(challenge, owner))
    return all((left[axis] * right[2] - right[axis] * left[2]) % FIELD == 0 for axis in (0, 1))


def key_of(pem: str) -> bytes:
    """32 byte của khóa công khai trong tệp PEM."""
    found = re.search(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----", pem)
    der = b64decode("".join(found[1].split())) if found else b""
    if len(der) != 44 or not der.startswith(DER):
        raise ValueError("tệp khóa công khai không phải khóa Ed25519")
    return der[len(DER) :]


def main(arguments: list[str] | None = None) -> int:
    """Đọc, kiểm tra, in ra; trả về mã kết thúc."""
    parser = argparse.ArgumentParser(description="Kiểm tra chữ ký của công cụ ban kiểm phiếu.", allow_abbrev=False)
    parser.add_argument("file", metavar="TỆP", help="công cụ, thường là cong-cu.html")
    parser.add_argument("--key", metavar="MÃ", required=True, help="mã khóa ký mà cơ quan đã công bố")
    given = parser.parse_args(arguments)
    try:
        content, signature = Path(given.file).read_bytes(), Path(f"{given.file}.sig").read_bytes()
        key = key_of(Path(f"{given.file}.pub.pem").read_text(encoding="ascii"))
    except OSError as error:
        print(f"Không mở được {error.filename}: công cụ, chữ ký và khóa công khai phải ở cùng chỗ.", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"Không đọc được khóa công khai: {error}", file=sys.stderr)
        return 2
    shown = short(sha256(DER + key).hexdigest())
    if shown.replace("-", "") != given.key.replace("-", "").upper():
        print(f"SAI: khóa ký có mã {shown}, không phải {given.key}: không dùng tệp này.", file=sys.stderr)
        return 1
    if not signature_holds(key, content, signature):
        print("SAI: chữ ký không phải của tệp này: tệp đã bị sửa, hoặc của bản khác. Không dùng.", file=sys.stderr)
        return 1
    print(f"ĐÚNG: cơ quan giữ khóa {shown} đã ký tệp này. SHA-256: {sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
