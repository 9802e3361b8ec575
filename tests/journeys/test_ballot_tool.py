"""LPK-1 in a real Chromium: the vectors of RFC 9474, and a whole ballot through the committee's tool from its file."""

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PATIENCE
from tests.unit.ballots.making import ballot
from thuocdo.ballots.lpk1 import board, casts, sealing, shares, tool, verifier

VECTORS = Path(__file__).parents[1] / "unit" / "ballots" / "rfc9474.json"

RUN_VECTOR = """async (v) => {
  const L = LPK1, big = (text) => BigInt("0x" + text), [p, q] = [big(v.p), big(v.q)], n = p * q;
  const d = L.inverse(big(v.e), (p - 1n) * (q - 1n));
  const key = { n, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: L.inverse(q, p) };
  const message = L.bytes(v.msg), prepared = v.msg_prefix ? L.rsa.prepare(message, L.bytes(v.msg_prefix)) : message;
  const hidden = await L.rsa.blind(n, prepared, L.bytes(v.salt), L.bytes(v.inv));
  const signed = L.rsa.blindSign(key, hidden.message);
  const signature = await L.rsa.finalize(n, prepared, signed, hidden.inverse, v.salt.length / 2);
  return { blinded_msg: L.hex(hidden.message), blind_sig: L.hex(signed), sig: L.hex(signature) };
}"""

BRIDGE = "http://localhost/cau-noi/"
BRIDGE_PAGE = """<!DOCTYPE html><title>Cầu nối</title><script>
addEventListener("message", (event) => { if (event.source === window.opener) document.title = event.data; });
window.opener.postMessage(JSON.stringify(%s), "*");
</script>"""

