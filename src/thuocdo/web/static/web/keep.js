// Nothing typed is lost: a form with data-keep saves at least every five seconds of typing and keeps a copy in this
// tab until the server has it. The copy goes with the tab, on sign-out, and when somebody else signs in here.
"use strict";
(function () {
  const PREFIX = "thuocdo:keep:";
  const EVERY = 3000;
  const OLDEST = 12 * 3600 * 1000;
  const skipped = (name) => name === "csrfmiddlewaretoken" || name === "version" || name.endsWith(":version");

  function read(key) {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  }
  function write(key, values) {
    try { sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), values })); } catch { /* a full or closed store */ }
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
      const copy = key.startsWith(PREFIX) ? read(key) : { at: Date.now() };
      const other = key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${who}:`);
      if (other || !copy || Date.now() - copy.at > OLDEST) sessionStorage.removeItem(key);
    }
  }

  function keep(form) {
    const key = `${PREFIX}${form.dataset.keep}:${form.dataset.key || location.pathname}:${form.id}`;
    form.dataset.kept = "";
    const saver = document.getElementById(form.dataset.save) || form;
    let count = 0, sent = 0, timer = 0, failed = false;

    function later() {
      if (!timer && saver !== form && form.isConnected) timer = setTimeout(() => { timer = 0; htmx.trigger(saver, "save-now"); }, EVERY);
    }
    function acknowledged() {
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
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.elt !== saver) return;
      if (saver !== form && form.dataset.sent) { event.preventDefault(); return; } // the form itself is on its way
      sent = count;
      clearTimeout(timer);
      timer = 0;
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== saver) return;
      if (event.detail.xhr.status === 200) acknowledged();
      else if (saver !== form) { failed = true; later(); }
    });
    addEventListener("online", () => { if (read(key) && saver !== form) htmx.trigger(saver, "save-now"); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden" || !read(key) || saver === form || form.dataset.sent) return;
      const at = count;
      const token = (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
      fetch(saver.getAttribute("hx-post"), { method: "POST", body: new FormData(form), keepalive: true,
        headers: { "X-CSRFToken": token, "HX-Request": "true" } })
        .then((answer) => { if (answer.status === 200) { sent = at; acknowledged(); } }).catch(later);
    });

    const copy = read(key);
    if (!copy) return;
    const now = typed(form);
    const lost = Object.keys(copy.values).filter((name) => name in now ? now[name] !== copy.values[name] : copy.values[name] && saver === form);
    if (!lost.length) { sessionStorage.removeItem(key); return; }
    offer(form, copy, lost.length, () => {
      if (!form.elements.length || saver === form) {
        document.addEventListener("htmx:afterSettle", () => fill(form, copy.values), { once: true });
        document.querySelector(form.dataset.open)?.click();
      }
      fill(form, copy.values);
      count += 1;
      later();
    }, () => sessionStorage.removeItem(key));
  }
  function offer(form, copy, many, take, drop) {
    const note = document.createElement("div");
    const words = document.createElement("p");
    const actions = document.createElement("div");
    const when = new Date(copy.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    note.className = "note note-wait";
    note.setAttribute("role", "status");
    words.textContent = `${form.dataset.name ? `${form.dataset.name}: máy` : "Máy"} này còn giữ ${many} ô ông/bà gõ lúc ${when} mà hệ thống chưa nhận được.`;
    actions.className = "actions";
    for (const [label, act] of [["Lấy lại nội dung đã gõ", take], ["Bỏ bản giữ trên máy này", drop]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet";
      button.textContent = label;
      button.addEventListener("click", () => { note.remove(); act(); });
      actions.append(button);
    }
    note.append(words, actions);
    document.getElementById("live-messages").after(note);
  }

  function begin(place) {
    place.querySelectorAll("[data-filed]").forEach((done) => {
      Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && key.includes(`:${done.dataset.filed}:phieu`))
        .forEach((key) => sessionStorage.removeItem(key));
    });
    const forms = [...place.querySelectorAll("form[data-keep]:not([data-kept])")];
    if (forms.length) mine(forms[0].dataset.keep);
    forms.forEach(keep);
  }
  begin(document);
  document.addEventListener("htmx:afterSettle", (event) => begin(event.target.parentNode || document));
})();
