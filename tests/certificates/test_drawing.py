"""A certificate's page: what stands on it, in whose script, inside its frame, and the same bytes every time."""

import io
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.certificates.sample import BUDI
from tests.left_out import need
from tpbis_events.certificates import shaping
from tpbis_events.certificates.drawing import draw, draw_all, undrawable
from tpbis_events.certificates.facts import Lesson
from tpbis_events.certificates.fonts import DISPLAY, SERIF
from tpbis_events.certificates.layout import Fit, fit
from tpbis_events.certificates.layouts import HEIGHT, LAYOUTS

CHOICES = {"kind", "layout", "colour", "accent"}
PRINTED = [name for name in BUDI.__slots__ if isinstance(getattr(BUDI, name), str) and name not in CHOICES]
OWN_NAMES = {
    "NotoSerifLao": "ນາງ ສຸພາພອນ ພົມມະຈັນ",
    "NotoSerifThai": "นางสาวกิ่งแก้ว ศรีสุวรรณ",
    "NotoSerifMyanmar": "ဒေါ် ခင်မြတ်ကြည် သန္တာဝင်း",
    "NotoSerifSinhala": "ශ්‍රී චන්ද්‍රිකා ප්‍රියදර්ශනී",
    "NotoSerifTamil": "ஸ்ரீமதி லக்ஷ்மி கிருஷ்ணமூர்த்தி",
    "NotoSerifDevanagari": "श्रीमती लक्ष्मी कृष्णमूर्ति",
    "NotoSerifBengali": "শ্রীমতী লক্ষ্মী চট্টোপাধ্যায়",
    "NotoSerifTibetan": "བསོད་ནམས་རྒྱ་མཚོ",
    "NotoSerifKhmer": "លោកស្រី ច័ន្ទ សុភ័ក្ត្រ",
    "NotoNaskhArabic": "محمد عبد الرحمن",
    "NotoSansThaana": "އަޙްމަދު ރަޝީދު",
    "NotoSerifBalinese": "ᬦᬶᬓ᭄ᬱᬸᬫ",
    "NotoSansJavanese": "ꦱꦿꦶꦩꦸꦭꦾꦤꦶ",
    "NotoSansSundanese": "ᮃᮞᮨᮕ᮪ ᮞᮥᮔ᮪ᮓ",
    "NotoSerif": "Nguyễn Thị Ngọc Ánh",
}
RIGHT_TO_LEFT = {"NotoNaskhArabic", "NotoSansThaana"}


@pytest.fixture
def poppler() -> None:
    need("poppler", shutil.which("pdftotext") is not None and shutil.which("pdftoppm") is not None)


def text_of(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", "-enc", "UTF-8", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words_of(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


def boxes_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', text_of(pdf, "-bbox"))
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The page's fonts without their subset tag, and whether each is embedded."""
    fonts = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    found = {}
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        found[str(descriptor["/FontName"]).partition("+")[2]] = "/FontFile2" in descriptor
    return found


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = replace(BUDI, own_script_name=OWN_NAMES["NotoSerifMyanmar"])
    first = draw(facts)
    draw(replace(BUDI, full_name="Sari", own_script_name=OWN_NAMES["NotoSerifLao"]))
    assert draw(facts) == first
    assert draw(replace(facts, full_name="Budi Santosa")) != first


def test_another_process_draws_the_same_bytes() -> None:
    program = (
        "import sys; from tests.certificates.test_drawing import BUDI, OWN_NAMES, draw, replace; "
        "sys.stdout.buffer.write(draw(replace(BUDI, own_script_name=OWN_NAMES['NotoSerifSinhala'])))"
    )
    root = Path(__file__).parents[2]
    there = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=True).stdout
    assert there == draw(replace(BUDI, own_script_name=OWN_NAMES["NotoSerifSinhala"]))


def test_threads_that_draw_together_do_not_mix_their_pages() -> None:
    all_facts = [replace(BUDI, full_name=family, own_script_name=name) for family, name in OWN_NAMES.items()]
    alone = [draw(facts) for facts in all_facts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(draw, all_facts)) == alone


def test_it_is_one_lying_a4_page_with_title_author_subject_and_language() -> None:
    reader = PdfReader(io.BytesIO(draw(BUDI)))
    assert len(reader.pages) == 1
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    assert reader.metadata is not None
    assert reader.metadata.title == f"Sertifikat {BUDI.number} – {BUDI.full_name}"
    assert reader.metadata.author == BUDI.issuer_id
    assert reader.metadata.subject == f"{BUDI.event_name_id} / {BUDI.event_name_en}"
    assert reader.root_object["/Lang"] == "id-ID"
    assert "/CreationDate" not in reader.metadata


