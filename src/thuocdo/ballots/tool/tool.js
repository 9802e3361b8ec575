// The committee's tool: what it holds, what it takes in and what it gives out (docs/ballots.md). It never asks the network.
"use strict";
(function () {
  const { board: B, rsa, seal, shares, Refused, hex, bytes } = globalThis.LPK1;
  const at = (id) => document.getElementById(id);
  const state = { signed: new Map(), given: new Map(), closed: false };
  const FEWEST = 5;
  const HOLDERS = ["Người thứ nhất", "Người thứ hai", "Người thứ ba"];

  function make(tag, text, inside = []) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    element.append(...inside);
    return element;
  }
  function pairs(list) {
    return make("dl", "", list.flatMap(([name, value]) => [make("dt", name), make("dd", String(value))]));
  }
  function table(caption, heads, rows) {
    const cell = (tag) => (value) => {
      const made = make(tag, String(value));
      if (typeof value === "number") made.className = "n";
      return made;
    };
    const head = make("thead", "", [make("tr", "", heads.map(cell("th")))]);
    const body = make("tbody", "", rows.map((row) => make("tr", "", row.map(cell("td")))));
    const wide = make("div", "", [make("table", "", [make("caption", caption), head, body])]);
    wide.className = "wide";
    wide.tabIndex = 0;
    return wide;
  }
  function show(id, ...content) {
    at(id).replaceChildren(...content);
    at(id).hidden = false;
  }
  function refuse(message) {
    throw new Refused(message);
  }
  function message(text, kind) {
    let given;
    try {
      given = typeof text === "string" ? JSON.parse(text) : text;
    } catch {
      refuse("Đoạn văn bản này không đọc được; hãy lấy lại tệp từ trang của cuộc bỏ phiếu.");
    }
    if (!given || given.protocol !== "LPK-1" || given.kind !== kind) {
      refuse("Tệp này không phải tệp của bước này; hãy xem lại tên tệp.");
    }
    return given;
  }
  function whole(value, low, high, what) {
    const number = typeof value === "string" && /^\d{1,6}$/.test(value.trim()) ? Number(value) : value;
    if (!Number.isInteger(number) || number < low || number > high) refuse(`${what} phải là số nguyên từ ${low} đến ${high}.`);
    return number;
  }
  const out = (kind, content) => JSON.stringify({ protocol: "LPK-1", kind, ...content });
  function save(name, text) {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${state.ballot.id}-${name}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  function print(...content) {
    at("paper").replaceChildren(...content);
    window.print();
    at("paper").replaceChildren();
  }
  const BASES = {
    summoned: "số người được triệu tập", present: "số người có mặt", issued: "số phiếu phát ra",
    returned: "số phiếu thu về", valid: "số phiếu hợp lệ của dòng",
  };
  function percent(part, base, name) {
    if (!base) return `không tính được: ${BASES[name]} bằng 0`;
    const hundredths = String((20000n * BigInt(part) + BigInt(base)) / (2n * BigInt(base))).padStart(3, "0");
    return `${hundredths.slice(0, -2)},${hundredths.slice(-2)}\u00a0% ${BASES[name]}`;
  }
  function ratio({ majority }) {
    if (!majority) return "không đặt";
    return `${majority.over ? "quá" : "ít nhất"} ${majority.ratio.join("/")} ${BASES[majority.of]}`;
  }

  async function readBallot() {
    if (state.signing) refuse("Đang phát phiếu; cuộc bỏ phiếu không đổi được nữa.");
    const given = message(at("in-ballot").value, "ballot");
    const ballot = given.ballot;
    const known = ballot && ballot.protocol === "LPK-1" && Array.isArray(ballot.lines) && ballot.lines.length > 0 &&
      ballot.lines.every((line) => Array.isArray(line.options) && typeof line.text === "string");
    if (!known) refuse("Nội dung phiếu thiếu; hãy lấy lại tệp.");
    Object.assign(state, { ballot, fingerprint: B.short(await B.digest(ballot)), keys: null, tag: null });
    const rule = ballot.invalid === "line" ? "từng dòng" : "cả phiếu";
    show("out-ballot",
      pairs([["Cuộc bỏ phiếu", ballot.title], ["Cuộc họp", `${ballot.meeting}, ${ballot.date.split("-").reverse().join("/")}`],
        ["Triệu tập", ballot.summoned], ["Đánh dấu sai làm không hợp lệ", rule],
        ["Điều kiện họp", `có mặt ít nhất ${ballot.quorum.join("/")} số người được triệu tập`],
        ["Tỷ lệ để thông qua", ratio(ballot)], ["Mã nội dung phiếu", state.fingerprint]]),
      table("Các dòng của phiếu", ["Nội dung", "Lựa chọn", "Chọn ít nhất", "Chọn nhiều nhất"],
        ballot.lines.map((line) => [line.text, line.options.join(" · "), line.least, line.most])),
      make("p", "So mã nội dung phiếu với mã trên màn chiếu và trong dự thảo biên bản. Khác một ký tự thì dừng lại."));
    at("step-keys").hidden = false;
    if (given.keys) await useKeys(given);
  }
  /** A ballot whose keys exist already, for opening in a new window. */
  async function useKeys(given) {
    state.keys = { open: given.keys.open, sign: given.keys.sign };
    state.tag = await B.tagOf(state.ballot, state.keys);
    state.present = whole(given.present, 1, state.ballot.summoned, "Số người có mặt");
    state.issued = whole(given.issued, 0, state.present, "Số phiếu phát ra");
    state.closed = true;
    at("step-keys").hidden = true;
    toOpening();
  }

  async function makeKeys() {
    if (state.signed.size) refuse("Đã ký phiếu với khóa này. Muốn làm lại từ đầu thì tải lại trang và phát lại cho mọi người.");
    state.present = whole(at("present").value, 1, state.ballot.summoned, "Số người có mặt");
    const [signing, opening] = await Promise.all([rsa.generate(), seal.generate()]);
    state.signing = signing;
    state.keys = { open: hex(opening.open), sign: signing.n.toString(16).padStart(768, "0") };
    state.tag = await B.tagOf(state.ballot, state.keys);
    const printed = await shares.split(opening.secret, state.tag);
    opening.secret.fill(0);
    const code = B.short(state.tag);
    at("keys-code").textContent = code;
    show("shares", ...printed.map((text, number) => share(text, number, code)));
    at("text-keys").value = out("keys", { fingerprint: state.fingerprint, keys: state.keys, keys_fingerprint: code });
    at("out-keys").hidden = false;
    at("handed").hidden = false;
    at("step-sign").hidden = true;
  }
  function share(text, number, code) {
    const name = `Mảnh khóa ${number + 1} trong 3`;
    const secret = make("p", text);
    secret.className = "code";
    const button = make("button", `In mảnh ${number + 1}`);
    button.type = "button";
    button.className = "plain";
    button.addEventListener("click", () =>
      print(make("h1", name), pairs([["Cuộc bỏ phiếu", state.ballot.title], ["Mã nội dung phiếu", state.fingerprint],
        ["Mã khóa", code], ["Giao cho", ""]]), secret.cloneNode(true),
      make("p", "Giữ kín, không chụp ảnh. Mở phiếu cần hai trong ba mảnh. Hủy sau khi công bố kết quả.")));
    const open = make("details", "", [make("summary", `${HOLDERS[number]}: hiện mảnh khóa (chỉ người này nhìn)`), secret, button]);
    open.className = "share";
    return open;
  }
  function handedOver() {
    at("handed").hidden = true;
    at("shares").replaceChildren(make("p", "Ba mảnh khóa đã được giao và xóa khỏi cửa sổ này."));
    at("step-sign").hidden = false;
    told();
  }
  function told() {
    at("signed-count").textContent = `Đã ký ${state.signed.size} phiếu cho ${state.present} người có mặt.`;
  }

  /** Sign what is asked: one request for each number, never more than people present, the same answer to the same question. */
  function signed(given) {
    if (!state.signing || state.closed) refuse("Chưa có khóa hoặc đã kết thúc phát phiếu.");
    if (given.keys_fingerprint !== B.short(state.tag)) refuse("Các yêu cầu này thuộc khóa khác.");
    const answers = [];
    for (const { id, blinded } of given.requests) {
      const before = state.given.get(id);
      if (before !== undefined && before !== blinded) refuse(`Yêu cầu ${id} đã được ký với nội dung khác: một người không nhận hai phiếu.`);
      if (before === undefined) {
        if (state.signed.size >= state.present) refuse("Đã ký đủ số phiếu cho số người có mặt; không ký thêm.");
        state.signed.set(id, hex(rsa.blindSign(state.signing, bytes(blinded))));
        state.given.set(id, blinded);
      }
      answers.push({ id, blind_signature: state.signed.get(id) });
    }
    told();
    return out("signatures", { keys_fingerprint: B.short(state.tag), signatures: answers });
  }
  function signRequests() {
    at("text-signatures").value = signed(message(at("in-requests").value, "requests"));
    at("in-requests").value = "";
  }
  function openBridge() {
    let address;
    try {
      address = new URL(at("bridge-address").value.trim());
    } catch {
      refuse("Địa chỉ không đúng; hãy chép lại từ trang của cuộc bỏ phiếu.");
    }
    if (!["https:", "http:"].includes(address.protocol)) refuse("Địa chỉ phải bắt đầu bằng https://.");
    if (state.bridge) window.removeEventListener("message", state.bridge);
    const there = window.open(address.href);
    state.bridge = (event) => {
      if (event.source !== there || event.origin !== address.origin) return;
      guarded(() => there.postMessage(signed(message(event.data, "requests")), address.origin));
    };
    window.addEventListener("message", state.bridge);
    at("bridge-state").textContent = `Đã mở cầu nối với ${address.origin}.`;
  }
  function closeIssue() {
    if (!state.signed.size) refuse("Chưa ký phiếu nào.");
    state.issued = state.signed.size;
    state.closed = true;
    forget();
    at("step-sign").hidden = true;
    at("step-keys").hidden = true;
    toOpening();
  }
  function forget() {
    if (state.bridge) window.removeEventListener("message", state.bridge);
    state.signing = null;
    state.signed.clear();
    state.given.clear();
  }
  function toOpening() {
    at("issued-line").textContent = `Số phiếu phát ra: ${state.issued}. Mã khóa: ${B.short(state.tag)}.`;
    at("step-open").hidden = false;
  }

  async function openCasts() {
    const given = message(at("in-casts").value, "casts");
    if (given.keys_fingerprint !== B.short(state.tag)) refuse("Các phiếu này thuộc khóa khác.");
    const secret = await shares.combine([at("share-1").value, at("share-2").value], state.tag);
    const opened = await seal.opener(secret, bytes(state.keys.open));
    secret.fill(0);
    const [rows, strange, seen] = [[], [], new Set()];
    for (const cast of given.rows) {
      const { serial, key, prefix, signature, sealed, proof } = cast;
      const fine = !seen.has(serial) && (await B.genuine(state.ballot, state.keys, state.tag, cast));
      if (fine) {
        seen.add(serial);
        const choice = await B.open(opened, state.ballot, state.tag, cast);
        rows.push({ serial, key, prefix, signature, sealed, proof, choice });
      } else strange.push(String(serial).slice(-8));
    }
    if (rows.length > state.issued) refuse(`Có ${rows.length} phiếu, nhiều hơn ${state.issued} phiếu đã phát. Dừng lại và lập biên bản.`);
    if (rows.length < FEWEST) refuse(`Chỉ có ${rows.length} phiếu do ban kiểm phiếu phát ra, dưới ${FEWEST}: mở ra thì biết từng người chọn gì, nên không mở. Bỏ phiếu lại trên giấy.`);
    for (const id of ["share-1", "share-2"]) at(id).value = "";
    state.board = await B.publish(state.ballot, state.keys, state.present, state.issued, rows);
    at("text-board").value = JSON.stringify(state.board);
    show("out-board", ...result(strange));
    at("step-board").hidden = false;
    at("step-board").scrollIntoView();
  }
  function result(strange) {
    const { ballot, result: found, rows } = state.board;
    const shown = [
      pairs([["Triệu tập", ballot.summoned], ["Có mặt", state.board.present], ["Số phiếu phát ra", state.board.issued],
        ["Số phiếu thu về", state.board.returned], ["Phiếu hợp lệ", found.valid], ["Phiếu không hợp lệ", found.invalid],
        ["Điều kiện họp", B.quorumMet(ballot, state.board.present) ? "đủ" : "KHÔNG ĐỦ"], ["Tỷ lệ để thông qua", ratio(ballot)],
        ["Mã nội dung phiếu", state.board.fingerprint], ["Mã khóa", state.board.keys_fingerprint],
        ["Mã bảng kết quả", B.short(state.board.hash)], ["SHA-256 của bảng", state.board.hash]]),
    ];
    if (strange.length) {
      shown.push(make("p", `Bỏ ra ${strange.length} dòng không do ban kiểm phiếu phát, bị thay hoặc bị lặp: …${strange.join(", …")}. Ghi vào biên bản.`));
    }
    ballot.lines.forEach((line, number) => {
      const { valid, invalid, counts } = found.lines[number];
      const bases = { ...state.board, summoned: ballot.summoned, valid };
      const words = (votes) => {
        const passed = B.passes(ballot, votes, bases);
        const shares = ["valid", "returned", "present", "summoned"].map((name) => percent(votes, bases[name], name));
        return shares.join("; ") + (passed === null ? "" : passed ? "; đạt tỷ lệ để thông qua" : "; chưa đạt tỷ lệ để thông qua");
      };
      shown.push(table(`${line.text}: ${valid} hợp lệ, ${invalid} không hợp lệ`, ["Lựa chọn", "Số phiếu", "Tỷ lệ"],
        line.options.map((option, index) => [option, counts[index], words(counts[index])])));
    });
    const words = (row) => row.choice === null ? ["Không đọc được: không hợp lệ"] :
      ballot.lines.map((line, number) => {
        const marked = row.choice[number].map((option) => line.options[option]).join(", ") || "(để trống)";
        return B.slipLines(ballot, row.choice)[number] ? marked : `${marked}: không hợp lệ`;
      });
    shown.push(table("Từng phiếu, xếp theo số phiếu (tám ký tự cuối)", ["Số phiếu", "Lựa chọn theo thứ tự dòng"],
      rows.map((row) => [row.serial.slice(-8), words(row).join(" | ")])));
    return shown;
  }
  function destroy() {
    forget();
    for (const field of document.querySelectorAll("textarea, input")) field.value = "";
    for (const section of document.querySelectorAll("section")) section.hidden = section.id !== "done";
    for (const id of ["shares", "out-board", "paper"]) at(id).replaceChildren();
    state.board = null;
    state.done = true;
  }

  async function guarded(work) {
    try {
      at("error").hidden = true;
      await work();
    } catch (error) {
      at("error").textContent = error instanceof Refused ? error.message : `Không làm được: dữ liệu không đúng. (${error.message})`;
      at("error").hidden = false;
      at("error").focus();
    }
  }
  const acts = {
    readBallot, makeKeys, handedOver, signRequests, openBridge, closeIssue, openCasts, destroy,
    saveKeys: () => save("khoa-cong-khai", at("text-keys").value),
    saveSignatures: () => save("chu-ky", at("text-signatures").value),
    saveBoard: () => save("ket-qua", at("text-board").value),
    printBoard: () => print(make("h1", `Kết quả: ${state.ballot.title}`), ...result([])),
  };
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.closest("section").before(at("error"));
      await guarded(acts[button.dataset.act]);
      button.disabled = false;
    });
  }
  for (const input of document.querySelectorAll("[data-file]")) {
    input.addEventListener("change", async () => {
      if (input.files.length) at(input.dataset.file).value = await input.files[0].text();
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (state.signing || (state.board && !state.done)) event.preventDefault();
  });
})();
