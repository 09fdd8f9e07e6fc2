// The app of the door: scan, type or tick; the answer comes from the list on the device at once, and from the server as soon as
// it can be asked. Without this file, or in a browser that can't do it, the forms of the page do the same online.
(function () {
  "use strict";
  var door = window.tpbisDoor, app = document.getElementById("door-app");
  if (!app || !door || !door.able()) { return; }
  var el = door.el;
  var words = JSON.parse(app.dataset.words), root = app.dataset.base, POLL = 5000, MOST = 20, SAME_CODE = 2500;
  var session = Number(app.dataset.session) || 0, day = Number(app.dataset.day) || 0;
  var list = null, people = null, inside = {}, expected = 0, version = null, item = null, over = false, online = navigator.onLine;
  var lastCode = "", lastAt = 0, shownKey = "", ui = {};
  ["net", "net-words", "clock", "choose", "work", "count", "list-of", "verdict", "item-field", "item", "video", "camera", "type", "typed",
    "typed-hint", "found", "conflicts", "conflict-list", "who", "expected-title", "expected", "inside-title", "inside"
  ].forEach(function (id) { ui[id] = document.getElementById("door-" + id); });

  function say(key, facts) {
    return words[key].replace(/\{(\w+)\}/g, function (_all, name) { return facts[name]; });
  }
  function clock(at) { return door.clock(list, app.dataset.language, at); }

  // ---- the answer, big
  function show(kind, facts) { door.answer(ui.verdict, kind, facts); }
  function since(at, late, by) {
    return say(by ? "since_by" : "since", { time: clock(at), name: by }) + (late ? ", " + words.late : "");
  }

  // ---- judging by the list alone
  function judge(person, read) {
    if (list.date !== door.today(list)) { return { kind: "no", title: words.other_day, text: say("other_day_text", { day: list.day_name }) }; }
    if (!person) {
      return door.readBack(read).length === 16
        ? { kind: "kept", title: words.kept, text: words.kept_text } : { kind: "no", title: words.unknown, text: words.unknown_text };
    }
    var told = { name: person.name, role: list.roles[person.role] || "" };
    if (person.state !== "seated") {
      var state = list.states[person.state] || person.state;
      return Object.assign(told, { kind: "no", title: state, text: say("not_seated", { state: state }) });
    }
    if (inside[person.id]) { return Object.assign(told, { kind: "again", title: words.again, text: since(inside[person.id]) }); }
    return Object.assign(told, { kind: "in", title: words["in"], text: since(door.now()) });
  }
  function scan(read, person) {
    if (!list) { return Promise.resolve(show("no", { title: words.no_list, text: words.no_list_text })); }
    var found = person ? Promise.resolve(person) : door.byTicket(list, door.readBack(read));
    return found.then(function (hers) {
      var told = judge(hers, read);
      var made = { session: list.session, day: list.day, item: item, read: read || "", shown: told.kind };
      if (person) { made.registration = person.id; made.read = ""; }
      return door.keep(made).then(function (kept) {
        shownKey = kept.key;
        if (told.kind === "in") { inside[hers.id] = door.now(); count(); }
        show(told.kind, told);
        waiting();
        return send();
      });
    }).catch(function () { show("no", { title: words.not_kept, text: words.not_kept_text }); });
  }
  function read(text) {
    var at = Date.now();
    if (text === lastCode && at - lastAt < SAME_CODE) { lastAt = at; return; } // the camera still sees the same ticket
    lastCode = text; lastAt = at;
    scan(text);
  }

  // ---- what the server says
  function send() {
    return door.send(root, session).then(function (answers) {
      setOnline(true);
      return Promise.all(answers.map(settle));
    }, lost).then(waiting);
  }
  function settle(pair) {
    var said = pair.said, mine = pair.scan;
    if (said.result !== "no" && said.registration) { inside[said.registration] = said.at; }
    if (said.result === "no" && mine.shown === "in" && said.registration) { delete inside[said.registration]; }
    count();
    var same = said.result === mine.shown || (said.result === "again" && mine.shown === "in" && !said.title);
    var told = { name: said.name, role: said.role, title: said.title || words[said.result],
      text: said.text || since(said.at, said.late, said.by), quiet: said.result === mine.shown };
    if (said.result !== "no" && mine.session === session) {
      told.links = [{ href: root + "sessions/" + session + "/sign/" + said.registration, text: words.sign }, undoing(said, mine)];
    }
    if (said.key === shownKey) {
      show(said.result, told);
      if (said.result === "no" && mine.shown === "in") { return tell(pair, told); }
      return null;
    }
    return same || (mine.shown === "kept" && said.result === "in") ? null : tell(pair, told);
  }
  // Her answer as a page of the server, which has the form for it.
  function undoing(said, mine) {
    var asked = new URLSearchParams({ done: "again", person: said.registration });
    if (mine.item) { asked.set("item", mine.item); }
    if (mine.read && list && !list.may_search) { asked.set("q", mine.read); }
    return { href: root + "sessions/" + session + "?" + asked, text: words.undo };
  }
  function tell(pair, told) {
    var text = told.title + ". " + told.text + (pair.said.settling === "open" ? " " + words.to_settle : "");
    return door.seal({ name: told.name, text: text, at: pair.scan.at }).then(function (sealed) {
      return door.put("told", { key: pair.said.key, iv: sealed.iv, box: sealed.box });
    }).then(conflicts);
  }
  function conflicts() {
    return door.all("told").then(function (rows) {
      return Promise.all(rows.map(function (row) {
        return door.unseal(row).then(function (what) { what.key = row.key; return what; });
      }));
    }).then(function (rows) {
      ui.conflicts.hidden = !rows.length;
      ui["conflict-list"].replaceChildren.apply(ui["conflict-list"], rows.map(function (row) {
        var line = el("li"), done = el("button", words.understood, "btn btn-outline-primary");
        done.type = "button";
        done.addEventListener("click", function () { door.remove("told", row.key).then(conflicts); });
        line.append(el("strong", row.name || ""), el("p", row.text), done);
        return line;
      }));
    });
  }

  // ---- how the door stands
  function setOnline(is) {
    online = is;
    ui.net.classList.toggle("door-net--off", !is || over);
  }
  function lost(wrong) {
    setOnline(false);
    if (wrong.code === "device.over") { ended(); }
    if (wrong.code === "sign_in") { ui["net-words"].dataset.more = words.sign_in; }
  }
  // A link that was taken back: the names go, what waits stays.
  function ended() {
    if (over) { return; }
    over = true;
    people = null;
    door.camera.stop(ui.video);
    ["camera", "type", "found", "who"].forEach(function (id) { ui[id].hidden = true; });
    ui["net-words"].dataset.more = words.over + ". " + words.over_text;
    if (list) { door.remove("lists", list.id); }
  }
  function waiting() {
    return door.waiting().then(function (rows) {
      var wait = rows.length === 1 ? words.waiting_one : rows.length ? say("waiting", { number: rows.length }) : words.all_sent;
      ui["net-words"].textContent = [online ? (over ? "" : words.online + ".") : words.offline, wait + ".", ui["net-words"].dataset.more || ""].join(" ").trim();
      app.dataset.waiting = rows.length;
    });
  }
  function count() {
    var number = Object.keys(inside).length;
    ui.count.textContent = say("expected", { inside: number, expected: expected });
    if (!people) { return; }
    var seated = people.filter(function (each) { return each.state === "seated"; });
    var lines = { inside: [], expected: [] };
    seated.forEach(function (each) {
      var at = inside[each.id];
      lines[at ? "inside" : "expected"].push(el("li", each.name + (at ? ", " + since(at) : "")));
    });
    ui.who.hidden = false;
    ui["inside-title"].textContent = words.who_is_in + " (" + lines.inside.length + ")";
    ui["expected-title"].textContent = words.who_is_expected + " (" + lines.expected.length + ")";
    ui.inside.replaceChildren.apply(ui.inside, lines.inside);
    ui.expected.replaceChildren.apply(ui.expected, lines.expected);
  }
  function clockWarning() {
    ui.clock.hidden = !door.clockIsWrong();
    if (ui.clock.hidden) { return; }
    var minutes = Math.round(Math.abs(door.behind()) / 60000);
    var span = minutes < 120 ? say("minutes", { number: minutes }) : say("hours", { number: Math.round(minutes / 60) });
    ui.clock.textContent = say("clock_wrong", { span: span });
  }
  function look() {
    var asked = item;
    return door.fetchNow(root, session, day, asked).then(function (told) {
      if (item !== asked) { return look(); } // another was chosen meanwhile
      setOnline(true);
      delete ui["net-words"].dataset.more;
      expected = told.expected;
      return mineToo(told.inside).then(function () {
        clockWarning();
        if (told.version !== version || !list) {
          return door.fetchList(root, session, day).then(function (fresh) { version = told.version; return use(fresh); })
            .then(function () { return item === asked ? null : look(); });
        }
        return count();
      });
    }).then(send, lost).then(waiting);
  }
  function insideOf() { return ["inside", session, day].concat(item || []).join(":"); }
  // Who is in by the server, and by what still waits here.
  function mineToo(told) {
    return door.waiting().then(function (rows) { return Promise.all(rows.map(door.unseal)); }).then(function (scans) {
      var before = inside;
      inside = {};
      told.forEach(function (pair) { inside[pair[0]] = pair[1]; });
      if (scans.length) { Object.keys(before).forEach(function (id) { inside[id] = inside[id] || before[id]; }); }
      return door.put("facts", { id: insideOf(), inside: inside, expected: expected });
    });
  }

  // ---- the list in use
  function use(fresh) {
    list = fresh;
    session = list.session;
    day = list.day;
    document.querySelector(".door-header__title").textContent = list.name;
    ui["list-of"].textContent = say("list_of", { time: clock(list.now) });
    ui["typed-hint"].textContent = list.may_search ? words.too_short : words.codes_only;
    ui["item-field"].hidden = !list.items.length;
    if (list.items.length && ui.item.options.length !== list.items.length + 1) {
      ui.item.replaceChildren(new Option(words.whole_day, ""));
      list.items.forEach(function (each) { ui.item.add(new Option((each.starts ? each.starts + " " : "") + each.title, each.id)); });
      chooseItem(door.running(list));
    }
    return door.names(list).then(function (found) { people = found; ui.choose.hidden = true; ui.work.hidden = false; count(); });
  }
  function chooseItem(id) {
    ui.item.value = id || "";
    item = id;
    inside = {};
  }
  function choose(lists) {
    ui.choose.hidden = false;
    if (!lists.length) { ui.choose.replaceChildren(el("p", words.nothing_here)); return; }
    ui.choose.replaceChildren(el("h2", words.choose));
    lists.forEach(function (each) {
      var button = el("button", each.name + ", " + each.city + ": " + each.day_name, "btn btn-outline-primary");
      button.type = "button";
      button.addEventListener("click", function () { begin(each); });
      ui.choose.append(button);
    });
  }
  function begin(kept) {
    return use(kept).then(function () { return door.get("facts", insideOf()); }).then(function (row) {
      if (row) { inside = row.inside; expected = row.expected; }
      return door.waiting();
    }).then(function (rows) { return Promise.all(rows.map(door.unseal)); }).then(function (scans) {
      return Promise.all(scans.filter(function (each) { return each.shown === "in" && each.day === day && (each.item || null) === item; }).map(function (each) {
        var at = each.at + (each.behind || 0);
        if (each.registration) { inside[each.registration] = inside[each.registration] || at; return null; }
        return door.byTicket(list, door.readBack(each.read)).then(function (hers) { if (hers) { inside[hers.id] = inside[hers.id] || at; } });
      }));
    }).then(count).then(poll);
  }
  function poll() {
    var asked = over ? send() : look();
    return asked.then(function () {
      if (over && app.dataset.waiting !== "0") { return send(); }
      return null;
    }).then(function () { if (!over || app.dataset.waiting !== "0") { setTimeout(poll, POLL); } });
  }

  // ---- hands
  function search() {
    var typed = ui.typed.value.trim();
    ui.found.replaceChildren();
    if (!typed || !people) { return; }
    var found = door.find(people, typed, MOST);
    if (!found.length) { if (door.fold(typed).length >= 3) { ui.found.append(el("p", words.nobody)); } return; }
    found.slice(0, MOST).forEach(function (each) {
      var card = el("div", undefined, "door-person"), name = el("p", each.name, "door-person__name");
      name.dir = "auto";
      card.append(name, el("p", list.roles[each.role] || ""));
      if (inside[each.id]) {
        card.append(el("p", words["in"] + " " + since(inside[each.id])));
      } else if (each.state !== "seated") {
        card.append(el("p", list.states[each.state] || each.state));
      } else {
        var tick = el("button", words.check_in, "btn btn-primary");
        tick.type = "button";
        tick.append(el("span", " " + each.name, "visually-hidden"));
        tick.addEventListener("click", function () { scan("", each); ui.typed.value = ""; search(); });
        card.append(tick);
      }
      ui.found.append(card);
    });
    if (found.length > MOST) { ui.found.append(el("p", words.more)); }
  }
  ui.typed.addEventListener("input", search);
  ui.type.addEventListener("submit", function (event) {
    event.preventDefault();
    var typed = ui.typed.value.trim(), hit = ui.found.querySelector("button");
    if (door.readBack(typed).length === 16 && !(hit && people)) { scan(typed); ui.typed.value = ""; search(); } else if (hit) { hit.focus(); }
  });
  ui.item.addEventListener("change", function () { chooseItem(Number(ui.item.value) || null); look(); });
  ui.camera.addEventListener("click", function () {
    if (door.camera.on()) { door.camera.stop(ui.video); ui.camera.textContent = words.scan_first; return; }
    ui.camera.disabled = true;
    door.camera.start(app, ui.video, read).then(function () { ui.camera.textContent = words.stop_camera; }, function () {
      door.camera.stop(ui.video);
      show("no", { title: words.scan_first, text: words.no_camera });
    }).then(function () { ui.camera.disabled = false; });
  });
  window.addEventListener("online", function () { if (list) { look(); } });
  window.addEventListener("offline", function () { setOnline(false); waiting(); });

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(app.dataset.worker, { scope: root }).catch(function () { /* online it works without */ });
    if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
  }
  door.remember().then(function () { return door.all("lists"); }).then(function (lists) {
    var wanted = session, opened = location.pathname.match(/\/sessions\/(\d+)/);
    if (!wanted && opened) { wanted = Number(opened[1]); }
    var mine = door.forgetOld(lists).filter(function (each) { return (!wanted || each.session === wanted) && (!day || each.day === day); });
    var plain = document.getElementById("door-plain");
    app.hidden = false;
    conflicts();
    if (session && day) {
      if (plain) { plain.hidden = true; }
      return mine.length ? begin(mine[0]) : poll().then(function () { if (!list && plain) { app.hidden = true; plain.hidden = false; } });
    }
    setOnline(navigator.onLine);
    return waiting().then(function () { return mine.length === 1 ? begin(mine[0]) : choose(mine); });
  }).catch(function () {
    var plain = document.getElementById("door-plain");
    app.hidden = true;
    if (plain) { plain.hidden = false; }
  });
}());
