// What came of a scan: by colour and word, by sound, and in the hand.
(function () {
  "use strict";
  var door = window.tpbisDoor, sound = null;
  var NOTES = { "in": [880, 1320], again: [660, 660], kept: [520, 660], no: [220, 165] };
  var SHAKES = { "in": [80], again: [80, 60, 80], kept: [80, 60, 80], no: [300, 100, 300] };

  function el(tag, text, kind) {
    var made = document.createElement(tag);
    if (text !== undefined) { made.textContent = text; }
    if (kind) { made.className = kind; }
    return made;
  }
  function beep(kind) {
    try {
      sound = sound || new (window.AudioContext || window.webkitAudioContext)();
      NOTES[kind].forEach(function (pitch, i) {
        var tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + i * 0.16;
        tone.frequency.value = pitch;
        tone.type = kind === "no" ? "square" : "sine";
        loud.gain.setValueAtTime(0.2, at);
        loud.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
        tone.connect(loud);
        loud.connect(sound.destination);
        tone.start(at);
        tone.stop(at + 0.16);
      });
    } catch (silent) { /* a device without sound shows and says the same */ }
    if (navigator.vibrate) { navigator.vibrate(SHAKES[kind]); }
  }

  // kind: in, again, kept, no. facts: title, name, role, text, links [{href, text}]; quiet when it only confirms what was shown.
  function answer(place, kind, facts) {
    place.className = "door-answer door-answer--" + kind;
    place.replaceChildren(el("h2", facts.title, "door-answer__title"));
    if (facts.name) {
      var name = el("p", facts.name, "door-answer__name");
      name.dir = "auto";
      place.append(name, el("p", facts.role || ""));
    }
    if (facts.text) { place.append(el("p", facts.text)); }
    (facts.links || []).forEach(function (each) {
      var link = el("a", each.text, "btn btn-outline-primary");
      link.href = each.href;
      place.append(link, " ");
    });
    place.hidden = false;
    if (facts.quiet) { return; }
    beep(kind);
    // Who types, or reads with a scanner that types, goes on where she is: the answer is announced all the same.
    if (!document.activeElement || document.activeElement.type !== "search") { place.focus({ preventScroll: true }); }
    place.scrollIntoView({ block: "nearest" });
  }

  // The time of day and the date where the session takes place.
  function clock(list, language, at) {
    var how = { hour: "2-digit", minute: "2-digit", timeZone: list.zone };
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id-ID", how).format(at) + " " + list.zone_name;
  }
  function today(list) {
    var how = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: list.zone };
    return new Intl.DateTimeFormat("en-CA", how).format(door.now());
  }

  // The item that goes on now, or null: the last one that has begun, on the list's own day.
  function running(list) {
    var how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: list.zone };
    var now = new Intl.DateTimeFormat("en-GB", how).format(door.now());
    var begun = list.date === today(list) ? list.items.filter(function (each) { return each.starts && each.starts <= now; }) : [];
    return begun.length ? begun[begun.length - 1].id : null;
  }

  Object.assign(door, { el: el, answer: answer, clock: clock, today: today, running: running });
}());
