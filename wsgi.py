"""The door for servers and for `flask --app wsgi`."""

from tpbis_events import create_app

app = create_app()
