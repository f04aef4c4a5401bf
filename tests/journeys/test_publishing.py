"""From an account that is connected to a post that residents read, corrected and taken back: a real WordPress and a server with Mastodon's API."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from tests import telling
from tests.journeys import acts
from tests.journeys.test_main_job import example  # noqa: F401 - a fixture
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.outside import mastodon_mock
from tests.outside.wordpress import AUTHOR, DebianWordPress
from tests.server import product
from tests.social import TOKEN, Social

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FilePayload

OVE, MAJ = "ove.stenfors@amal.example.org", "maj.lindroth@amal.example.org"
TORBJORN, KATARINA = "torbjorn.ekwall@amal.example.org", "katarina.vinge@polisen.example.org"
PROMISE = "Medborgarlöfte i Åmål 2023–2024"
TITLE = "Nya lampor i Örnparken"
TEXT = "Tolv lampor lyser nu längs gångvägen.\n\nFler gick med på vandringen i går & pratade om ”den mörka backen”."
ALT = "En tänd lykta över en gångväg i skymningen."
FIX = "Det är fjorton lampor, inte tolv."
PICTURE: FilePayload = {"name": "lykta.jpg", "mimeType": "image/jpeg", "buffer": telling.picture(size=(1200, 800))}
MINUTE = 60


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianWordPress]:
    """The municipality's website."""
    site = DebianWordPress.start(tmp_path_factory.mktemp("wordpress"))
    site.empty()  # of what every new site says of itself
    yield site
    site.stop()


@pytest.fixture(scope="module")
def social() -> Iterator[Social]:
    """The server where its account is."""
    server = Social().wait()
    yield server
    server.stop()


def test_what_both_approved_is_read_in_both_places_put_right_and_taken_back(
    example: product.Product,  # noqa: F811
    blog: DebianWordPress,
    social: Social,
    browser: Browser,
    axe: str,  # noqa: F811
) -> None:
    ove, maj, torbjorn, katarina = (Visitor(browser, example.address, axe, one) for one in (OVE, MAJ, TORBJORN, KATARINA))
    site, account = _wordpress_is_connected(ove, blog), _mastodon_is_connected(ove, social)
    update = _written(maj, site, account)
    _handed_over(maj, torbjorn, katarina, update)
    _arrives(maj, update, site, account)
    shown, readers = _approved(maj), (Visitor(browser, blog.running.url, axe), _signed_in(Visitor(browser, social.url, axe)))
    _is_read(readers, blog, social, shown[site], shown[account])

    _put_right(maj, Visitor(browser, example.address, axe, MAJ, script=False), update)
    shown = _approved(maj)
    for leader in (torbjorn, katarina):
        acts.approve(leader, update)
    _arrives(maj, update, site, account, " (rättelse)")
    _is_read(readers, blog, social, shown[site], shown[account])
    resident = Visitor(browser, example.address, axe)
    ours = shown[account].rsplit(maxsplit=1)[-1]
    assert f"Rättad 1 oktober 2024: {FIX}" in resident.go(ours).inner_text("main")
    assert FIX in resident.page.request.get("/amal/flode.atom").text()

    _taken_back(katarina, update)
    _is_gone(readers, resident, blog, social, ours)
    assert maj.go(update).locator("#utskick").get_by_text("Borttagen").count() == 2
    assert maj.page.locator("#utskick").get_by_role("link", name=site).or_(maj.page.get_by_role("link", name=account)).count() == 0


# ---------------------------------------------------------------- accounts
def _wordpress_is_connected(ove: Visitor, blog: DebianWordPress) -> str:
    """With a password that somebody made there; a wrong one is refused before anything is kept. Returns what we call the site."""
    page, name = ove.go("/kopplingar"), blog.running.url.removeprefix("http://")
    page.get_by_role("link", name="WordPress").click()
    for password in ("fel fel fel fel", blog.passwords[AUTHOR]):
        page.get_by_label("Webbplatsens adress").fill(blog.running.url)
        page.get_by_label("Användare").fill(AUTHOR)
        page.get_by_label("Applikationslösenord").fill(password)
        page.get_by_role("button", name="Prova och anslut").click()
        page.get_by_text("känner inte igen användaren").or_(page.get_by_role("heading", name=name)).first.wait_for()
        ove.look()
    return name