ASK = """async ([keys, tag]) => { globalThis.mine = await LPK1.board.token(keys, tag); return mine.blinded; }"""
CAST = """async ([ballot, keys, tag, answer, marks]) => LPK1.board.cast(ballot, keys, tag, mine, answer, marks)"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Any:
    """The tool from its own file on a phone-sized screen; nothing else may be asked for."""
    file = tmp_path / "cong-cu.html"
    file.write_text(tool.build(), encoding="utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.set_default_timeout(PATIENCE)
    made.goto(file.as_uri())
    yield made
    assert complaints == []
    assert {url for url in asked if not url.startswith(("file:", "blob:"))} == {BRIDGE}
    context.close()


def hand_in(page: Page, field: str, button: str, kind: str, **content: Any) -> None:
    page.locator(f"#{field}").fill(json.dumps({"protocol": "LPK-1", "kind": kind, **content}))
    page.get_by_role("button", name=button).click()


def refused(page: Page, says: str) -> None:
    page.locator("#error", has_text=says).wait_for()


def through_the_bridge(page: Page, asked: dict[str, Any]) -> Any:
    """What a page of the server, opened by the tool, hears when it passes requests on."""
    body = BRIDGE_PAGE % json.dumps(asked)
    page.context.route(BRIDGE, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.locator("summary", has_text="Cầu nối").click()
    page.locator("#bridge-address").fill(BRIDGE)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Mở cầu nối").click()
    opened.value.wait_for_function("document.title.startsWith('{')", timeout=PATIENCE)
    heard = json.loads(opened.value.title())
    opened.value.close()
    return heard["signatures"]


def test_b6_the_vectors_of_rfc_9474_in_the_browser_and_a_ballot_through_the_committees_tool(page: Page) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert len(vectors) == 4
    for vector in vectors:
        found = page.evaluate(RUN_VECTOR, vector)
        assert found == {name: vector[name] for name in ("blinded_msg", "blind_sig", "sig")}, vector["name"]

    frozen = ballot(title="Lấy phiếu <tín nhiệm>")
    hand_in(page, "in-ballot", "Đọc cuộc bỏ phiếu", "casts", rows=[])
    refused(page, "không phải tệp của bước này")
    hand_in(page, "in-ballot", "Đọc cuộc bỏ phiếu", "ballot", ballot=frozen, present=3)
    assert board.fingerprint(frozen) in page.locator("#out-ballot").inner_text()
    page.get_by_role("button", name="Tạo khóa").click()
    refused(page, "Số người có mặt phải là số nguyên từ 1 đến 10")
    page.locator("#present").fill("6")
    page.get_by_role("button", name="Tạo khóa").click()
    page.locator("#shares details").nth(2).wait_for()
    printed = page.evaluate("[...document.querySelectorAll('#shares p.code')].map((p) => p.textContent)")
    given = json.loads(page.locator("#text-keys").input_value())
    keys, tag = given["keys"], board.tag_of(frozen, given["keys"])
    assert given["keys_fingerprint"] == board.short(tag) == page.locator("#keys-code").inner_text()
    secret = shares.combine([printed[2], printed[0]], tag)
    assert sealing.public_of(secret).hex() == keys["open"]
    page.get_by_role("button", name="Ba người đã có mảnh khóa").click()
    assert printed[0] not in page.content()

    tokens = [casts.new_token(keys, tag) for _ in range(4)]
    token, serial = tokens[0], tokens[0].serial
    asked = [page.evaluate(ASK, [keys, tag]), *(each.blinded for each in tokens)]
    requests = [{"id": number, "blinded": one} for number, one in enumerate(asked)]
    of_keys = {"keys_fingerprint": board.short(tag)}
    hand_in(page, "in-requests", "Ký các yêu cầu", "requests", **of_keys, requests=requests)
    page.get_by_text("Đã ký 5 phiếu cho 6 người có mặt").wait_for()
    answers = json.loads(page.locator("#text-signatures").input_value())["signatures"]
    assert (
        through_the_bridge(page, {"protocol": "LPK-1", "kind": "requests", **of_keys, "requests": requests}) == answers
    )
    twice = [{"id": 1, "blinded": asked[0]}]
    hand_in(page, "in-requests", "Ký các yêu cầu", "requests", **of_keys, requests=twice)
    refused(page, "một người không nhận hai phiếu")
    more = [{"id": number, "blinded": asked[0]} for number in (7, 8)]
    hand_in(page, "in-requests", "Ký các yêu cầu", "requests", **of_keys, requests=more)
    refused(page, "Đã ký đủ số phiếu")
    page.get_by_role("button", name="Kết thúc phát phiếu").click()
    page.get_by_text("Số phiếu phát ra: 6.").wait_for()

    in_browser = page.evaluate(CAST, [frozen, keys, tag, answers[0]["blind_signature"], [[0], [2]]])
    assert sealing.unseal(secret, bytes.fromhex(in_browser["sealed"]), tag, in_browser["serial"]) == b"\x01\x04"
    assert casts.genuine(frozen, keys, tag, in_browser)
    in_python = casts.cast(frozen, keys, tag, token, answers[1]["blind_signature"], [[0, 1], [1]])
    others = [
        casts.cast(frozen, keys, tag, t, answers[n]["blind_signature"], [[1], [1]]) for n, t in enumerate(tokens[1:], 2)
    ]
    forged = in_python | {"serial": "f" * 64}
    content = board.encode_choice(frozen, [[2], [2]])
    sealed = sealing.seal(bytes.fromhex(keys["open"]), content, tag, in_browser["serial"]).hex()
    exchanged = in_browser | {"sealed": sealed}
    assert not casts.genuine(frozen, keys, tag, exchanged)
    page.locator("#share-1").fill(printed[1].replace(printed[1][3], "7" if printed[1][3] != "7" else "8", 1))
    page.locator("#share-2").fill(printed[2].lower())
    hand_in(page, "in-casts", "Mở phiếu và kiểm", "casts", **of_keys, rows=[in_python, exchanged, in_browser, forged])
    refused(page, "Mảnh khóa gõ sai")
    page.locator("#share-1").fill(printed[1])
    page.get_by_role("button", name="Mở phiếu và kiểm").click()
    refused(page, "Chỉ có 2 phiếu do ban kiểm phiếu phát ra, dưới 5")
    rows = [in_python, exchanged, in_browser, forged, *others]
    page.locator("#in-casts").fill(json.dumps({"protocol": "LPK-1", "kind": "casts", **of_keys, "rows": rows}))
    page.get_by_role("button", name="Mở phiếu và kiểm").click()
    page.locator("#step-board").wait_for()
    shown = page.locator("#out-board").inner_text()
    assert "Bỏ ra 2 dòng không do ban kiểm phiếu phát" in shown
    assert "Tín nhiệm cao, Tín nhiệm: không hợp lệ" in shown
    assert "16,67\u00a0% số người có mặt" in shown
    assert "chưa đạt tỷ lệ để thông qua" in shown
    assert "Điều kiện họp\nKHÔNG ĐỦ" in shown
    made = json.loads(page.locator("#text-board").input_value())
    assert verifier.problems(made) == []
    assert made == board.publish(frozen, keys, present=6, issued=6, rows=made["rows"])
    assert [row["choice"] for row in made["rows"] if row["serial"] == serial] == [[[0, 1], [1]]]
    assert made["result"]["lines"][1]["counts"] == [0, 4, 1]

    assert page.evaluate("document.documentElement.scrollWidth <= 360")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == []
    page.get_by_role("button", name="Hủy mọi khóa").click()
    assert page.locator("#text-board").input_value() == ""
    page.get_by_role("heading", name="Đã hủy khóa").wait_for()
