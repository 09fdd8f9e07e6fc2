/* The field to sign on: the way of a finger or pen as points, thinned out, sent as lists of numbers and never as a picture. */
(() => {
  "use strict";
  const form = document.getElementById("sign");
  if (!form) return;
  const pad = document.getElementById("pad"), field = document.getElementById("strokes"), said = document.getElementById("sign-said");
  const pen = pad.getContext("2d");
  const MOST = 3900, NEAR = 4;
  let strokes = [], points = 0, hand = null;
  form.hidden = false;

  const at = event => {
    const box = pad.getBoundingClientRect();
    const x = Math.round((event.clientX - box.left) / box.width * pad.width), y = Math.round((event.clientY - box.top) / box.height * pad.height);
    return [Math.min(Math.max(x, 0), pad.width), Math.min(Math.max(y, 0), pad.height)];
  };
  const clear = () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#10195a";
  };
  const add = ([x, y]) => {
    const stroke = strokes[strokes.length - 1], length = stroke.length;
    if (points >= MOST) return;
    if (length && Math.hypot(x - stroke[length - 2], y - stroke[length - 1]) < NEAR) return;
    pen.beginPath();
    pen.moveTo(length ? stroke[length - 2] : x, length ? stroke[length - 1] : y);
    pen.lineTo(x, y);
    pen.stroke();
    stroke.push(x, y);
    points++;
  };

  pad.addEventListener("pointerdown", event => {
    if (hand !== null || strokes.length >= 200) return;
    hand = event.pointerId;
    try { pad.setPointerCapture(hand); } catch { /* drawn by a script: nothing to capture */ }
    if (!strokes.length) said.textContent = said.dataset.begun;
    strokes.push([]);
    add(at(event));
    event.preventDefault();
  });
  pad.addEventListener("pointermove", event => {
    if (event.pointerId !== hand) return;
    const ways = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of ways.length ? ways : [event]) add(at(each));
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, event => { if (event.pointerId === hand) hand = null; });
  document.getElementById("again").addEventListener("click", () => {
    strokes = []; points = 0; field.value = "";
    clear();
    said.textContent = said.dataset.empty;
  });
  form.addEventListener("submit", () => { field.value = JSON.stringify(strokes.filter(stroke => stroke.length)); });
  clear();
})();
