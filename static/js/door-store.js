// What the door keeps on the device: sealed lists, scans that wait, and how wrong the clock is. Names are never kept in the open:
// an entry opens by its own ticket, the names by a key that no script can take out of the browser again.
(function () {
  "use strict";
  var NAME = "tpbis-door", INFO = "tpbis door list 1", MARK = 12, KEY = 32, ZERO = new Uint8Array(12);
  var ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  var opened = null;

  function base() {
    opened = opened || new Promise(function (resolve, reject) {
      var ask = indexedDB.open(NAME, 1);
      ask.onupgradeneeded = function () {
        ask.result.createObjectStore("lists", { keyPath: "id" });
        ask.result.createObjectStore("queue", { keyPath: "key" });
        ask.result.createObjectStore("told", { keyPath: "key" });
        ask.result.createObjectStore("facts", { keyPath: "id" });
      };
      ask.onsuccess = function () { resolve(ask.result); };
      ask.onerror = function () { reject(ask.error); };
    });
    return opened;
  }

  function act(store, mode, make) {
    return base().then(function (db) {
      return new Promise(function (resolve, reject) {
        var move = db.transaction(store, mode), asked = make(move.objectStore(store));
        move.oncomplete = function () { resolve(asked.result); };
        move.onerror = move.onabort = function () { reject(move.error); };
      });
    });
  }
  function put(store, row) { return act(store, "readwrite", function (s) { return s.put(row); }); }
  function get(store, key) { return act(store, "readonly", function (s) { return s.get(key); }); }
  function all(store) { return act(store, "readonly", function (s) { return s.getAll(); }); }
  function remove(store, key) { return act(store, "readwrite", function (s) { return s.delete(key); }); }

  function bytes(text) {
    var raw = atob(text), found = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) { found[i] = raw.charCodeAt(i); }
    return found;
  }
  function text(found) { return btoa(String.fromCharCode.apply(null, found)); }

  // As codes.read_back on the server: what somebody typed, as the code was issued.
  function readBack(typed) {
    var wide = String(typed).toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
    return wide.split("").filter(function (c) { return ALPHABET.indexOf(c) >= 0; }).join("");
  }
  // As rules.name_key on the server, near enough to find by: small letters without accents.
  function fold(name) {
    return name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function openBox(key, box) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: ZERO }, key, bytes(box)).then(function (plain) {
      return JSON.parse(new TextDecoder().decode(plain));
    });
  }
  function person(row) { return { id: row[0], name: row[1], role: row[2], state: row[3], reference: row[4] || "" }; }

  // The person whose ticket this is, or null when the list has no such entry.
  function byTicket(list, ticket) {
    return crypto.subtle.importKey("raw", new TextEncoder().encode(ticket), "HKDF", false, ["deriveBits"])
      .then(function (key) {
        var how = { name: "HKDF", hash: "SHA-256", salt: bytes(list.salt), info: new TextEncoder().encode(INFO) };
        return crypto.subtle.deriveBits(how, key, (MARK + KEY) * 8);
      })
      .then(function (bits) {
        var derived = new Uint8Array(bits), box = list.entries[text(derived.slice(0, MARK))];
        if (!box) { return null; }
        return crypto.subtle.importKey("raw", derived.slice(MARK), "AES-GCM", false, ["decrypt"])
          .then(function (key) { return openBox(key, box); }).then(person);
      });
  }

  // All names in memory, for those who may search; nobody for the others.
  function names(list) {
    if (!list.names || !list.searchKey) { return Promise.resolve(null); }
    return openBox(list.searchKey, list.names).then(function (rows) {
      return rows.map(function (row) { var each = person(row); each.folded = fold(each.name); return each; });
    });
  }
  function find(people, typed, most) {
    var parts = fold(typed).split(" ").filter(Boolean), code = readBack(typed), found = [];
    var enough = parts.join("").length >= 3;
    for (var i = 0; i < people.length && found.length <= most; i += 1) {
      var each = people[i];
      if ((enough && parts.every(function (p) { return each.folded.indexOf(p) >= 0; })) || each.reference === code) {
        found.push(each);
      }
    }
    return found;
  }

  function keepList(sealed) {
    var list = Object.assign({}, sealed, { id: sealed.session + ":" + sealed.day });
    delete list.search_key;
    var key = sealed.search_key
      ? crypto.subtle.importKey("raw", bytes(sealed.search_key), "AES-GCM", false, ["decrypt"]) : Promise.resolve(null);
    return key.then(function (found) { list.searchKey = found; return put("lists", list); }).then(function () { return list; });
  }

  // Scans carry tickets, and a ticket opens its name: so they wait under a key of the device, which can't be taken out either.
  function deviceKey() {
    return get("facts", "key").then(function (row) {
      if (row) { return row.value; }
      return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
        .then(function (key) { return put("facts", { id: "key", value: key }).then(function () { return key; }); });
    });
  }
  function seal(content) {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    return deviceKey().then(function (key) {
      return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, key, new TextEncoder().encode(JSON.stringify(content)));
    }).then(function (box) { return { iv: iv, box: box }; });
  }
  function unseal(row) {
    return deviceKey().then(function (key) {
      return crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.box);
    }).then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); });
  }

  window.tpbisDoor = {
    able: function () { return Boolean(window.indexedDB && window.crypto && crypto.subtle && window.fetch && window.AbortController); },
    put: put, get: get, all: all, remove: remove, readBack: readBack, fold: fold,
    byTicket: byTicket, names: names, find: find, keepList: keepList, seal: seal, unseal: unseal
  };
}());
