#!/usr/bin/env python3
"""Kiểm tra kết quả bỏ phiếu kín LPK-1 từ tệp kết quả (JSON), không cần Thước Đo, không cần mạng.

Cách dùng:  python3 kiem-phieu.py ket-qua.json --hash MÃ --fingerprint MÃ --keys MÃ --issued SỐ

Bốn giá trị sau tên tệp chép từ biên bản kiểm phiếu đã ký: thiếu chúng, chương trình chỉ biết tệp có khớp với chính
nó hay không. Ai nhận phiếu mà phiếu không có trên bảng thì lấy tệp bằng chứng ở trang bỏ phiếu; thêm --unused TỆP cho
từng tệp ấy: nhiều hơn số phát ra thì ban kiểm phiếu đã ký thừa.
Kết thúc với mã 0 nếu đúng, 1 nếu có sai lệch, 2 nếu không đọc được tệp.
Chương trình tính lại từ đầu: chữ ký của từng phiếu, kiểm phiếu theo thể lệ đã chốt, và mã của cả tệp.
"""

import argparse
import json
import re
import sys
from hashlib import sha256, sha384
from typing import Any, NoReturn

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EXPONENT, SALT = 65537, 48
BOARD = {
    "protocol", "ballot", "fingerprint", "keys", "keys_fingerprint", "present", "issued", "returned", "rows", "result",
    "hash",
}  # fmt: skip
ROW = {"serial", "key", "prefix", "signature", "sealed", "proof", "choice"}
# Đường cong P-256 (FIPS 186): y² = x³ − 3x + B modulo FIELD, điểm gốc BASE có bậc ORDER.
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SHAPES = {
    "serial": r"[0-9a-f]{64}", "key": r"04[0-9a-f]{128}", "prefix": r"[0-9a-f]{64}", "signature": r"[0-9a-f]+",
    "sealed": r"[0-9a-f]+", "proof": r"[0-9a-f]{128}",
}  # fmt: skip


def digest(value: Any) -> str:
    """SHA-256 của JSON chuẩn: khóa theo thứ tự, không khoảng trắng, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def short(full: str) -> str:
    """Mười hai ký tự đầu mà người đọc so với nhau."""
    bits = int(full[:15], 16)
    text = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(12)))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def signature_holds(modulus: int, message: bytes, signature: bytes) -> bool:
    """RSA-PSS với SHA-384, muối 48 byte (RFC 8017 mục 9.1.2), chỉ bằng số nguyên."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    bits = modulus.bit_length() - 1
    length = (bits + 7) // 8
    encoded = pow(number, EXPONENT, modulus).to_bytes(size, "big")[size - length :]
    masked, inner = encoded[: length - 49], encoded[length - 49 : -1]
    spare = 8 * length - bits
    if encoded[-1] != 0xBC or masked[0] >> (8 - spare):
        return False
    rounds = range((len(masked) + 47) // 48)
    mask = b"".join(sha384(inner + count.to_bytes(4, "big")).digest() for count in rounds)
    block = bytearray(a ^ b for a, b in zip(masked, mask[: len(masked)], strict=True))
    block[0] &= 0xFF >> spare
    salt = bytes(block[-SALT:])
    if bytes(block[:-SALT]) != bytes(len(block) - SALT - 1) + b"\x01":
        return False
    return sha384(bytes(8) + sha384(message).digest() + salt).digest() == inner


def sum_of(one: Any, two: Any) -> Any:
    """Tổng hai điểm của đường cong; None là điểm ở vô cực."""
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % FIELD == 0:
        return None
    if one == two:
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, FIELD)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, FIELD)
    x = (slope * slope - one[0] - two[0]) % FIELD
    return x, (slope * (one[0] - x) - one[1]) % FIELD


def sum_of_multiples(first: int, one: Any, second: int, two: Any) -> Any:
    """first lần điểm one cộng second lần điểm two, đi một lượt qua các bit của cả hai."""
    parts = {(1, 0): one, (0, 1): two, (1, 1): sum_of(one, two)}
    result = None
    for place in reversed(range(256)):
        result = sum_of(result, result)
        result = sum_of(result, parts.get((first >> place & 1, second >> place & 1)))
    return result


