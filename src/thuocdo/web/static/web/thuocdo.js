// Thước Đo: the one script. Pages work without it; it adds focus on errors, print buttons, quick choices, fresh tokens.
"use strict";
(function () {
  document.documentElement.classList.add("js");
  const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];

  // After signing in again in another tab the token in an open form is stale: take the current one from the cookie.
  function refreshToken(form) {
    const field = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && csrf()) field.value = csrf();
  }
  document.addEventListener("submit", (event) => {
    refreshToken(event.target);
    // Computers are shared: leaving takes along what this tab kept.
    if (event.target.getAttribute("action") === "/dang-xuat/") sessionStorage.clear();
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    if (csrf()) {
      event.detail.headers["X-CSRFToken"] = csrf();
      if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = csrf();
    }
  });
  function tell(title, text) {
    const place = document.getElementById("live-messages");
    const note = document.createElement("div");
    note.className = "note note-stop";
    const strong = document.createElement("b");
    strong.textContent = title + " ";
    note.append(strong, text);
    place.replaceChildren(note);
  }
  document.addEventListener("htmx:sendError", () => tell("Chưa lưu được: mất kết nối.",
    "Nội dung vẫn còn trên trang; hệ thống sẽ lưu lại khi ông/bà gõ tiếp và có mạng."));
  document.addEventListener("htmx:responseError", () => tell("Chưa lưu được: hệ thống gặp lỗi.",
    "Nội dung vẫn còn trên trang. Hãy thử lại sau ít phút."));

  // A part of the page that is fetched anew stays unfolded where its reader had unfolded it.
  const folds = (event) => [...event.detail.target.querySelectorAll("details")];
  document.addEventListener("htmx:beforeSwap", (event) => { event.detail.target.unfolded = folds(event).map((one) => one.open); });
  document.addEventListener("htmx:afterSwap", (event) => {
    const before = event.detail.target.unfolded || [], found = folds(event);
    if (before.length === found.length) found.forEach((one, n) => { one.open = one.open || before[n]; });
  });

  // An open part of the menu closes by Escape, or when the page is used.
  const closeMenu = (except) => document.querySelectorAll(".nav details[open]").forEach((part) => {
    if (!except || !part.contains(except)) part.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const part = event.key === "Escape" && event.target.closest(".nav details[open]");
    if (part) { part.open = false; part.querySelector("summary").focus(); }
  });
  // Enter sends a form by its own button, not by the one that looks for units within it.
  document.addEventListener("keydown", (event) => {
    const { target } = event, form = event.key === "Enter" && target.matches("input:not([type=search])") && target.form;
    if (!form || !form.querySelector("button[name=chi-tim]")) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button:not([name=chi-tim])"));
  });
  document.addEventListener("click", (event) => {
    closeMenu(event.target);
    const target = event.target.closest("[data-print],[data-set],[data-copy]");
    if (!target) return;
    if (target.hasAttribute("data-print")) window.print();
    if (target.dataset.copy) {
      const source = document.getElementById(target.dataset.copy);
      navigator.clipboard.writeText(source.textContent.trim()).then(() => { target.textContent = "Đã sao chép"; });
    }
    if (target.dataset.set) {
      const field = document.getElementById(target.dataset.set);
      field.value = target.dataset.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  document.addEventListener("input", (event) => {
    for (const button of document.querySelectorAll(`[data-set="${event.target.id}"]`)) {
      button.setAttribute("aria-pressed", String(button.dataset.value === event.target.value.trim()));
    }
  });

  // Work that takes longer than a second says so, with the seconds passed, until the page changes.
  const waiting = document.createElement("div");
  const words = document.createElement("p");
  const seconds = document.createElement("p");
  let clock = 0;
  waiting.className = "waiting";
  words.setAttribute("role", "status");
  seconds.setAttribute("aria-hidden", "true");
  waiting.append(words, seconds);
  (document.getElementById("main") || document.body).append(waiting);
  function wait(text) {
    const begun = Date.now();
    clearInterval(clock);
    clock = setInterval(() => {
      if (!words.textContent) words.textContent = text || "Đang xử lý, xin chờ…";
      seconds.textContent = `Đã chờ ${Math.round((Date.now() - begun) / 1000)} giây`;
    }, 1000);
  }
  function waited() {
    clearInterval(clock);
    words.textContent = seconds.textContent = "";
  }
  const leaving = () => document.querySelector("form[data-sent]");
  document.addEventListener("htmx:beforeRequest", () => { if (!leaving()) wait(); });
  document.addEventListener("htmx:afterRequest", () => { if (!leaving()) waited(); });

  // One effect for a double click; the server refuses the second one anyway. The button stays busy until the
  // page changes, except where the answer is a file (data-file) and the page stays.
  function free(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    waited();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    if (form.hasAttribute("data-file")) setTimeout(() => free(form), 4000);
    else wait(form.dataset.wait);
  });
  // Coming back, or stopping the loading, gives the buttons back.
  const freeAll = () => document.querySelectorAll("form[data-sent]").forEach(free);
  window.addEventListener("pageshow", (event) => { if (event.persisted) freeAll(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") freeAll(); });
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
