// What stands in #live is asked for again, as often as its data-live says in milliseconds, and takes the place of the old; a
// screen that nobody sees doesn't ask. Without this file the page asks for itself anew by a meta refresh.
(function () {
  "use strict";
  var LEAST = 3000, MOST = 60000;
  var wait = null, failures = 0;
  if (!document.getElementById("live") || !window.fetch) { return; }

  function pause() {
    var said = Number(document.getElementById("live").getAttribute("data-live")) || MOST;
    return Math.min(MOST, Math.max(LEAST, said)) * Math.pow(2, Math.min(failures, 3));
  }

  function say(lost) {
    document.getElementById("live").classList.toggle("live--lost", lost);
    var words = document.getElementById("live-lost");
    if (words) { words.hidden = !lost; }
  }

  function ask() {
    if (document.hidden) { later(); return; }
    fetch(window.location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) { throw new Error("not this page"); }
        return answer.text();
      })
      .then(function (text) {
        var found = new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (!found) { throw new Error("nothing live"); }
        document.getElementById("live").replaceWith(document.importNode(found, true));
        failures = 0;
        say(false);
      })
      .catch(function () { failures += 1; say(failures > 1); })
      .then(later);
  }

  function later() {
    window.clearTimeout(wait);
    wait = window.setTimeout(ask, pause());
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) { window.clearTimeout(wait); ask(); } });
  later();
})();
