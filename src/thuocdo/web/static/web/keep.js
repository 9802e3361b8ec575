// Nothing typed is lost: a form with data-keep, or with a field data-keep-typed, saves at least every five seconds of
// typing and keeps a copy in this tab until the server has it. The copy goes with the tab, on sign-out, and when somebody
// else signs in here. Time is the server's: the device's clock may be wrong.
"use strict";
(function () {
  const PREFIX = "thuocdo:keep:";
  const EVERY = 3000;
  const OLDEST = 12 * 3600 * 1000;
  const skipped = (name) => name === "csrfmiddlewaretoken" || name === "version" || name.endsWith(":version");

  const loaded = performance.now();
  let latest = Number(document.documentElement.dataset.now);
  const now = () => { latest = Math.max(latest, Number(document.documentElement.dataset.now) + performance.now() - loaded); return latest; };

  function read(key) {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  }
  function write(key, values) {
    try { sessionStorage.setItem(key, JSON.stringify({ at: now(), values })); } catch { /* a full or closed store */ }
  }
  function typed(form) {
    const found = {};
    for (const field of form.elements) {
      if (!field.name || skipped(field.name) || field.type === "file" || field.type === "hidden" || field.tagName === "BUTTON") continue;
      if (field.type === "radio") { if (field.checked) found[field.name] = field.value; }
      else if (field.type === "checkbox") found[`${field.name}=${field.value}`] = field.checked;
      else found[field.name] = field.value;
    }
    return found;
  }
  function fill(form, values) {
    for (const field of form.elements) {
      if (!field.name || skipped(field.name)) continue;
      const box = `${field.name}=${field.value}`;
      if (field.type === "checkbox") { if (box in values) field.checked = values[box]; }
      else if (field.type === "radio") { if (field.name in values) field.checked = values[field.name] === field.value; }
      else if (field.name in values && field.type !== "hidden") {
        field.value = values[field.name];
        field.closest("details")?.setAttribute("open", "");
      }
    }
  }
  function mine(who) {
    for (const key of Object.keys(sessionStorage)) {
      const copy = key.startsWith(PREFIX) ? read(key) : { at: now() };
      const other = key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${who}:`);
      if (other || !copy || now() - copy.at > OLDEST) sessionStorage.removeItem(key);
    }
  }

  // A form that is sent as a whole, and not part by part, has its typing kept under its place (data-keep-typed).
  function placed(form) {
    const saver = document.createElement("div");
    const manner = { "hx-post": "/dang-go/", "hx-trigger": "save-now", "hx-swap": "none", "hx-sync": "this:queue last", "hx-request": '{"timeout":8000}' };
    for (const [name, value] of Object.entries(manner)) saver.setAttribute(name, value);
    form.append(saver);
    htmx.process(saver);
    return saver;
  }
  function changed(form, first) {
    const all = typed(form);
    return Object.keys(all).some((name) => all[name] !== (first[name] ?? (name.includes("=") ? false : ""))) ? all : {};
  }

  // Signing out sends first what the server does not have yet, and waits for it as long as a person would; then it ends
  // the saving, whose requests would be refused, and the browser erases what is left.
  const LAST_WORD = 3000;
  const senders = new Set();
  let leaving = false;
  document.addEventListener("submit", (event) => {
    const out = event.target;
    if (out.getAttribute("action") !== "/dang-xuat/") return;
    const words = leaving ? [] : [...senders].map((send) => send()).filter(Boolean);
    leaving = true;
    if (!words.length) return;
    event.preventDefault();
    Promise.race([Promise.allSettled(words), new Promise((done) => setTimeout(done, LAST_WORD))]).then(() => { sessionStorage.clear(); out.submit(); });
  });

  function keep(form) {
    const field = form.querySelector("[data-keep-typed]");
    const place = field ? field.value : "";
    const who = field ? field.dataset.keepTyped : form.dataset.keep;
    const key = `${PREFIX}${who}:${place || form.dataset.key || location.pathname}:${form.id}`;
    const first = typed(form);
    form.dataset.kept = "";
    const saver = field ? placed(form) : document.getElementById(form.dataset.save);
    const body = () => (field ? { place, values: JSON.stringify(changed(form, first)) } : null);
    let count = 0, sent = 0, known = 0, timer = 0, failed = false, sending = false;

    function later() {
      if (!timer && !sending && form.isConnected) timer = setTimeout(() => { timer = 0; htmx.trigger(saver, "save-now"); }, EVERY);
    }
    function acknowledged(xhr) {
      latest = Math.max(now(), Number(xhr?.getResponseHeader("X-Saved-At") || 0) + 1);
      known = sent;
      if (count !== sent) { later(); return; }
      clearTimeout(timer);
      timer = 0;
      sessionStorage.removeItem(key);
      if (failed) document.querySelectorAll("#live-messages .note-stop").forEach((note) => note.remove());
      failed = false;
    }
    document.addEventListener("input", (event) => {
      if (event.target.form !== form) return;
      count += 1;
      write(key, typed(form));
      later();
    });
    document.addEventListener("htmx:configRequest", (event) => {
      if (event.detail.elt === saver && field) event.detail.parameters = body();
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.elt !== saver && event.detail.elt !== form) return;
      if (event.detail.elt === form) sending = true;
      else if (leaving || form.dataset.sent) { event.preventDefault(); return; } // the form itself is on its way
      sent = count;
      clearTimeout(timer);
      timer = 0;
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== saver && event.detail.elt !== form) return;
      if (event.detail.elt === form) sending = false;
      if (event.detail.xhr.status === 200) acknowledged(event.detail.xhr);
      else { failed = true; later(); }
    });
    addEventListener("online", () => { if (count !== known) htmx.trigger(saver, "save-now"); });
    function lastWord() {
      if (!form.isConnected || count === known || sending || leaving || form.dataset.sent) return null;
      const at = count, data = field ? new FormData() : new FormData(form);
      for (const [name, value] of Object.entries(body() || {})) data.append(name, value);
      const token = (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
      return fetch(saver.getAttribute("hx-post"), { method: "POST", body: data, keepalive: true,
        headers: { "X-CSRFToken": token, "HX-Request": "true" } })
        .then((answer) => { if (answer.status === 200) { sent = at; acknowledged(); } }).catch(later);
    }
    senders.add(lastWord);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") lastWord(); });

    const stored = Number(field?.dataset.unsentAt || 0);
    let copy = read(key);
    const here = copy && copy.at > stored;
    if (copy && !here) sessionStorage.removeItem(key);
    if (!here) copy = field?.dataset.unsent ? { at: stored, values: JSON.parse(field.dataset.unsent) } : null;
    if (!copy) return;
    const lost = Object.keys(copy.values).filter((name) => name in first ? first[name] !== copy.values[name] : copy.values[name] && form.dataset.open);
    if (!lost.length) { sessionStorage.removeItem(key); return; }
    offer(form, copy, lost.length, here, () => {
      if (form.dataset.open) {
        document.addEventListener("htmx:afterSettle", () => fill(form, copy.values), { once: true });
        document.querySelector(form.dataset.open)?.click();
      }
      fill(form, copy.values);
      count += 1;
      if (here) later();
    }, () => {
      sessionStorage.removeItem(key);
      if (field) htmx.trigger(saver, "save-now");
    });
  }
  function offer(form, copy, many, here, take, drop) {
    const note = document.createElement("div");
    const words = document.createElement("p");
    const actions = document.createElement("div");
    const when = new Date(copy.at).toLocaleString("vi-VN", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
    const start = form.dataset.name ? `${form.dataset.name}: ` : "";
    const text = here ? `máy này còn giữ ${many} ô ông/bà gõ lúc ${when} mà hệ thống chưa nhận được.`
      : `hệ thống còn giữ ${many} ô ông/bà gõ lúc ${when} mà chưa gửi.`;
    note.className = "note note-wait";
    note.setAttribute("role", "status");
    words.textContent = start + (start ? text : text[0].toUpperCase() + text.slice(1));
    actions.className = "actions";
    for (const [label, act] of [["Lấy lại nội dung đã gõ", take], [here ? "Bỏ bản giữ trên máy này" : "Bỏ nội dung này", drop]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet";
      button.textContent = label;
      button.addEventListener("click", () => { note.remove(); act(); });
      actions.append(button);
    }
    note.append(words, actions);
    if (form.dataset.keep || form.dataset.open) document.getElementById("live-messages").after(note);
    else (form.closest("details") || form).before(note);
  }

  function begin(place) {
    place.querySelectorAll("[data-filed]").forEach((done) => {
      Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && key.includes(`:${done.dataset.filed}:phieu`))
        .forEach((key) => sessionStorage.removeItem(key));
    });
    const forms = [...place.querySelectorAll("form[data-keep]:not([data-kept]), form:not([data-kept]):has([data-keep-typed])")];
    const one = place.querySelector("[data-keep], [data-keep-typed]");
    if (one) mine(one.dataset.keep || one.dataset.keepTyped);
    forms.forEach(keep);
  }
  begin(document);
  document.addEventListener("htmx:afterSettle", (event) => begin(event.target.parentNode || document));
})();
