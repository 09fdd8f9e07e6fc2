/* Rows typed as "1-12, 14" tick themselves as they are typed, so that eye and hand agree before anything is saved. */
(() => {
  "use strict";
  const typed = document.getElementById("typed");
  if (!typed) return;
  const last = Number(typed.dataset.last);
  const boxes = new Map([...document.querySelectorAll("#keying input[name=row]")].map(box => [Number(box.value), box]));
  let ours = new Set();

  const rowsIn = text => {
    const rows = new Set();
    for (const part of text.replace(/\s*[-–—]\s*/g, "-").split(/[\s,;]+/)) {
      const found = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part);
      if (!found) continue;
      const ends = [Number(found[1]), Number(found[2] || found[1])].sort((a, b) => a - b);
      for (let row = Math.max(1, ends[0]); row <= Math.min(last, ends[1]); row++) rows.add(row);
    }
    return rows;
  };

  typed.addEventListener("input", () => {
    const wanted = rowsIn(typed.value);
    for (const row of ours) if (!wanted.has(row) && boxes.has(row)) boxes.get(row).checked = false;
    ours = new Set();
    for (const row of wanted) {
      const box = boxes.get(row);
      if (box && !box.disabled && !box.checked) { box.checked = true; ours.add(row); }
    }
  });
})();
