// The places of a quota while levels are chosen: what is recorded elsewhere and what is chosen on this page.
"use strict";
(function () {
  const bars = [...document.querySelectorAll("[data-places]")];
  const now = document.querySelector("[data-places-now]");
  if (!bars.length || !now) return;

  function count() {
    const chosen = [...document.querySelectorAll("[data-seats] input[data-level]:checked, [data-seats] select[data-level]")]
      .filter((level) => !level.closest("[data-seats]").querySelector("input[name=take]:not(:checked)"))
      .map((level) => {
        const at = level.closest("[data-seats]");
        return { code: level.value, seats: at.dataset.seats.split(" "), who: at.dataset.person || at };
      });
    const said = bars.map((bar) => {
      const mine = chosen.filter((one) => one.code === bar.dataset.levelOf && one.seats.includes(bar.dataset.places));
      const taken = Number(bar.dataset.others) + new Set(mine.map((one) => one.who)).size; // a person counts once
      const most = bar.dataset.most;
      const progress = bar.querySelector("progress");
      const shown = bar.querySelector("b");
      shown.textContent = shown.textContent.replace(/\d+\/(\d+|\?)$/, `${taken}/${most || "?"}`);
      if (progress) {
        progress.setAttribute("value", Math.min(taken, Number(most)));
        progress.setAttribute("aria-label", `Đang chọn ${taken} trong ${most} suất`);
      }
      const over = most !== "" && taken > Number(most) ? `, vượt ${taken - Number(most)} suất` : "";
      return `${bar.dataset.called} ${taken}/${most || "?"}${over}`;
    });
    const words = `Đang chọn: ${said.join("; ")}.`;
    if (now.textContent !== words) now.textContent = words;
  }
  count();
  document.addEventListener("change", count);
  document.addEventListener("click", count); // typing taken back fills the form without a change
})();
