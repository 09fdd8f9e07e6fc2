"""The check of the templates finds what it is there to find, and lets the rest be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import check_templates


def _check(directory: Path, text: str, name: str = "public/page.html") -> list[str]:
    file = directory / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return check_templates.problems(directory)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{% if x %}", "Jinja can't read it"),
        ('<p style="color: red"></p>', "an inline style="),
        ('<button onclick="go()"></button>', "an inline onclick="),
        ("<style>p { color: red }</style>", "a <style> element"),
        ("<script>go()</script>", "a script without src"),
        ('<script src="https://cdn.example/x.js"></script>', "fetched from another host"),
        ('<img src="//cdn.example/x.png" alt="">', "fetched from another host"),
        ("<p>\nPendaftaran</p>", "page.html:2: not passed through gettext: 'Pendaftaran'"),
        ('<img src="x" alt="Peta Bali">', "not passed through gettext (alt=)"),
        ("{% trans %}Seats{% endtrans %} kursi", "not passed through gettext: 'kursi'"),
    ],
)
def test_a_broken_rule_is_found(tmp_path: Path, text: str, what: str) -> None:
    lines = _check(tmp_path, text)
    assert len(lines) == 1
    assert what in lines[0]


@pytest.mark.parametrize(
    "text",
    [
        '<h1 class="{% block main_class %}container page{% endblock %}">{{ _("Seats") }}</h1>',
        "{% block body_class %}door{% endblock %}",
        "{% trans n=n %}{{ n }} seat{% pluralize %}{{ n }} seats{% endtrans %}",
        '<a href="https://www.perpusnas.go.id">{{ name }}</a>',
        '<span lang="id">Perpustakaan Nasional <b>Republik</b> Indonesia</span> TPBIS',
        "{# a remark #}{% set id %}{{ name }}-hint{% endset %}",
    ],
)
def test_what_keeps_the_rules_passes(tmp_path: Path, text: str) -> None:
    assert _check(tmp_path, text) == []


def test_words_after_an_element_in_its_own_language_are_read_again(tmp_path: Path) -> None:
    assert len(_check(tmp_path, '<p><span lang="id">Perpustakaan <span>a</span></span> kursi</p>')) == 1


def test_mail_may_carry_styles_and_its_plain_text_is_read_too(tmp_path: Path) -> None:
    assert _check(tmp_path, '<p style="color: red">{{ words }}</p>', "mail/seated/body.html") == []
    lines = _check(tmp_path, "{{ _('Dear') }}\nSalam hangat\n", "mail/seated/body.txt")
    assert lines == ["templates/mail/seated/body.txt:2: not passed through gettext: 'Salam hangat'"]