def proof_holds(key: bytes, message: bytes, proof: bytes) -> bool:
    """Chữ ký ECDSA P-256 với SHA-256 của khóa dùng một lần (FIPS 186-5 mục 6.4.2)."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    r, s = int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big")
    if max(x, y) >= FIELD or (y * y - x**3 + 3 * x - B) % FIELD or not (0 < r < ORDER and 0 < s < ORDER):
        return False
    inverse = pow(s, -1, ORDER)
    hashed = int.from_bytes(sha256(message).digest(), "big")
    point = sum_of_multiples(hashed * inverse % ORDER, BASE, r * inverse % ORDER, (x, y))
    return point is not None and bool(point[0] % ORDER == r)


def counted(ballot: Any, choices: list[Any]) -> dict[str, Any]:
    """Kết quả theo thể lệ đã chốt: dòng hợp lệ khi số ô đánh dấu nằm giữa ít nhất và nhiều nhất."""
    lines: list[Any] = [{"valid": 0, "invalid": 0, "counts": [0] * len(line["options"])} for line in ballot["lines"]]
    good = 0
    for choice in choices:
        holds = [False] * len(lines)
        if choice is not None:
            holds = [
                line["least"] <= len(marked) <= line["most"]
                for line, marked in zip(ballot["lines"], choice, strict=True)
            ]
            if ballot["invalid"] == "slip" and not all(holds):
                holds = [False] * len(lines)
        good += any(holds)
        for number, (found, valid) in enumerate(zip(lines, holds, strict=True)):
            found["valid" if valid else "invalid"] += 1
            if valid:
                for option in choice[number]:
                    found["counts"][option] += 1
    return {"valid": good, "invalid": len(choices) - good, "lines": lines}


def choice_shaped(ballot: Any, choice: Any) -> bool:
    """Lựa chọn có đúng số dòng, và chỉ gồm các ô có trên phiếu, mỗi ô một lần."""
    if choice is None:
        return True
    return (
        isinstance(choice, list)
        and len(choice) == len(ballot["lines"])
        and all(
            isinstance(marked, list)
            and all(type(option) is int and 0 <= option < len(line["options"]) for option in marked)
            and marked == sorted(set(marked))
            for line, marked in zip(ballot["lines"], choice, strict=True)
        )
    )


def given_out(row: Any, tag: str, modulus: int) -> bool:
    """Số phiếu này có chữ ký của ban kiểm phiếu."""
    prepared = bytes.fromhex(row["prefix"]) + f"LPK-1 token\n{tag}\n{row['serial']}".encode()
    return len(row["signature"]) % 2 == 0 and signature_holds(modulus, prepared, bytes.fromhex(row["signature"]))


def unused_problems(board: Any, slips: list[Any]) -> list[str]:
    """Phiếu đã phát mà không có trên bảng, cộng với phiếu trên bảng, không thể nhiều hơn số phát ra."""
    tag = digest({"ballot": digest(board["ballot"]), "keys": board["keys"]})
    known, more, found = {str(row.get("serial")) for row in board["rows"]}, set(), []
    for slip in slips:
        if not all(re.fullmatch(SHAPES[name], str(slip.get(name))) for name in ("serial", "prefix", "signature")):
            raise ValueError("không phải tệp bằng chứng phiếu không có trên bảng")
        if not given_out(slip, tag, int(board["keys"]["sign"], 16)):
            found.append(f"Phiếu …{slip['serial'][-8:]} đưa làm bằng chứng không do ban kiểm phiếu phát ra.")
        elif slip["serial"] in known:
            found.append(f"Phiếu …{slip['serial'][-8:]} đưa làm bằng chứng lại có trên bảng.")
        else:
            more.add(slip["serial"])
    if len(known) + len(more) > board["issued"]:
        found.append(
            f"KÝ THỪA: {len(known)} phiếu trên bảng và {len(more)} phiếu không có trên bảng đều có chữ ký của ban kiểm "
            f"phiếu, nhiều hơn số phát ra là {board['issued']}."
        )
    return found


def row_problems(board: Any, tag: str, modulus: int) -> list[str]:
    """Sai lệch của từng phiếu, nêu bằng tám ký tự cuối của số phiếu."""
    found: list[str] = []
    seen: set[str] = set()
    for row in board["rows"]:
        if set(row) != ROW or not all(re.fullmatch(SHAPES[name], str(row[name])) for name in SHAPES):
            found.append("Có một phiếu không đúng dạng.")
            continue
        shown = row["serial"][-8:]
        if row["serial"] in seen:
            found.append(f"Số phiếu …{shown} xuất hiện hai lần.")
        seen.add(row["serial"])
        if not given_out(row, tag, modulus):
            found.append(f"Chữ ký của phiếu …{shown} không đúng: phiếu này không do ban kiểm phiếu phát ra.")
        key = bytes.fromhex(row["key"])
        cast = f"LPK-1 cast\n{tag}\n{row['serial']}\n{row['sealed']}".encode()
        if sha256(key).hexdigest() != row["serial"] or not proof_holds(key, cast, bytes.fromhex(row["proof"])):
            found.append(f"Phiếu …{shown} đã bị thay: lựa chọn niêm phong không do người giữ số phiếu ấy bỏ.")
        if not choice_shaped(board["ballot"], row["choice"]):
            found.append(f"Lựa chọn của phiếu …{shown} không có trên phiếu.")
    serials = [str(row.get("serial")) for row in board["rows"]]
    if serials != sorted(serials):
        found.append("Các phiếu không xếp theo số phiếu.")
    return found


def problems(
    board: Any,
    fingerprint: str | None = None,
    keys: str | None = None,
    issued: int | None = None,
    hash_: str | None = None,
) -> list[str]:
    """Mọi sai lệch, bằng câu; danh sách trống là đúng. ValueError, KeyError, TypeError: tệp không đúng dạng."""
    if set(board) != BOARD or board["protocol"] != "LPK-1":
        raise ValueError("không phải tệp kết quả LPK-1")
    ballot, rows = board["ballot"], board["rows"]
    figures = (board["present"], board["issued"], board["returned"], ballot["summoned"])
    if not all(type(figure) is int and figure >= 0 for figure in figures):
        raise ValueError("số người, số phiếu phải là số nguyên")
    print_of_ballot = digest(ballot)
    tag = digest({"ballot": print_of_ballot, "keys": board["keys"]})
    found = []
    if board["fingerprint"] != short(print_of_ballot):
        found.append(
            "Nội dung phiếu (câu hỏi, lựa chọn, thể lệ) đã bị đổi: không khớp mã nội dung phiếu ghi trong tệp."
        )
    if fingerprint is not None and fingerprint != short(print_of_ballot):
        found.append("Nội dung phiếu không phải nội dung đã chốt: khác mã nội dung phiếu trong biên bản.")
    if board["keys_fingerprint"] != short(tag):
        found.append("Khóa của ban kiểm phiếu đã bị đổi: không khớp mã khóa ghi trong tệp.")
    if keys is not None and keys != short(tag):
        found.append("Khóa không phải khóa của ban kiểm phiếu: khác mã khóa trong biên bản.")
    if len(rows) != board["returned"]:
        found.append(f"Số phiếu thu về ghi là {board['returned']} nhưng tệp có {len(rows)} phiếu.")
    if len(rows) > board["issued"]:
        found.append(f"Có {len(rows)} phiếu, nhiều hơn số phiếu phát ra là {board['issued']}.")
    if issued is not None and issued != board["issued"]:
        found.append(f"Số phiếu phát ra ghi là {board['issued']}, trong biên bản là {issued}.")
    if not board["issued"] <= board["present"] <= ballot["summoned"]:
        found.append("Số phát ra, số có mặt và số triệu tập không khớp nhau.")
    of_rows = row_problems(board, tag, int(board["keys"]["sign"], 16))
    found += of_rows
    shaped = all(choice_shaped(ballot, row.get("choice")) for row in rows)
    if shaped and counted(ballot, [row["choice"] for row in rows if "choice" in row]) != board["result"]:
        found.append("Kết quả ghi trong tệp khác kết quả đếm lại từ các phiếu.")
    whole = digest({name: value for name, value in board.items() if name != "hash"})
    if whole != board["hash"]:
        found.append("Mã của bảng kết quả không khớp: tệp đã bị sửa sau khi công bố.")
    if hash_ is not None and hash_.replace("-", "").upper() not in (whole.upper(), short(whole).replace("-", "")):
        found.append("Bảng kết quả không phải bảng đã công bố: khác mã bảng kết quả trong biên bản.")
    return found


def told(board: Any) -> None:
    """Kết quả bằng chữ, mỗi tỷ lệ nêu rõ tính trên số nào."""
    ballot, result = board["ballot"], board["result"]
    print(f"{ballot['title']} — {ballot['meeting']}, ngày {'/'.join(reversed(ballot['date'].split('-')))}")
    print(f"Triệu tập {ballot['summoned']}, có mặt {board['present']}, phát ra {board['issued']}, ", end="")
    print(f"thu về {board['returned']}, hợp lệ {result['valid']}, không hợp lệ {result['invalid']}.")
    part, whole = ballot["quorum"]
    met = "đủ" if board["present"] * whole >= part * ballot["summoned"] else "KHÔNG ĐỦ"
    print(f"Điều kiện họp, có mặt ít nhất {part}/{whole} số người được triệu tập: {met}.")
    for line, found in zip(ballot["lines"], result["lines"], strict=True):
        print(f"- {line['text']}: {found['valid']} phiếu hợp lệ, {found['invalid']} không hợp lệ")
        for option, votes in zip(line["options"], found["counts"], strict=True):
            print(f"    {option}: {votes}/{found['valid']} số phiếu hợp lệ của dòng")
    print(f"Mã nội dung phiếu:  {board['fingerprint']}")
    print(f"Mã khóa:            {board['keys_fingerprint']}")
    print(f"Mã bảng kết quả:    {short(board['hash'])} ({board['hash']})")


def whole_number(text: str) -> int:
    """Chỉ nhận số nguyên; dùng cho --issued."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} không phải số nguyên")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Đọc, kiểm tra, in ra; trả về mã kết thúc."""
    parser = argparse.ArgumentParser(description="Kiểm tra kết quả bỏ phiếu kín LPK-1.", allow_abbrev=False)
    parser.add_argument("file", metavar="TỆP", help="tệp kết quả (JSON) của ban kiểm phiếu")
    parser.add_argument("--hash", metavar="MÃ", help="mã bảng kết quả trong biên bản")
    parser.add_argument("--fingerprint", metavar="MÃ", help="mã nội dung phiếu trong biên bản")
    parser.add_argument("--keys", metavar="MÃ", help="mã khóa trong biên bản")
    parser.add_argument("--issued", metavar="SỐ", type=whole_number, help="số phiếu phát ra trong biên bản")
    parser.add_argument("--unused", metavar="TỆP", nargs="*", default=[], help="bằng chứng phiếu không có trên bảng")
    given = parser.parse_args(arguments)
    try:
        board = read(given.file)
        found = problems(board, given.fingerprint, given.keys, given.issued, given.hash)
        if given.unused:
            found += unused_problems(board, [read(name) for name in given.unused])
    except OSError as error:
        print(f"Không mở được {error.filename}: xem lại đường dẫn của tệp.", file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"Không đọc được {given.file}: {error}", file=sys.stderr)
        return 2
    if found:
        for problem in found:
            print(f"SAI: {problem}", file=sys.stderr)
        print(f"KHÔNG ĐÚNG: {len(found)} sai lệch.", file=sys.stderr)
        return 1
    told(board)
    if None in (given.hash, given.fingerprint, given.keys, given.issued):
        print("Tệp khớp với chính nó. Hãy so ba mã và số phiếu phát ra ở trên với biên bản kiểm phiếu đã ký.")
    else:
        print("ĐÚNG: tệp khớp với chính nó và với các giá trị của biên bản.")
    return 0


def read(name: str) -> Any:
    """Một tệp JSON không có số lẻ."""
    with open(name, encoding="utf-8") as stream:
        return json.load(stream, parse_float=refused, parse_constant=refused)


def refused(text: str) -> NoReturn:
    """Số lẻ không có trong giao thức."""
    raise ValueError(f"{text} không phải số nguyên")


if __name__ == "__main__":
    raise SystemExit(main())
