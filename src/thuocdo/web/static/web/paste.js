// A block pasted from a spreadsheet: plain cells between tabs, and at once how many rows and columns arrived.
"use strict";
(function () {
  for (const field of document.querySelectorAll("textarea[data-paste-table]")) {
    const count = document.getElementById("block-count");
    const tell = () => {
      const lines = field.value.replace(/[\r\n]+$/, "").split("\n");
      const filled = field.value.trim() !== "";
      count.textContent = filled ? `${Math.max(lines.length - 1, 0)} dòng, ${lines[0].split("\t").length} cột (dòng đầu là tên cột).` : "";
    };
    field.addEventListener("paste", (event) => {
      const text = event.clipboardData && event.clipboardData.getData("text/plain");
      if (!text || !text.includes("\t") || field.selectionStart !== 0 || field.selectionEnd !== field.value.length) return;
      event.preventDefault();
      field.value = text.replace(/\r\n?/g, "\n");
      tell();
    });
    field.addEventListener("input", tell);
    tell();
  }
})();