@pytest.mark.usefixtures("poppler")
def test_all_facts_stand_on_the_page_in_both_languages() -> None:
    words = words_of(draw(BUDI))
    told = [getattr(BUDI, name) for name in PRINTED]
    assert [value for value in told if value not in words] == []
    for phrase in ("SERTIFIKAT", "Certificate", "sebagai Peserta", "as Participant", "Dokumen contoh / Specimen"):
        assert phrase in words
    assert "8 JP (jam pelajaran @ 45 menit)" in words
    assert "8 learning hours of 45 minutes" in words
    assert "menggantikan" not in words


@pytest.mark.usefixtures("poppler")
def test_what_a_certificate_does_not_say_leaves_no_trace() -> None:
    words = words_of(draw(replace(BUDI, nip=None, jp=0, specimen=False)))
    assert not [phrase for phrase in ("NIP", "JP", "learning hour", "Specimen", "None") if phrase in words]


@pytest.mark.usefixtures("poppler")
def test_a_second_version_names_the_one_it_replaces() -> None:
    words = words_of(draw(replace(BUDI, version=3)))
    assert "Versi 3, menggantikan versi 2" in words
    assert "Version 3, replaces version 2" in words


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize(
    "name",
    [
        '<font color="[[[getattr(pow, Word)]]]">Tono</font>',
        "<b>Tono</b> &amp; <br/> &#65;",
        "Tono ) Tj ET (\\",
        "%(name)s {0} {{ name }} $name",
        "<img src='file:///etc/passwd'/>",
    ],
)
def test_markup_in_a_name_is_drawn_as_it_is_written(name: str) -> None:
    pdf = draw(replace(BUDI, full_name=name))
    assert name in words_of(pdf)
    title = PdfReader(io.BytesIO(pdf)).metadata
    assert title is not None and title.title is not None and title.title.endswith(name)


@pytest.mark.usefixtures("poppler")
def test_control_and_direction_characters_vanish() -> None:
    name = "Bu\x00di\u202e San\u2066to\u200fso\x1b\ufeff\ud800\uffff\x7f"
    assert "Budi Santoso" in words_of(draw(replace(BUDI, full_name=name, own_script_name=name)))


@pytest.mark.usefixtures("poppler")
def test_lines_and_tabs_in_a_name_become_single_spaces() -> None:
    assert "Budi dari Bali Utara" in words_of(draw(replace(BUDI, full_name=" Budi\r\n\tdari \u2028 Bali\u00a0Utara\n")))


def test_signs_without_a_face_are_left_out_and_letters_without_one_are_marked() -> None:
    facts = replace(BUDI, full_name="Budi 👩‍💻🎉 Santoso", own_script_name="国立図書館 Budi")
    assert undrawable(BUDI) == ""
    assert undrawable(replace(BUDI, full_name="i" * 5000, signatory_name="国")) == "国"
    assert undrawable(facts) == "👩💻🎉国立図書館"
    drawn = "".join(run.text for run in shaping.shape(shaping.clean("Budi 🎉国"), SERIF).runs)
    assert drawn == "Budi " + shaping.REPLACEMENT
    assert draw(facts).startswith(b"%PDF")


@pytest.mark.parametrize("filler", ["W", "Wi ", "\x00", "𐍈", "e\u0301\u0302\u0303", "ຊ", "سلام ", "👍", "\u200d", "𝔘"])
def test_ten_thousand_characters_in_every_field_still_make_one_page(filler: str) -> None:
    words = dict.fromkeys(PRINTED, (filler * 10_000)[:10_000])
    facts = replace(BUDI, **{**words, "own_script_name": filler * 10_000, "check_url": BUDI.check_url})
    assert len(PdfReader(io.BytesIO(draw(facts))).pages) == 1


@pytest.mark.usefixtures("poppler")
def test_a_text_that_is_cut_says_so() -> None:
    assert "…" in text_of(draw(replace(BUDI, own_script_name="i " * 10_000)))


def test_a_check_address_is_never_cut() -> None:
    far = replace(BUDI, check_url="https://tpbis.example/periksa/" + "A" * 900)
    note = PdfReader(io.BytesIO(draw(far))).pages[0]["/Annots"][0].get_object()
    assert note["/A"]["/URI"] == far.check_url
    with pytest.raises(segno.DataOverflowError):
        draw(replace(BUDI, check_url="https://tpbis.example/periksa/" + "A" * 9000))


