"""TPBIS Events: registration, attendance and certificates for the gatherings of TPBIS, Perpustakaan Nasional RI."""

from __future__ import annotations

from typing import Any

from flask import Flask

import config
from tpbis_events.foundation.database import db, engine_options, init_database
from tpbis_events.foundation.logs import init_logs

__version__ = "0.1.0"


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Put the house together: settings, then the database, then the doors. `settings` override the environment (for tests)."""
    values = {**config.from_environment(), **(settings or {})}
    values.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(values["SQLALCHEMY_DATABASE_URI"]))
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        instance_path=str(values["INSTANCE"]),
    )
    app.config.from_mapping(values)
    init_logs(app.config["LOG_LEVEL"])
    init_database(app)

    from flask_migrate import Migrate

    from tpbis_events import cli, tables, web
    from tpbis_events.certificates import badge_key, collection
    from tpbis_events.outbox import said, write
    from tpbis_events.people import account_links
    from tpbis_events.registrations import invitations, links
    from tpbis_events.reports import exports

    Migrate(app, db, directory=str(config.ROOT / "migrations"), compare_type=True)
    tables.load()
    web.init_app(app)
    addresses = (links.mailed_page, invitations.mailed_page, account_links.mailed_page, exports.mailed_page)
    write.init_app(app, said.Pages(*addresses, collection.mailed_page))
    cli.init_app(app)
    with app.app_context():
        badge_key.all_keys()  # one that can't be a key is told now, not to who downloads the first badge
    return app
