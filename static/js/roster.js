// Search as you type: the roster's own address is fetched with what the form says, and its results take the place of the old
// ones. The field keeps the focus, the number found is announced, and the address can be shared. Without this file, or when
// anything fails, the form's button does the same.
(function () {
  "use strict";
  var form = document.getElementById("roster-search");
  if (!form || !window.fetch || !window.URLSearchParams || !window.AbortController) { return; }
  var PAUSE = 250; // milliseconds without a key
  var REGIONS = ["roster-results", "roster-export"];
  var waiting = null, running = null, shown = address();

  function address() {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (String(value).trim()) { query.append(name, value); }
    });
    var words = query.toString();
    return window.location.pathname + (words ? "?" + words : "");
  }

  function put(page) {
    REGIONS.forEach(function (id) {
      var old = document.getElementById(id), found = page.getElementById(id);
      if (old && found) { old.replaceWith(document.importNode(found, true)); }
    });
    var number = page.getElementById("roster-number");
    if (number) { document.getElementById("roster-number").textContent = number.textContent; }
  }

  function search() {
    var wanted = address();
    if (wanted === shown) { return; }
    if (running) { running.abort(); }
    var mine = running = new AbortController();
    document.getElementById("roster-results").setAttribute("aria-busy", "true");
    fetch(wanted, { credentials: "same-origin", signal: mine.signal, headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) { throw new Error("not the roster"); }
        return answer.text();
      })
      .then(function (text) {
        if (mine !== running) { return; }
        put(new DOMParser().parseFromString(text, "text/html"));
        shown = wanted;
        window.history.replaceState(null, "", wanted);
      })
      .catch(function (fault) {
        if (fault.name !== "AbortError") { form.submit(); } // as without this file: the server's page says what is wrong
      });
  }

  // Who presses something else before the answer is there leaves this page: what she pressed counts, not the search.
  window.addEventListener("beforeunload", function () {
    window.clearTimeout(waiting);
    if (running) { running.abort(); }
  });

  form.addEventListener("input", function (event) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(search, event.target.type === "search" ? PAUSE : 0);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    window.clearTimeout(waiting);
    search();
  });
})();