def test_empty_facts_still_make_one_page() -> None:
    empty = dict.fromkeys(PRINTED, "")
    pdf = draw(replace(BUDI, **{**empty, "check_url": BUDI.check_url}))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize(
    "name",
    [
        ("Raden Ajeng Siti Nurhaliza Kusumaningtyas Dewi Anggraini " * 4)[:200],
        "W" * 200,
        "i" * 200,
        ("ஸ்ரீமதி லக்ஷ்மி கிருஷ்ணமூர்த்தி " * 8)[:200],
    ],
)
def test_a_name_of_200_characters_stays_whole_and_inside_the_frame(name: str) -> None:
    facts = replace(BUDI, full_name=name, own_script_name=name, version=2)
    pdf = draw(facts)
    assert "…" not in text_of(pdf)
    boxes = boxes_of(pdf)
    assert min(box[0] for box in boxes) >= LAYOUTS["frame"].left - 1
    assert max(box[2] for box in boxes) <= LAYOUTS["frame"].right + 1
    assert max(box[3] for box in boxes) <= HEIGHT - 50
    done = fit(shaping.clean(name), Fit(DISPLAY, 36, 19, 6.5, 2), LAYOUTS["frame"].width)
    assert all(line.width * done.size <= LAYOUTS["frame"].width + 0.01 for line in done.lines)
    assert len(done.lines) == 2 or name == "i" * 200


def test_a_short_name_is_not_made_smaller() -> None:
    assert fit("Budi Santoso", Fit(DISPLAY, 36, 19, 6.5, 2), LAYOUTS["frame"].width).size == 36


def test_what_does_not_fit_at_the_least_size_ends_in_an_ellipsis_within_the_width() -> None:
    done = fit("Sari " * 300, Fit(SERIF, 12, 9, 8, 2), 300)
    assert done.lines[-1].runs[-1].text.endswith("…")
    assert done.size == 8
    assert max(line.width for line in done.lines) * 8 <= 300


@pytest.mark.parametrize("family", OWN_NAMES)
def test_a_name_is_drawn_in_an_embedded_font_of_its_own_script(family: str) -> None:
    name = OWN_NAMES[family]
    fonts = fonts_of(draw(replace(BUDI, own_script_name=name)))
    assert all(fonts.values())
    assert f"{family}-Regular" in fonts
    shaped = shaping.shape(shaping.clean(name), SERIF)
    assert {run.face.name for run in shaped.runs} == {f"{family}-Regular"}
    assert 0 not in {glyph.number for run in shaped.runs for glyph in run.glyphs}
    assert undrawable(replace(BUDI, own_script_name=name)) == ""


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("family", [family for family in OWN_NAMES if family not in RIGHT_TO_LEFT])
def test_a_name_in_its_own_script_can_be_copied_from_the_page(family: str) -> None:
    assert OWN_NAMES[family] in words_of(draw(replace(BUDI, own_script_name=OWN_NAMES[family])))


@pytest.mark.usefixtures("poppler")
def test_an_arabic_name_runs_right_to_left_and_can_be_copied() -> None:
    words = words_of(draw(replace(BUDI, own_script_name="محمد عبد الرحمن")))
    assert "محمد عبد الرحمن" in words


def test_numbers_and_latin_words_keep_their_direction_within_arabic() -> None:
    texts = [run.text for run in shaping.shape("علي 2023 Ali", SERIF).runs]
    assert [text.strip() for text in texts if text.strip()] == ["Ali", "2023", "علي"]


def test_syllables_are_shaped_and_never_broken() -> None:
    lakshmi = shaping.shape("लक्ष्मी", SERIF).runs[0]
    assert len(lakshmi.glyphs) < len("लक्ष्मी")
    assert shaping.clusters("लक्ष्मी", SERIF) == ["ल", "क्ष्मी"]
    assert shaping.clusters("Ánh", SERIF) == ["Á", "n", "h"]


def test_only_the_fonts_in_use_are_embedded() -> None:
    pdf = draw(BUDI)
    assert set(fonts_of(pdf)) == {"NotoSerif-Regular", "NotoSerif-Italic", "NotoSerif-Bold", "NotoSerifDisplay-Regular"}
    assert len(pdf) < 60_000


@pytest.mark.usefixtures("poppler")
def test_the_qr_code_leads_to_the_check_page() -> None:
    command = ["pdftoppm", "-r", "100", "-png", "-singlefile", "-"]
    image = Image.open(io.BytesIO(subprocess.run(command, input=draw(BUDI), capture_output=True, check=True).stdout))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [BUDI.check_url]


def test_only_a_web_address_becomes_a_link() -> None:
    page = PdfReader(io.BytesIO(draw(BUDI))).pages[0]
    assert [note.get_object()["/A"]["/URI"] for note in page["/Annots"]] == [BUDI.check_url]
    other = PdfReader(io.BytesIO(draw(replace(BUDI, check_url="javascript:alert(1)")))).pages[0]
    assert "/Annots" not in other