def _mastodon_is_connected(ove: Visitor, social: Social) -> str:
    """By leave that is given at the server. Returns what we call the account."""
    page, host = ove.page, social.url.removeprefix("http://")
    page.get_by_role("link", name="Mastodon").click()
    ove.look()
    page.get_by_label("Server").fill(social.url)
    page.get_by_role("button", name="Gå vidare").click()
    page.get_by_role("heading", name=f"Godkänn hos {host}").wait_for()
    ove.look()
    page.get_by_role("link", name=f"Gå till {host}").click()
    page.get_by_role("button", name="testuser").click()
    heading = page.get_by_role("heading", name="@testuser")
    heading.wait_for()
    ove.look()
    return heading.inner_text()


# ---------------------------------------------------------------- writing
def _written(maj: Visitor, site: str, account: str) -> str:
    """An update with a picture, shown as it will be before it is saved. Returns its address."""
    page = maj.open("/loften")
    page.get_by_role("link", name=PROMISE).click()
    maj.open(f"{page.url}/uppdateringar/ny")
    page.get_by_label("Rubrik").fill(TITLE)
    page.get_by_label("Text", exact=True).fill(TEXT)
    for box in page.locator("input[name=kanaler]").all():
        box.uncheck()
    for one in (site, account):
        page.get_by_role("checkbox", name=one).check()
    page.get_by_role("button", name="Visa hur det blir").click()
    looks = page.locator("#visning article")
    looks.nth(1).wait_for()
    maj.look()
    tried = {one.get_by_role("heading").inner_text(): one.locator(".verbatim").text_content() or "" for one in looks.all()}
    assert re.search(r"\d+ av 500 tecken", page.locator("#visning").inner_text())
    page.get_by_label("Välj en bild").set_input_files(PICTURE)
    page.get_by_role("button", name="Spara utkastet").click()
    page.get_by_role("alert").wait_for()  # nobody has said what the picture shows
    maj.look()
    page.get_by_label("Välj en bild").set_input_files(PICTURE)
    page.get_by_label("Bildtext för den som inte ser bilden").fill(ALT)
    page.get_by_role("button", name="Spara utkastet").click()
    page.get_by_role("heading", name=TITLE, level=1).wait_for()
    maj.look()
    assert _approved(maj) == tried, "what was tried is what was saved"
    return page.url


def _approved(who: Visitor) -> dict[str, str]:
    """The posts on an update's page, by the account's name: what the keys bind to."""
    found = {}
    for one in who.page.locator("details").filter(has=who.page.locator("summary", has_text="Inlägget i ")).all():
        name = one.locator("summary").inner_text().removeprefix("Inlägget i ").split()[0]
        found[name] = one.locator(".verbatim").first.text_content() or ""
    return found


def _handed_over(maj: Visitor, torbjorn: Visitor, katarina: Visitor, update: str) -> None:
    """Nothing is out before both have turned their keys on just that text."""
    maj.page.get_by_role("button", name="Lämna för godkännande").click()
    maj.page.get_by_text("Väntar på nyckel från").or_(maj.page.get_by_text("Väntar på er nyckel")).first.wait_for()
    for leader in (torbjorn, katarina):
        leader.open("/uppdateringar").get_by_role("link", name=TITLE).first.click()
        leader.look()
        acts.approve(leader, update)


