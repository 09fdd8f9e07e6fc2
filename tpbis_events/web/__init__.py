"""Pages by audience: public, my (a participant's own), account (an organizer's own), office, door."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from tpbis_events.web import (
    account,
    accounts,
    bounces,
    compression,
    door,
    guards,
    health,
    languages,
    my,
    office,
    origin,
    presentation,
    public,
    refusals,
    requests_log,
    row_ids,
)

# A page module `web/public/home.py` has a blueprint `page`; its endpoints are `public.home.*`, its templates are in
# `templates/public/home/`.
AUDIENCES = (public, my, account, office, door)


def init_app(app: Flask) -> None:
    requests_log.init_app(app)  # first: what a guard refuses is a request too
    row_ids.init_app(app)  # before any address
    origin.init_app(app)
    languages.init_app(app)
    guards.init_app(app)
    compression.init_app(app)
    accounts.init_app(app)
    presentation.init_app(app)
    refusals.init_app(app)
    app.register_blueprint(health.page)
    app.register_blueprint(bounces.page)
    guards.csrf.exempt(bounces.page)  # a machine, which signs what it says
    for audience in AUDIENCES:
        app.register_blueprint(audience.pages())
    for audience in (public, my):  # no cookie, so nothing that a forged request could use
        for module in audience.MODULES:
            guards.csrf.exempt(import_module(f"{audience.__name__}.{module}").page)
