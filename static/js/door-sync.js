// The door and the network: scans wait here with their own key and time, go out when they can, and what the server says comes
// back. The server's clock is compared at each contact; a counter that nobody can set tells how old a scan is.
(function () {
  "use strict";
  var door = window.tpbisDoor, PATIENCE = 5000, LONG = 60000, AT_ONCE = 100, WRONG = 120000;
  var life = door.able() ? crypto.randomUUID ? crypto.randomUUID() : String(Math.random()) : "";
  var token = "", behind = null, sending = null;

  // What is long, a list or a queue, is waited for longer: over a bad line five seconds are too few for it.
  function fetched(address, options, most) {
    var stop = new AbortController(), patience = setTimeout(function () { stop.abort(); }, most || PATIENCE), began = Date.now();
    var asked = Object.assign({ credentials: "same-origin", signal: stop.signal, cache: "no-store", headers: {} }, options);
    asked.headers = Object.assign({ Accept: "application/json" }, asked.headers);
    return fetch(address, asked).then(function (answer) {
      if (answer.redirected && answer.url.indexOf("/login") >= 0) { throw { code: "sign_in" }; }
      if ((answer.headers.get("Content-Type") || "").indexOf("application/json") < 0) {
        throw { code: answer.status === 410 || answer.status === 404 ? "device.over" : answer.status === 400 ? "token" : "network" };
      }
      return answer.json().then(function (told) {
        if (!answer.ok) { throw { code: told.code || "refused", title: told.title, text: told.text }; }
        if (told.now) { compare(told.now, began); }
        if (told.csrf) { token = told.csrf; }
        return told;
      });
    }).catch(function (wrong) {
      throw wrong && wrong.code && typeof wrong.code === "string" ? wrong : { code: "network" };
    }).finally(function () { clearTimeout(patience); });
  }

  // Half of the way there and back is when the server looked at its clock.
  function compare(server, began) {
    behind = Math.round(server - (began + Date.now()) / 2);
    door.put("facts", { id: "clock", behind: behind });
  }
  function now() { return Date.now() + (behind || 0); }

  // Keep a scan first, and only then try to send it: a battery that ends here loses nothing.
  function keep(scan) {
    scan.key = crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
    scan.at = Date.now();
    scan.behind = behind;
    scan.mono = performance.now();
    scan.life = life;
    return door.seal(scan).then(function (sealed) {
      return door.put("queue", { key: scan.key, session: scan.session, day: scan.day, iv: sealed.iv, box: sealed.box });
    }).then(function () { return scan; });
  }
  function waiting() { return door.all("queue").then(function (rows) { return rows.filter(function (row) { return !row.bad; }); }); }

  // Everything that waits, session by session; one sending at a time. Gives what the server said of each. A session that the
  // server won't take from here holds no other one up, and says nothing about the door that is open (`here`).
  function send(root, here) {
    sending = sending || sendAll(root, here).finally(function () { sending = null; });
    return sending;
  }
  function sendAll(root, here) {
    return waiting().then(function (rows) {
      var places = {}, found = [], refused = null;
      rows.forEach(function (row) { (places[row.session + ":" + row.day] = places[row.session + ":" + row.day] || []).push(row); });
      return Object.keys(places).reduce(function (before, place) {
        return before.then(function () { return sendOf(root, places[place], found); }).catch(function (wrong) {
          if (wrong.code === "network" || wrong.code === "sign_in") { throw wrong; }
          if (places[place][0].session === here) { refused = wrong; }
        });
      }, Promise.resolve()).then(function () {
        if (refused && !found.length) { throw refused; }
        return found;
      });
    });
  }
  function sendOf(root, rows, found) {
    if (!rows.length) { return Promise.resolve(); }
    var batch = rows.slice(0, AT_ONCE), byKey = {};
    return Promise.all(batch.map(door.unseal)).then(function (scans) {
      scans.forEach(function (scan) { byKey[scan.key] = scan; });
      return post(root + "sessions/" + batch[0].session + "/scans", batch[0].day, scans, true);
    }).then(function (told) {
      told.taken.forEach(function (each) { found.push({ said: each, scan: byKey[each.key] }); });
      var bad = batch.filter(function (row) { return (told.bad || []).indexOf(row.key) >= 0; });
      return Promise.all(told.taken.map(function (each) { return door.remove("queue", each.key); }).concat(
        bad.map(function (row) { row.bad = true; return door.put("queue", row); })
      )).then(function () { return sendOf(root, rows.slice(AT_ONCE), found); });
    });
  }
  function post(address, day, scans, again) {
    var body = JSON.stringify({ day: day, sent_at: Date.now(), scans: scans.map(function (scan) {
      return { key: scan.key, read: scan.read || "", registration: scan.registration || null, item: scan.item || null,
        at: scan.at, behind: scan.behind, age: scan.life === life ? performance.now() - scan.mono : null, shown: scan.shown };
    }) });
    var headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    return fetched(address, { method: "POST", body: body, headers: headers }, scans.length > 1 ? LONG : PATIENCE).catch(function (wrong) {
      if (wrong.code !== "token" || !again) { throw wrong; }
      // The token ended with the browser's last session: fetch another and try once more.
      return fetched(address.replace(/scans$/, "token")).then(function () { return post(address, day, scans, false); });
    });
  }

  // Old names have no business here; two days are left for what still waits.
  function forgetOld(lists) {
    return lists.filter(function (each) {
      var old = Date.parse(each.date) < now() - 2 * 86400000;
      if (old) { door.remove("lists", each.id); }
      return !old;
    });
  }

  Object.assign(door, {
    forgetOld: forgetOld,
    now: now, keep: keep, waiting: waiting, send: send,
    behind: function () { return behind; },
    clockIsWrong: function () { return behind !== null && Math.abs(behind) > WRONG; },
    remember: function () { return door.get("facts", "clock").then(function (row) { if (row && behind === null) { behind = row.behind; } }); },
    fetchNow: function (root, session, day, item) {
      return fetched(root + "sessions/" + session + "/now?day=" + day + (item ? "&item=" + item : ""));
    },
    fetchList: function (root, session, day) { return fetched(root + "sessions/" + session + "/list?day=" + day, {}, LONG).then(door.keepList); }
  });
}());
