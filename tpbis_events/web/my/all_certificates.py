"""All certificates of an e-mail address, by the link that is mailed to it; no cookie, and a GET changes nothing."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, Response, render_template, send_file

from tpbis_events.certificates.collection import MOST, Stands, certificate_with, collected, write_zip
from tpbis_events.foundation.errors import NotFound
from tpbis_events.registrations.address_links import open_address
from tpbis_events.web.certificate_file import certificate_file
from tpbis_events.web.certificate_words import KINDS
from tpbis_events.web.guards import limiter

page = Blueprint("all_certificates", __name__)

ZONE = "Asia/Jakarta"  # certificates are issued and revoked there
IN_MEMORY = 4 * 1024 * 1024  # bytes; a larger ZIP file is made on the disk, and gone when it is sent
LIMIT = "20 per minute"


@page.get("/my/certificates/<link>")
def show(link: str) -> str:
    address = open_address(link)
    found = collected(address.key)
    return render_template(
        "my/all_certificates/show.html",
        link=link,
        until=address.until,
        zone=ZONE,
        found=found,
        most=MOST,
        kinds=KINDS,
        ready=sum(each.stands is Stands.READY for each in found),
        names=len({each.full_name for each in found}),
    )


@page.get("/my/certificates/<link>/<code>.pdf")
def download(link: str, code: str) -> Response:
    """The file of one of them, the newest version. Refuses one that was revoked, and one that isn't signed yet."""
    return certificate_file(certificate_with(open_address(link).key, code))


@page.get("/my/certificates/<link>/all.zip")
@limiter.limit(lambda: LIMIT)
def archive(link: str) -> Response:
    """Those that are ready, in one file."""
    key = open_address(link).key
    out = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (the answer closes it)
    if not write_zip(key, out):
        out.close()
        raise NotFound("certificate.not_made")
    size = out.tell()
    out.seek(0)
    answer = send_file(out, mimetype="application/zip", as_attachment=True, download_name="sertifikat.zip")
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"
    return answer