def _arrives(maj: Visitor, update: str, site: str, account: str, act: str = "") -> None:
    """Each place is fetched back and says so, with a link to the post; the page says it by itself."""
    page = maj.open(update)
    for one in (site, account):
        row = page.locator("#utskick li").filter(has_text=f"{one}{act}")
        row.get_by_text("Bekräftad").wait_for(timeout=product.patience(MINUTE) * 1000)
        assert row.get_by_role("link", name=one).count() == 1
    page.get_by_role("heading", name="Så här läser invånarna det", exact=True).wait_for()
    maj.look()


def _put_right(maj: Visitor, plain: Visitor, update: str) -> None:
    """Another number, and what is put right in a sentence for residents, from a browser without JavaScript."""
    maj.open(update).get_by_role("link", name="Rätta texten").click()
    maj.look()
    page = plain.open(maj.page.url)
    page.get_by_label("Vad rättas").fill(FIX)
    page.get_by_label("Text", exact=True).fill(TEXT.replace("Tolv", "Fjorton"))
    page.get_by_role("button", name="Visa hur det blir").click()
    assert page.locator("#visning article .verbatim").filter(has_text="Fjorton lampor lyser").count() == 2
    page.get_by_role("button", name="Spara rättelsen").click()
    assert page.url == update
    maj.go(update)


def _taken_back(katarina: Visitor, update: str) -> None:
    """One person of the other party is enough."""
    page = katarina.open(update)
    page.get_by_text("Skriv varför och dra tillbaka").click()
    page.get_by_label("Varför").fill("Lamporna är släckta igen.")
    katarina.look()
    page.get_by_role("button", name="Dra tillbaka uppdateringen").click()
    page.get_by_text("Tillbakadragen").first.wait_for()


# ---------------------------------------------------------------- reading
def _signed_in(reader: Visitor) -> Visitor:
    """Somebody with an account at the server, in its own pages."""
    page = reader.open("/_ui/login")
    page.get_by_placeholder("access token").fill(TOKEN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Public").first.wait_for()
    return reader


def _is_read(readers: tuple[Visitor, Visitor], blog: DebianWordPress, social: Social, on_site: str, in_account: str) -> None:
    """One post in each place, with exactly the text that was approved, the picture, what it shows in words, and our address."""
    [post], [status], ours = blog.posts(), social.posts(), in_account.rsplit(maxsplit=1)[-1]
    assert (post.text, post.alts) == (on_site, (ALT,))
    assert (mastodon_mock.plain(status["content"]), [one["description"] for one in status["media_attachments"]]) == (in_account, [ALT])
    for reader, front, address in ((readers[0], "/", post.url), (readers[1], "/_ui/public", f"/_ui/statuses/{status['id']}")):
        page = reader.open(front)
        page.get_by_text(TITLE).first.wait_for()
        page.goto(address)
        page.get_by_text(on_site.split("\n\n")[1]).first.wait_for()
        assert ours in page.inner_text("body")
        picture = page.get_by_role("img", name=ALT).first
        picture.scroll_into_view_if_needed()  # WordPress fetches it only when it is about to be seen
        assert picture.evaluate("async one => { await one.decode(); return one.naturalWidth > 0 }")
    assert readers[0].page.get_by_role("link", name=ours).count() == 1  # the mock makes no links


def _is_gone(readers: tuple[Visitor, Visitor], resident: Visitor, blog: DebianWordPress, social: Social, ours: str) -> None:
    """Nobody reads it any more, and where it was it is said why."""
    assert product.until(lambda: not blog.posts() and not social.posts(), product.patience(MINUTE))
    for reader, front in zip(readers, ("/", "/_ui/public"), strict=True):
        assert reader.open(front).get_by_text(TITLE).count() == 0
    answer = resident.page.goto(ours)
    assert answer is not None
    assert answer.status == HTTPStatus.GONE
    resident.look()
    assert "Lamporna är släckta igen." in resident.says
    assert f"ÅTERKALLAD: {TITLE}" in resident.page.request.get("/amal/flode.atom").text()
