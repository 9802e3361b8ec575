// The slip to mark and the board to look at, as elements; nothing here knows the network.
"use strict";
(function () {
  const B = LPK1.board;
  function make(tag, text, inside = [], kind = "") {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (kind) element.className = kind;
    element.append(...inside);
    return element;
  }
  function button(label, work, kind = "button") {
    const made = make("button", label, [], kind);
    made.type = "button";
    made.addEventListener("click", () => work(made));
    return made;
  }
  const rule = ({ least, most }) =>
    least === 1 && most === 1 ? "chọn một" : least === most ? `chọn đúng ${most}` : `chọn từ ${least} đến ${most}`;

  /** One fieldset for each line of the slip. */
  function lines(ballot) {
    return ballot.lines.map((line, at) => {
      const kind = line.least === 1 && line.most === 1 ? "radio" : "checkbox";
      const options = line.options.map((option, number) => {
        const input = make("input");
        Object.assign(input, { type: kind, name: `dong-${at}`, value: String(number), id: `dong-${at}-${number}`, autocomplete: "off" });
        const label = make("label", option);
        label.htmlFor = input.id;
        return make("div", "", [input, label], "choice");
      });
      return make("fieldset", "", [make("legend", `${at + 1}. ${line.text} (${rule(line)})`), ...options]);
    });
  }
  const marks = (ballot, place) => ballot.lines.map((_, at) =>
    [...place.querySelectorAll(`input[name="dong-${at}"]:checked`)].map((input) => Number(input.value)));
  const words = (ballot, marked) => ballot.lines.map((line, at) => {
    const chosen = marked[at].map((option) => line.options[option]).join(", ") || "(để trống)";
    return B.slipLines(ballot, marked)[at] ? chosen : `${chosen}: không hợp lệ`;
  });
  const list = (ballot, marked) => make("ol", "", words(ballot, marked).map((said, at) =>
    make("li", `${ballot.lines[at].text}: `, [make("b", said)])));

  const IDLE = 20000;
  /** Cover what is `secret` in a place that nobody has touched for 20 seconds, or once the page is out of sight, for who
   * looks over a shoulder: only where something is `chosen`. The returned element says so and shows it again. */
  function veil(place, chosen = () => true) {
    let touched = performance.now();
    const touch = () => { touched = performance.now(); };
    const show = button("Hiện lại", () => {
      touch();
      place.classList.remove("veiled");
      bar.hidden = true;
    }, "button button-quiet");
    const bar = make("div", "", [make("p", "Đã che lựa chọn để người bên cạnh không thấy; lựa chọn vẫn giữ nguyên."), make("div", "", [show], "actions")], "note veil");
    bar.hidden = true;
    const cover = () => {
      if (!bar.hidden || !chosen()) return;
      const held = place.contains(document.activeElement);
      place.classList.add("veiled");
      bar.hidden = false;
      if (held) show.focus();
    };
    const away = () => { if (document.hidden) cover(); };
    const watch = setInterval(() => {
      if (place.isConnected) return performance.now() - touched >= IDLE ? cover() : undefined;
      clearInterval(watch);
      document.removeEventListener("visibilitychange", away);
    }, 1000);
    document.addEventListener("visibilitychange", away);
    for (const kind of ["pointerdown", "keydown", "input"]) place.addEventListener(kind, touch);
    return bar;
  }

  /** What is wrong with a board, seen from this phone; empty where all is right. */
  async function problems(ballot, tag, mine, board) {
    const { hash, ...rest } = board;
    const found = [];
    if ((await B.digest(rest)) !== hash) found.push("Mã bảng kết quả không khớp với bảng.");
    if ((await B.tagOf(board.ballot, board.keys)) !== tag) found.push("Bảng này của nội dung phiếu hoặc của khóa khác.");
    const counted = B.count(board.ballot, board.rows.map((row) => row.choice));
    if (B.canonical(counted) !== B.canonical(board.result)) found.push("Cộng lại các phiếu không ra kết quả đã công bố.");
    if (board.rows.length !== board.returned || board.returned > board.issued) found.push("Số phiếu thu về không khớp.");
    let strange = 0;
    for (const row of board.rows) if (!(await B.genuine(ballot, board.keys, tag, row))) strange += 1;
    if (strange) found.push(`Có ${strange} phiếu không do ban kiểm phiếu phát ra hoặc đã bị thay.`);
    const own = board.rows.find((row) => row.serial === mine.serial);
    if (!own) found.push("Không thấy phiếu của máy này trên bảng.");
    else if (own.sealed !== mine.sealed) found.push("Phiếu của máy này trên bảng đã bị thay.");
    return found;
  }
  /** The board as tables, the own row first in view. */
  function board(found, mine) {
    const { ballot, rows, result } = found;
    const row = (cells, kind = "") => make("tr", "", cells.map((cell) => make("td", String(cell))), kind);
    const table = (caption, heads, body) => make("div", "", [make("table", "", [make("caption", caption),
      make("thead", "", [make("tr", "", heads.map((head) => make("th", head)))]), make("tbody", "", body)])], "wide");
    const said = (one) => one.choice === null ? ["Không đọc được: không hợp lệ"] : words(ballot, one.choice);
    const own = rows.filter((one) => one.serial === mine.serial);
    return [
      ...own.map((one) => make("p", "Dòng của ông/bà: ", [make("b", `…${one.serial.slice(-8)}: ${said(one).join(" | ")}`)], "secret")),
      make("p", `Phát ra ${found.issued}, thu về ${found.returned}, hợp lệ ${result.valid}, không hợp lệ ${result.invalid}.`),
      ...ballot.lines.map((line, at) => table(`${line.text}: ${result.lines[at].valid} hợp lệ`, ["Lựa chọn", "Số phiếu"],
        line.options.map((option, number) => row([option, result.lines[at].counts[number]])))),
      make("p", "Mã bảng kết quả: ", [make("b", B.short(found.hash), [], "code")]),
      table("Từng phiếu, xếp theo số phiếu", ["Số phiếu", "Lựa chọn"], rows.map((one) =>
        row([`…${one.serial.slice(-8)}`, said(one).join(" | ")], one.serial === mine.serial ? "own" : ""))),
    ];
  }
  LPK1.slip = { make, button, lines, marks, list, veil, problems, board };
})();
