"""What is said when something is refused about lists that come in and go out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "batch.problems": (
        _l("Some rows cannot be registered"),
        _l("Nothing was stored. Problems found: %(number)s."),
    ),
    "batch.size": (
        _l("That number of rows does not fit"),
        _l("Hand in at least 1 and at most %(most)s rows at a time."),
    ),
    "batch.unknown": (_l("There is no such import"), _l("See the roster of the session.")),
    "export.unknown": (_l("There is no such export"), _l("See the list of your exports.")),
    "export.expired": (
        _l("This file is no longer here"),
        _l("Files are deleted after seven days. Order the export again."),
    ),
    "export.too_many": (
        _l("Several of your exports are still being made"),
        _l("At most %(most)s are made at a time. Wait for one of them, or delete it."),
    ),
    "export.no_certificates": (
        _l("There is no certificate to take out"),
        _l("Those that were revoked or wait for their signature are left out."),
    ),
    "export.owner_gone": (_l("The account that ordered it is gone"), _l("Nothing was made.")),
    "sheet.too_large": (
        _l("The file is too large"),
        _l("At most %(most)s MB are read. Take pictures and further sheets out of it, or upload it in parts."),
    ),
    "sheet.too_many_rows": (
        _l("The file has too many rows"),
        _l("At most %(most)s rows are read at a time. Delete empty rows below the table, or upload it in parts."),
    ),
    "sheet.too_much_text": (
        _l("There is too much text in the file"),
        _l("Leave out columns that nobody asked for, or upload it in parts."),
    ),
    "sheet.unpacks_too_large": (
        _l("There is much more in the file than a roster needs"),
        _l("Copy the table alone into a new workbook, or into the template, and upload that."),
    ),
    "sheet.macros": (
        _l("The file contains macros"),
        _l("Files with programs in them are not opened. Save it as an Excel workbook without macros (.xlsx)."),
    ),
    "sheet.encrypted": (
        _l("The file is protected by a password"),
        _l("Save it without a password and upload it again."),
    ),
    "sheet.old_format": (
        _l("This is a file of an old Excel (.xls)"),
        _l("Open it and save it as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.other_format": (
        _l("This kind of file is not read"),
        _l("Open it and save it as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.unreadable": (
        _l("The file cannot be read as a table"),
        _l("It is damaged, or not what its name says. Save it anew as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.empty": (
        _l("There is nobody in the file"),
        _l("Below a row of headings, the first sheet needs one row for each person."),
    ),
    "sheet.no_column": (
        _l("A column is missing"),
        _l("The file has no column %(column)s. Take the template, or change the heading."),
    ),
    "sheet.form_broken": (
        _l("The page lost the rows of the file"),
        _l("Nothing was stored. Please upload the file again."),
    ),
    "sheet.none": (_l("No file was chosen"), _l("Choose a file first.")),
    "sheet.unknown": (
        _l("There is no such sheet"),
        _l("The code may be misread, or its day was moved since. See the sheets of the session."),
    ),
}
