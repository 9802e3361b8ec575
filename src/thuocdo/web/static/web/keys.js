// Keys for tables of sheets; every key has a button or link that does the same. Never active while somebody types.
"use strict";
(function () {
  const place = document.querySelector("[data-keys]");
  if (!place) return;
  const rows = () => [...place.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
  const panel = () => document.getElementById("ben-phieu");
  const press = (selector, within = document) => {
    const found = within && within.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  };
  let current = -1;

  function go(to) {
    const all = rows();
    if (!all.length) return;
    current = Math.max(0, Math.min(to, all.length - 1));
    all.forEach((row, number) => row.toggleAttribute("data-current", number === current));
    all[current].focus();
  }
  function open() {
    const row = rows()[current];
    if (!row) return false;
    const shown = panel() && panel().querySelector(`[data-sheet="${row.dataset.row}"]`);
    return shown && press("[data-key-open]", shown) ? true : press("[data-open]", row);
  }
  function common() {
    const from = document.getElementById("comment");
    const to = panel() && panel().querySelector("textarea[name=comment]");
    if (!from || !to || from === to) return false;
    to.value = from.value;
    to.dispatchEvent(new Event("input", { bubbles: true }));
    to.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  function focus(field) {
    if (field) field.focus();
    return Boolean(field);
  }
  function choose(level) {
    level.checked = true;
    for (const name of ["input", "change"]) level.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const keys = {
    ArrowDown: () => { go(current + 1); return true; },
    ArrowUp: () => { go(current - 1); return true; },
    Enter: open,
    a: () => { place.querySelectorAll("[data-plain]").forEach((box) => { box.checked = true; }); return true; },
    c: () => focus(document.getElementById("comment")),
    g: () => focus(panel()?.querySelector("textarea[name=comment]") || rows()[current]?.querySelector("[data-reason]")),
    n: common,
    d: () => press("[data-key-confirm]", panel()) || press("[data-key-done]"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (typing) {
      if (event.key === "Escape") { event.preventDefault(); if (current < 0) event.target.blur(); else go(current); }
      return;
    }
    const own = event.target.matches("a, button, summary, input");
    if (own && (event.key === "Enter" || event.target.matches("[type=radio]"))) return;
    const row = rows()[current];
    const level = /^[1-4]$/.test(event.key) && row ? row.querySelectorAll("input[data-level]")[Number(event.key) - 1] : null;
    if (level) { event.preventDefault(); choose(level); return; }
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && (!event.repeat || event.key.startsWith("Arrow")) && act()) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-common]")) common();
    if (event.target.closest("[data-all]")) keys.a();
    const row = event.target.closest("[data-row]");
    if (row) current = rows().indexOf(row);
  });
})();
