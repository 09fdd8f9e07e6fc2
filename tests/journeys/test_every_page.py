"""Every page, in a real browser: for who sees little, has a small phone, pays for each kilobyte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, ViewportSize

from tests.journeys.conftest import TIMEOUT, House
from tests.journeys.registering import open_event, register
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEAVIEST = 50 * 1024  # bytes on the wire
MOST_REQUESTS = 5
NARROW: ViewportSize = {"width": 320, "height": 640}
# Where text, a picture or a control reaches beyond the window, though nothing around it scrolls.
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = node => { for (let up = node.parentElement; up; up = up.parentElement)
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true; return false; };
  return [...document.body.querySelectorAll('*')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && box.right > wide + 1 && box.left >= 0 && !scrolls(node);
  }).map(node => node.outerHTML.slice(0, 120)).concat(
    document.documentElement.scrollWidth > wide ? ['the page: ' + document.documentElement.scrollWidth] : []);
}"""


@dataclass(frozen=True, slots=True)
class World:
    """Paths of a system in use, by who opens them."""

    public: tuple[str, ...]
    own: tuple[str, ...]
    office: tuple[str, ...]
    door: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        return self.public + self.own + self.office + self.door


@pytest.fixture(scope="module")
def desk_of_sari(house: House, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID")
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    sign_in(page, house, "national")
    yield page
    context.close()


@pytest.fixture(scope="module")
def world(house: House, desk_of_sari: Page) -> World:
    """Budi is seated in Bengkulu, was there and has his certificate; Wayan is seated; one waits, one has cancelled."""
    event = open_event(house)
    session = f"{event}/sessions/bengkulu"
    form, scarce = f"{session}/register/stakeholder-provinsi", f"{session}/register/perwakilan-desa"
    budi = register(house, form, "Budi Santoso", "budi.every@contoh.example")
    wayan = register(house, scarce, "Wayan Sudira", "wayan.every@contoh.example", "/en")
    waits = register(house, scarce, "Ketut Rai", "ketut.every@contoh.example")
    gone = register(house, scarce, "Putu Astawa", "putu.every@contoh.example", "/en")
    desk_of_sari.request.post(f"{gone}/cancel", form={"step": "confirm", "reason": "Bertugas di tempat lain"})

    moved = f"{event}/sessions/aceh"
    made = register(house, f"{moved}/register/stakeholder-provinsi", "Cut Meutia", "cut.every@contoh.example")
    desk_of_sari.goto(f"{house.url}/office{moved}/reschedule")
    desk_of_sari.fill("[name=venue]", "Gedung Sosial")
    desk_of_sari.fill("[name=reason]", "Aula dipakai")
    desk_of_sari.locator("main button[value=check]").click()
    desk_of_sari.locator("main button[value=confirm]").click()

    desk_of_sari.goto(f"{house.url}/office{event}/ways/bappeda-kabkota")
    desk_of_sari.check("[name=way_in][value=approval]")
    desk_of_sari.locator("main button[value=way]").click()
    register(house, f"{session}/register/bappeda-kabkota", "Nyoman Arta", "nyoman.every@contoh.example")

    desk_of_sari.goto(f"{house.url}/office{session}?q=budi")
    desk_of_sari.locator("form[action*='/attendance/'] button").click()
    person = desk_of_sari.locator("th[scope=row] a").first.get_attribute("href") or ""
    desk_of_sari.goto(house.url + person)
    desk_of_sari.locator("form[action$='/certificate'] button").click()
    check = desk_of_sari.locator("main a[href*='/check/']").get_attribute("href") or ""
    ready = house.mail_to("budi.every@contoh.example", leading_to="/my/certificates/").get_body(("plain",))
    all_of_budi = re.search(r"/my/certificates/\S+", ready.get_content() if ready else "")
    invitations = f"/office{session}/invitations"
    desk_of_sari.goto(house.url + invitations)
    desk_of_sari.fill("[name=name]", "Dinas Perpustakaan Bengkulu")
    desk_of_sari.locator("main form:has([name=quota]) button[type=submit]").click()
    invitation = desk_of_sari.locator("#made").input_value()
    desk_of_sari.goto(f"{house.url}/office/mail")
    mail = desk_of_sari.locator("th[scope=row] a").first.get_attribute("href") or ""
    desk_of_sari.goto(f"{house.url}/door/")
    door = desk_of_sari.locator(".door-list a", has_text=re.compile("Bengkulu")).first.get_attribute("href") or ""

    paths = [urlsplit(address).path for address in (budi, wayan, waits, gone, made)]
    return World(
        public=(  # each kind of page once, in one of the languages
            "/",
            event,
            "/events/ksp-2023",
            session,
            "/en/events/ksp-2023/sessions/jakarta",
            form,
            f"/en{scarce}",
            "/en/events/shm-provinsi-2023/sessions/bali/register/fasilitator-pic",
            urlsplit(invitation).path,
            "/privacy",
            "/en/check",
            check,
            "/check/AAAA",
            "/my",
            "/en/no-such-page",
        ),
        own=(
            f"{paths[0]}",
            f"{paths[0]}/correct",
            f"{paths[1]}",
            f"{paths[1]}/done",
            f"{paths[1]}/cancel",
            f"{paths[2]}",
            f"{paths[2]}/done",
            f"{paths[3]}",
            f"{paths[4]}",
            f"{paths[4]}/still-coming",
            all_of_budi[0] if all_of_budi else "",
        ),
        office=(
            "/en/office/",
            f"/office{event}",
            f"/en/office{session}",
            f"/office{session}/seats/perwakilan-desa",
            person,
            f"{person}/cancel",
            f"/en{person}/move",
            f"{person}/substitute",
            f"/en/office{session}/register/perwakilan-desa",
            f"/office{session}/waiting/perwakilan-desa",
            f"/en/office{event}/applications",
            f"/office{event}/ways",
            f"/en/office{event}/ways/stakeholder-provinsi",
            "/office/plans",
            f"/en/office{event}/plan",
            f"/office{event}/plan/preview",
            f"/en/office{event}/plan/texts",
            f"/office{event}/plan/sessions/bengkulu",
            f"/en/office{event}/plan/new-session",
            f"/office{event}/plan/roles/perwakilan-desa",
            f"/en/office{event}/plan/agenda",
            f"/office{event}/plan/certificate",
            "/en/office/corrections",
            f"/office{event}/plan/new-item",
            "/en/office/events/ksp-2023/plan/new-sessions",
            f"/office{event}/publication",
            f"/en/office{event}/clone",
            f"/office{session}/cancel",
            f"/office{event}/waves",
            f"/en/office{event}/waves/calendar",
            f"/office{moved}/reschedule",
            f"/en/office{moved}/changes",
            invitations,
            f"/office{event}/live",
            f"/en/office{session}/live?screen=1",
            f"/en/office{event}/attendance",
            f"/office{session}/attendance-record",
            "/office/mail",
            f"/en{mail}",
            "/office/audit",
        ),
        door=("/door/", door, f"/en{door}?q=wayan", f"{door}?q=zzzz"),
    )


def complaints(page: Page) -> list[str]:
    """What axe-core finds wrong with a page: the rule, and the first of the elements."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [f"{page.url}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def test_no_page_stands_in_the_way_of_who_cannot_see_it(house: House, world: World, desk_of_sari: Page) -> None:
    faults = []
    for path in world.all():
        desk_of_sari.goto(house.url + path)
        faults += complaints(desk_of_sari)
    assert faults == []


def test_the_two_judges_of_a_page_see_a_fault(browser: Browser) -> None:
    page = browser.new_page(viewport=NARROW)
    page.set_content('<main><img src="data:," width="900"><p>Tanpa bahasa</p></main>')
    assert {"html-has-lang", "image-alt"} <= {complaint.split(": ")[1] for complaint in complaints(page)}
    assert any("img" in each for each in page.evaluate(TOO_WIDE))
    page.close()


def test_a_form_with_errors_and_the_answers_to_read_over_stand_in_nobodys_way(
    house: House, world: World, browser: Browser
) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    form = next(path for path in world.public if path.endswith("/stakeholder-provinsi"))
    page.goto(house.url + form)
    page.locator("main button[value=check]").click()
    assert page.locator("[role=alert]").count() == 1
    faults = complaints(page)
    page.fill("[name=full_name]", "Nyoman Sari")
    page.fill("[name=email]", "nyoman@contoh.example")
    page.fill("[name=institution]", "Dinas Perpustakaan")
    page.fill("[name=position]", "Pustakawan")
    page.check("[name=employment][value=community]")
    page.check("[name=consent]")
    page.locator("main button[value=check]").click()
    assert page.locator("main button[value=confirm]").count() == 1
    assert faults + complaints(page) == []
    page.goto(f"{house.url}/office/login")
    page.locator("main form [type=submit]").click()
    assert complaints(page) == []
    page.context.close()


def test_no_page_is_wider_than_a_phone_of_320_pixels(house: House, world: World, desk_of_sari: Page) -> None:
    desk_of_sari.set_viewport_size(NARROW)
    try:
        wide = {}
        for path in world.all():
            desk_of_sari.goto(house.url + path)
            found = desk_of_sari.evaluate(TOO_WIDE)
            if found:
                wide[path] = found
    finally:
        desk_of_sari.set_viewport_size({"width": 1280, "height": 900})
    assert wide == {}


def test_a_public_page_weighs_at_most_50_kb_in_5_requests_and_asks_no_other_host(
    house: House, world: World, browser: Browser
) -> None:
    for path in world.public:
        context = browser.new_context(viewport={"width": 360, "height": 740})  # a first visit: nothing is kept
        page, sent = context.new_page(), list[Request]()
        page.on("requestfinished", partial(_note, sent))
        page.goto(house.url + path)
        page.evaluate("() => document.fonts.ready.then(() => true)")
        sizes = [request.sizes() for request in sent]
        weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        assert {urlsplit(request.url).netloc for request in sent} == {urlsplit(house.url).netloc}, path
        assert 12_000 < weight <= HEAVIEST, (path, weight)  # the font alone is 12 kB
        assert 4 <= len(sent) <= MOST_REQUESTS, (path, [request.url for request in sent])
        assert context.cookies() == [], path
        context.close()


def _note(sent: list[Request], request: Request) -> None:
    if not request.url.startswith("data:"):
        sent.append(request)
