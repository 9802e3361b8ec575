// A voter's phone from the token to the board. Until casting begins it asks the signed-in host; from then on, whether the
// slip is cast or not, the casting host alone, without cookie, name or referrer: nobody sees by it when the slip is cast.
// A page loaded while casting runs knows so from itself: it asks the same hosts whether its slip is cast or not.
"use strict";
(function () {
  const root = document.getElementById("phone");
  if (!root || !root.dataset.casting) return;
  const [said, act] = [document.getElementById("phone-said"), document.getElementById("phone-act")];
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) {
    said.textContent = "Máy này không niêm phong phiếu được: trang phải mở bằng https://. Hãy báo ban kiểm phiếu, hoặc dùng phiếu giấy.";
    return;
  }
  const { board: B, slip: S } = LPK1;
  const { make, button } = S;
  const own = root.dataset;
  const ballot = JSON.parse(document.getElementById("phone-ballot").textContent);
  const keep = LPK1.keep(`${own.code}.${own.elector}`);
  const OPEN = ["opened", "counted", "signed", "final"], DONE = ["gone", "over", "result", "left"];
  const UNUSED = "Đã đóng bỏ phiếu. Phiếu đã phát cho ông/bà không được bỏ nên không tính vào số thu về.";
  const LOOK = 1500, SLOWEST = 4000, AGAIN = 3000, LATE = 15000, LATE_ASKING = 2000;
  const pause = (longest) => new Promise((done) => {
    const [a, b] = LPK1.random(2);
    setTimeout(done, (longest * (a * 256 + b)) / 65536);
  });
  const wait = (time) => new Promise((done) => setTimeout(done, time));
  let mine = null, shown = "", calm = LOOK, busy = false, apart = own.apart === "yes", note = "";

  /** Show a step once; later looks leave it alone, so that nothing a voter has begun is lost. */
  function step(name, words, ...content) {
    if (shown === name) return;
    [shown, calm] = [name, LOOK];
    said.textContent = note + words;
    act.replaceChildren(...content);
  }
  async function ours(address, fields) {
    const given = { credentials: "same-origin", cache: "no-store" };
    if (fields) {
      const csrf = (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];
      Object.assign(given, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": csrf || "" } });
    }
    const answer = await fetch(address, given);
    if (!(answer.headers.get("content-type") || "").includes("json")) throw new Error("Phiên làm việc đã hết. Hãy đăng nhập lại rồi mở lại trang này.");
    const content = await answer.json();
    if (!answer.ok) throw new Error(content.error);
    return content;
  }
  async function theirs(path, body) {
    const given = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };
    if (body) Object.assign(given, { method: "POST", body });
    const answer = await fetch(`${own.casting}/bo/${own.code}/${path}`, given);
    return { status: answer.status, content: answer.ok || answer.status === 409 ? await answer.json() : null };
  }
  const forget = async () => {
    await keep.forget();
    mine = null;
  };

  async function ask(keys, tag, pressed) {
    pressed.disabled = true;
    busy = true;
    try {
      await pause(LATE_ASKING);
      const token = await B.token(keys, tag);
      mine = { ...token, tag, keys };
      await keep.write(mine);
      await ours(own.ask, { blinded: token.blinded });
    } catch (problem) {
      await forget();
      shown = "";
      step("refused", problem.message, button("Thử lại", () => { shown = ""; }));
    } finally {
      busy = false;
    }
  }
  async function cast(answer, marks, pressed) {
    pressed.disabled = true;
    busy = true;
    try {
      const row = await B.cast(ballot, mine.keys, mine.tag, mine, answer, marks);
      const [a, b] = LPK1.random(2);
      const due = Date.now() + (LATE * (a * 256 + b)) / 65536;
      const taken = await keep.claim({ tag: mine.tag, serial: row.serial, sealed: row.sealed, row, due });
      mine = (await keep.read()) || null;
      shown = "";
      if (!taken) note = "Phiếu này đã bỏ ở cửa sổ khác của máy này; lựa chọn ở cửa sổ này không được gửi. ";
    } catch (problem) {
      step("broken", `Chưa bỏ được phiếu (${problem.message}). Hãy báo ban kiểm phiếu.`);
    } finally {
      busy = false;
    }
  }
  function vote(answer) {
    if (shown === "vote") return;
    const place = make("div", "", S.lines(ballot));
    const again = make("div");
    const look = button("Xem lại", () => {
      const marks = S.marks(ballot, place);
      [place.hidden, look.hidden] = [true, true];
      const back = button("Sửa", () => {
        [place.hidden, look.hidden] = [false, false];
        again.replaceChildren();
      }, "button button-quiet");
      const go = button("Bỏ phiếu", (pressed) => {
        back.disabled = true;
        cast(answer, marks, pressed);
      });
      again.replaceChildren(make("p", "Ông/bà chọn:"), S.list(ballot, marks),
        make("p", "Bấm “Bỏ phiếu” rồi thì không đổi được nữa."), make("div", "", [go, back], "actions"));
      go.focus();
    });
    const slip = make("div", "", [make("div", "", [place, make("div", "", [look], "actions"), again], "secret")]);
    step("vote", "Mời ông/bà đánh dấu. Không ai thấy lựa chọn trên đường gửi; ban kiểm phiếu mở chung mọi phiếu sau khi đóng.",
      S.veil(slip, () => S.marks(ballot, place).some((line) => line.length)), slip);
  }

  const gone = (now) => now.mode === "paper" ? "Cuộc bỏ phiếu đã chuyển sang phiếu giấy; không phiếu nào trên điện thoại được mở. Mời nhận phiếu từ ban kiểm phiếu." : "Cuộc bỏ phiếu đã bị hủy.";

  /** Before casting: with the signed-in host. */
  async function before() {
    const now = await ours(own.token);
    if (now.mode === "paper" || now.state === "cancelled") {
      if (mine) await forget();
      return step("over", gone(now));
    }
    const tag = now.keys ? await B.tagOf(ballot, now.keys) : null;
    if (mine && mine.tag !== tag) await forget();
    if (mine && mine.row) return; // another window has cast it
    if (!mine && now.asked) return step("elsewhere", "Ông/bà đã nhận phiếu trên máy hoặc cửa sổ khác; hãy dùng chính máy ấy. Máy ấy hỏng thì báo ban kiểm phiếu ngay, trước khi chốt số phiếu phát ra.");
    if (mine && now.asked !== mine.blinded) {
      if (now.state !== "issuing") return step("missed", "Yêu cầu nhận phiếu chưa đến nơi trước khi chốt số phiếu phát ra. Hãy báo ban kiểm phiếu.");
      await ours(own.ask, { blinded: mine.blinded });
    }
    if (!mine && now.state === "issuing" && now.present) {
      return step("issue", "Đang phát phiếu. So mã khóa dưới đây với mã ban kiểm phiếu đọc:",
        make("p", "", [make("b", B.short(tag), [], "code big")]),
        make("p", "Khác một ký tự thì đừng nhận phiếu và báo ngay cho ban kiểm phiếu."),
        make("div", "", [button("Mã giống nhau: nhận phiếu", (pressed) => ask(now.keys, tag, pressed))], "actions"));
    }
    if (!mine && now.state === "issuing") return step("absent", "Ông/bà chưa được điểm danh có mặt. Hãy báo ban kiểm phiếu.");
    if (!mine) {
      const late = !["frozen", "keyed"].includes(now.state);
      return step(`none-${late}`, late ? "Ông/bà không nhận phiếu trong cuộc bỏ phiếu này." : "Chưa phát phiếu. Giữ trang này mở.",
        ...(OPEN.includes(now.state) ? [boardLink()] : []));
    }
    if (!now.blind_signature) return step("asked", "Đã xin phiếu, đang chờ ban kiểm phiếu ký. Giữ trang này mở.");
    if (mine.answer !== now.blind_signature) {
      mine = { ...mine, answer: now.blind_signature };
      await keep.write(mine);
    }
    apart = now.state === "casting";
    if (OPEN.includes(now.state)) return left(await ours(own.file));
    unused(now.state);
  }
  /** A slip that is not on the board, as a file: with those on the board it shows how many were signed at least. */
  function evidence() {
    const link = make("a");
    const get = button("Lấy bằng chứng phiếu không có trên bảng", async () => {
      const { serial, key, prefix, signature } = mine.row || (await B.slip(mine.keys, mine, mine.answer));
      const text = JSON.stringify({ protocol: "LPK-1", kind: "unused", serial, key, prefix, signature });
      URL.revokeObjectURL(link.href);
      Object.assign(link, { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "phieu-khong-co-tren-bang.json" });
      link.click();
    }, "button button-quiet");
    return [make("p", "Số phiếu thu về cộng số phiếu như thế này mà lớn hơn số phát ra thì chắc chắn ban kiểm phiếu đã ký thừa. Ai nghi ngờ thì lấy tệp bằng chứng đưa người kiểm tra; tệp không chứa lựa chọn, nhưng ai nhận nó từ tay ông/bà thì biết phiếu của ông/bà không được tính."),
      make("div", "", [get], "actions")];
  }
  /** With a token that is not cast. */
  function unused(state) {
    if (state === "casting") return vote(mine.answer);
    if (state === "closing") return step("closing", "Ban kiểm phiếu đang đóng bỏ phiếu. Máy này chưa bấm “Bỏ phiếu” nên không bỏ được nữa. Hãy báo ban kiểm phiếu.");
    if (state === "closed") return step("unused-closed", `${UNUSED} Bảng kết quả có ở đây sau khi mở phiếu.`, ...evidence());
    return step("held", "Đã nhận phiếu. Chờ ban kiểm phiếu công bố số phiếu phát ra và cho bỏ phiếu. Giữ trang này mở.");
  }
  /** The board of who did not cast: asked for as by everybody else, so that nobody learns who cast from who asks. */
  function left(board) {
    if (!board) return;
    const strange = board.rows.some((row) => row.serial === mine.serial);
    step("left", strange ? "KHÔNG KHỚP: phiếu của máy này có trên bảng mà máy này chưa bỏ. Hãy nói ngay với ban kiểm phiếu." : UNUSED,
      ...S.board(board, mine), boardLink(), ...(strange ? [] : evidence()));
  }
  /** From the start of casting on: with the casting host. */
  async function during() {
    const found = await theirs("da-ghi/");
    if (found.status === 404) return before();
    if (!found.content) return;
    if (found.content.state === "opened") return left((await theirs("ket-qua/")).content);
    unused(found.content.state);
  }
  function boardLink() {
    const link = make("a", "Xem bảng kết quả");
    link.href = own.board;
    return make("p", "", [link]);
  }

  let sent = 0;
  /** After “Bỏ phiếu”: with the casting host. */
  async function after() {
    const found = await theirs("da-ghi/");
    if (found.status === 404) return ended();
    if (!found.content) return;
    const { state, serials } = found.content;
    if (state === "casting" || state === "closing") {
      if (Date.now() < mine.due) return step("sending", "Đang gửi phiếu, không kèm tên. Giữ trang này mở.");
      if (Date.now() - sent < AGAIN) return;
      sent = Date.now();
      const { status, content } = await theirs("", JSON.stringify(mine.row));
      const refused = status === 409 && content.why;
      if (status === 200) return recorded(state);
      if (refused === "full") return step("full", "Đã đủ số phiếu mà phiếu này chưa vào: báo ngay ban kiểm phiếu.", ...evidence());
      if (refused === "other") return step("other", "Số phiếu này đã vào với lựa chọn khác, gửi trước; phiếu vào trước được tính. Hãy báo ngay ban kiểm phiếu.");
      if (status === 202) return step("waiting", "Đã gửi. Phiếu được ghi cùng ít nhất bốn phiếu khác, chậm nhất khi đóng bỏ phiếu. Giữ trang này mở tới khi hiện “Đã ghi”.");
      if (status === 400 || status === 413) return step("not", "Máy chủ nhận phiếu không nhận phiếu này. Hãy báo ban kiểm phiếu.");
      return;
    }
    if (state === "opened") return result((await theirs("ket-qua/")).content);
    if (!serials.includes(mine.serial)) return step("lost", "Đã đóng bỏ phiếu mà phiếu của máy này chưa được ghi. Hãy báo ban kiểm phiếu để ghi vào biên bản.", ...evidence());
    recorded(state);
  }
  function recorded(state) {
    const closed = state === "closed" ? " Đã đóng bỏ phiếu; chờ ban kiểm phiếu mở phiếu." : "";
    return step(`written-${state}`, `Đã ghi phiếu của ông/bà, số phiếu …${mine.serial.slice(-8)}.${closed} Giữ trang này mở để xem bảng kết quả.`);
  }
  /** The casting host no longer knows the ballot: the board stays with the signed-in host. */
  async function ended() {
    const now = await ours(own.token);
    if (OPEN.includes(now.state)) return result(await ours(own.file));
    if (now.mode === "paper" || now.state === "cancelled") {
      await forget();
      return step("over", gone(now));
    }
  }
  async function result(board) {
    if (shown === "result" || !board) return;
    const problems = await S.problems(ballot, mine.tag, mine, board);
    const clear = button("Xóa phiếu khỏi máy này", async () => {
      await forget();
      step("gone", "Đã xóa số phiếu khỏi máy này. Bảng kết quả vẫn xem được.", boardLink());
    }, "button button-quiet");
    const words = problems.length ? `KHÔNG KHỚP: ${problems.join(" ")} Hãy nói ngay với ban kiểm phiếu.` :
      "Đã mở phiếu. Máy này đã cộng lại từ từng phiếu và kiểm mọi chữ ký: khớp. Hãy xem dòng của ông/bà có đúng lựa chọn không; sai thì nói ngay.";
    const missing = board.rows.some((row) => row.serial === mine.serial) ? [] : evidence();
    const rows = make("div", "", S.board(board, mine));
    step("result", words, ...missing, S.veil(rows), rows, boardLink(), make("div", "", [clear], "actions"));
  }

  async function run() {
    mine = (await keep.read()) || null;
    for (;;) {
      let there = false;
      try {
        if (!busy && !(mine && mine.row)) mine = (await keep.read()) || null;
        there = !!mine && !!(mine.row || (apart && mine.answer));
        if (!busy) await (!there ? before() : mine.row ? after() : during());
      } catch (problem) {
        const network = problem instanceof TypeError;
        if (!network) step(problem.message, problem.message);
        else if (!shown) step("offline", "Chưa nối được với máy chủ; máy tự thử lại.");
        if (network && shown === "offline") shown = "";
      }
      if (DONE.includes(shown)) return;
      await wait(there ? LOOK : calm);
      calm = Math.min(SLOWEST, calm * (shown === "asked" ? 1.1 : 1.25)); // a room that waits asks the signed-in host less and less, until something changes
    }
  }
  run();
})();
