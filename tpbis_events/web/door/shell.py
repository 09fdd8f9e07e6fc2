"""The door as an app: what installs it, what keeps its frame for the time without a network, and that frame, empty of people."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import gettext as _

from tpbis_events.web.door.words import words_of_app
from tpbis_events.web.languages import language
from tpbis_events.web.presentation import static_url

page = Blueprint("shell", __name__)

# What the frame is made of. The service worker keeps these and nothing else.
STATIC = (
    "vendor/bootstrap/bootstrap.trimmed.css",
    "css/tpbis.css",
    "css/door.css",
    "js/door-store.js",
    "js/door-sync.js",
    "js/door-camera.js",
    "js/door-verdict.js",
    "js/door.js",
    "vendor/zxing-wasm/reader.js",
    "vendor/zxing-wasm/zxing_reader.wasm",
    "img/door/icon-192.png",
)
SIZES = (192, 512)


@page.get("/door/offline")
def show() -> str:
    """The frame alone; the names in it come from what the device took along."""
    return render_template("door/shell/show.html", words=words_of_app())


@page.get("/door/manifest.webmanifest")
def manifest() -> Response:
    """What a browser needs to put the door among its apps."""
    icons = [
        {
            "src": static_url(f"img/door/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    home = url_for("door.home.show")
    said = {
        "id": home,
        "name": _("TPBIS Check-in"),
        "short_name": _("Check-in"),
        "lang": language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#faf7f0",
        "theme_color": "#0f3442",
        "icons": icons,
    }
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json")


@page.get("/door/sw.js")
def worker() -> Response:
    """The service worker of this language's door; another byte in anything that it keeps makes it another version."""
    frame = url_for("door.shell.show")
    code = (Path(current_app.static_folder or "") / "js" / "door-worker.js").read_text()
    kept = [frame, *(static_url(name) for name in STATIC)]
    version = hashlib.sha256("\n".join([code, show(), *kept]).encode()).hexdigest()[:12]
    facts = json.dumps({"version": version, "language": language(), "frame": frame, "kept": kept})
    answer = Response(f"const DOOR = {facts};\n{code}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