LESSONS = tuple(Lesson(f"Materi ke-{n}", f"Topic {n}", n, 1, f"Dr. Pembicara {n}, M.Si.") for n in (1, 2, 4))


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.split()) for page in text_of(pdf).split("\f")[:-1]]


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_holds_the_longest_names_between_its_edges_and_its_code_can_be_read(layout: str) -> None:
    name = ("Raden Ajeng Siti Nurhaliza Kusumaningtyas Dewi Anggraini " * 4)[:200]
    facts = replace(BUDI, layout=layout, full_name=name, own_script_name=OWN_NAMES["NotoSerifMyanmar"], version=2)
    pdf = draw(facts)
    assert "…" not in text_of(pdf) and name in words_of(pdf)
    here = LAYOUTS[layout]
    boxes = boxes_of(pdf)
    assert min(box[0] for box in boxes) >= here.left - 1 and max(box[2] for box in boxes) <= here.right + 1
    assert (
        min(box[1] for box in boxes) >= HEIGHT - here.top - 4 and max(box[3] for box in boxes) <= HEIGHT - here.foot + 6
    )
    command = ["pdftoppm", "-r", "100", "-png", "-singlefile", "-"]
    image = Image.open(io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [facts.check_url]


def test_each_layout_and_colour_is_drawn_differently_and_each_the_same_again() -> None:
    looks: list[dict[str, Any]] = [{"layout": layout} for layout in LAYOUTS]
    looks += [{"layout": layout, "colour": "#17472f", "accent": "#7a6420"} for layout in LAYOUTS]
    pages = [draw(replace(BUDI, **look)) for look in looks]
    assert len(set(pages)) == len(looks)
    assert [draw(replace(BUDI, **look)) for look in looks] == pages


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_back_lists_the_lessons_with_speakers_and_their_sum(layout: str) -> None:
    front, back = pages_of(draw(replace(BUDI, layout=layout, jp=7, lessons=LESSONS)))
    assert "7 JP" in front
    for lesson in LESSONS:
        assert lesson.title_id in back and lesson.title_en in back and lesson.speakers in back
    assert "Jumlah / Total" in back and "7 JP" in back and BUDI.code in back and BUDI.full_name in back


@pytest.mark.usefixtures("poppler")
def test_lessons_that_do_not_fit_on_one_page_go_on_on_the_next() -> None:
    many = tuple(Lesson(f"Materi nomor-{n}. tentang " + "TPBIS " * 20, f"Topic {n}", 1, 1) for n in range(60))
    pages = pages_of(draw(replace(BUDI, lessons=many)))
    assert len(pages) > 2
    behind = " ".join(pages[1:])
    assert [n for n in range(60) if f"nomor-{n}." not in behind] == []
    assert behind.count("Jumlah / Total") == 1 and "60 JP" in pages[-1]


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("speaker", ("SERTIFIKAT", "sebagai Narasumber (Peran)", "as Speaker (Role)")),
        ("moderator", ("SERTIFIKAT", "sebagai Moderator (Peran)")),
        ("committee", ("SERTIFIKAT", "sebagai Panitia (Peran)", "as Committee Member (Role)")),
        ("letter", ("SURAT KETERANGAN KEHADIRAN", "Letter of Attendance", "telah hadir sebagai Peserta (Peran)")),
    ],
)
def test_each_kind_says_what_it_is(kind: str, words: tuple[str, ...]) -> None:
    page = words_of(draw(replace(BUDI, kind=kind, role_id="Peran", role_en="Role")))
    assert [each for each in words if each not in page] == []


def test_pictures_are_in_the_file_once_and_the_file_is_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("a", (400, 100)), ("b", (100, 300)), ("s", (300, 90))):
        Image.effect_noise(size, 60).convert("RGBA").save(tmp_path / f"{name}.png")
    monkeypatch.setattr("tpbis_events.certificates.front.path_of", lambda name: tmp_path / f"{name}.png")
    facts = replace(BUDI, logos=("a", "b", "a"), signature="s", lessons=LESSONS)
    pdf = draw(facts)
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 3
    assert draw(facts) == pdf


def test_several_certificates_in_one_file_share_fonts_and_ground() -> None:
    many = [replace(BUDI, full_name=f"Peserta {n}") for n in range(5)]
    pdf = draw_all(many, "Semua")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 5
    assert len(pdf) < 2 * len(draw(BUDI))


def test_a_layout_that_there_no_longer_is_gives_the_classical_one() -> None:
    assert len(PdfReader(io.BytesIO(draw(replace(BUDI, layout="gone")))).pages) == 1
