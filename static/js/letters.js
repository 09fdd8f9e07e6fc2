// The mail is shown as one types: the button that shows it is pressed after a pause, into a new frame that takes the place of
// the old one once it is loaded, so that nothing flickers and going back leaves the page. Without this file the button does it.
(function () {
  "use strict";
  var form = document.getElementById("letter"), button = document.getElementById("look");
  var frame = document.querySelector("iframe[name=look]");
  if (!form || !button || !frame || !form.requestSubmit) { return; }
  var PAUSE = 500; // milliseconds without a key
  var waiting = null, coming = null, number = 0;

  function look() {
    if (coming) { coming.remove(); }
    var next = coming = frame.cloneNode(false);
    next.removeAttribute("src");
    next.name = "look-" + (number += 1);
    next.classList.add("letter-look--coming");
    frame.after(next);
    next.addEventListener("load", function () {
      if (next !== coming) { return; }
      frame.remove();
      next.classList.remove("letter-look--coming");
      frame = next;
      coming = null;
    });
    button.formTarget = next.name;
    form.requestSubmit(button);
    button.formTarget = frame.name;
  }

  form.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", function (pressed) {
    if (pressed.submitter !== button) { window.clearTimeout(waiting); }
  });
  if (form.querySelector(".field--wrong")) { look(); } // what was refused is shown, not what is in force
}());
