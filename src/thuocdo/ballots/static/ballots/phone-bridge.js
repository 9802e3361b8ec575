// Between the server and the committee's tool, which opened this window from its own file: requests out, signatures in.
"use strict";
(function () {
  const root = document.getElementById("bridge");
  const said = document.getElementById("bridge-said");
  if (!window.opener) {
    said.textContent = "Trang này phải do công cụ của ban kiểm phiếu mở: chép địa chỉ của trang vào mục Cầu nối của công cụ.";
    return;
  }
  const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
  const AT_ONCE = 16, AGAIN = 15000; // a room's first phones have their slip while the tool signs for the others
  const asked = new Map();
  let signed = 0;

  window.addEventListener("message", async (event) => {
    if (event.source !== window.opener || typeof event.data !== "string") return;
    let answers = [];
    try {
      answers = JSON.parse(event.data).signatures;
      const answer = await fetch(root.dataset.signatures, {
        method: "POST", body: new URLSearchParams({ signatures: event.data }), headers: { "X-CSRFToken": csrf() },
      });
      const content = await answer.json();
      if (!answer.ok) throw new Error(content.error);
      signed += content.signed;
      said.textContent = `Cầu nối đang chạy: đã chuyển ${signed} chữ ký.`;
    } catch (problem) {
      said.textContent = `Chưa chuyển được chữ ký: ${problem.message}`;
    }
    for (const { id } of answers) asked.delete(id);
  });
  async function look() {
    try {
      const answer = await fetch(root.dataset.requests, { cache: "no-store" });
      const content = await answer.json();
      if (!answer.ok) said.textContent = content.error;
      else if (content.requests.length) {
        const now = Date.now();
        const fresh = content.requests.filter(({ id }) => !(now - asked.get(id) < AGAIN));
        for (let at = 0; at < fresh.length; at += AT_ONCE) {
          const some = fresh.slice(at, at + AT_ONCE);
          for (const { id } of some) asked.set(id, now);
          window.opener.postMessage(JSON.stringify({ ...content, requests: some }), "*");
        }
      } else if (!signed) said.textContent = "Cầu nối đang chạy: chưa có yêu cầu nào.";
    } catch {
      said.textContent = "Chưa nối được với máy chủ, hoặc phiên làm việc đã hết; cầu nối tự thử lại.";
    }
    setTimeout(look, 700);
  }
  look();
})();
