"""What a person is given to post by hand, and how the address that they paste back is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.outside.pages import Pages
from trygghet.channels import Account, ByHand, Depicted, NotSent, Post, Story, Unclear
from trygghet.channels.assisted import FORMS, Assisted, render
from trygghet.channels.http import Http

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio
CHANNEL = Assisted(Http(loopback_only=True, public_only=True))
PICTURE = Depicted("ab" * 32, "image/jpeg", "Två personer vid en lampa.", 1600, 900)
STORY = Story(
    "1", "Belysningen är på plats", "Vi har satt upp 14 lampor & tänt dem.\n\nTack till alla som <pekat ut> platserna.", "https://t.example.org/u/1"
)


@pytest.fixture
def pages() -> Iterator[Pages]:
    made = Pages()
    yield made
    made.close()


def post(address: str, form: str = "website", story: Story = STORY) -> Post:
    rendered = render(story, {"form": form})
    account = Account("https://www.example.org", "", "Björkens sida", form)
    return Post("assisted", "1", rendered.text, story.permalink, "1", story.permalink, account=account, payload=rendered.payload, remote_url=address)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_place_gets_the_whole_text_with_our_address_last(form: str) -> None:
    made = render(replace(STORY, picture=PICTURE), {"form": form})
    assert made.problems == ()
    assert made.text == f"{STORY.title}\n\n{STORY.body}\n\n{STORY.permalink}"
    assert (made.payload["text"], made.payload["alt"], made.picture_sha256) == (made.text, PICTURE.alt, PICTURE.sha256)
    assert (made.count, made.limit) == (len(made.text), FORMS[form].limit)


@pytest.mark.parametrize("form", ["facebook", "instagram", "linkedin"])
def test_a_long_text_is_cut_at_a_word_and_own_words_are_never_cut(form: str) -> None:
    limit = FORMS[form].limit
    long = replace(STORY, body="ljus och trygghet " * 4000, picture=PICTURE)
    made = render(long, {"form": form})
    assert limit - 30 < len(made.text) <= limit
    assert made.text.endswith(f" …\n\n{STORY.permalink}")
    assert made.text.removesuffix(f" …\n\n{STORY.permalink}").rsplit(" ", 1)[1] in {"ljus", "och", "trygghet"}
    own = render(replace(long, wording="x" * limit), {"form": form})
    assert own.problems == (f"Texten är {len(STORY.permalink) + 2} tecken för lång för {FORMS[form].name}.",)
    assert render(replace(long, wording="x" * (limit - len(STORY.permalink) - 2)), {"form": form}).problems == ()


def test_instagram_takes_no_post_without_a_picture() -> None:
    assert render(STORY, {"form": "instagram"}).problems == ("Instagram tar bara emot inlägg med bild. Lägg till en bild eller välj bort Instagram.",)


def test_a_website_gets_plain_html_in_which_nothing_of_ours_is_mark_up() -> None:
    told = replace(STORY, correction="Rättad 3 maj 2024: 14 lampor, inte 12.", voice="Gemensamt", by=("Björkens kommun", "Polisen i Björken"))
    made = render(told, {"form": "website"})
    assert made.payload["html"] == (
        "<h2>Belysningen är på plats</h2>\n"
        "<p>Vi har satt upp 14 lampor &amp; tänt dem.</p>\n"
        "<p>Tack till alla som &lt;pekat ut&gt; platserna.</p>\n"
        "<p>Rättad 3 maj 2024: 14 lampor, inte 12.</p>\n"
        "<p>Gemensamt från Björkens kommun och Polisen i Björken.</p>\n"
        '<p><a href="https://t.example.org/u/1">https://t.example.org/u/1</a></p>'
    )


async def test_each_act_is_handed_to_a_person_with_what_is_to_be_done() -> None:
    for act, said in ((CHANNEL.send, "lägga upp"), (CHANNEL.edit, "ändras"), (CHANNEL.retract, "Ta bort")):
        with pytest.raises(ByHand, match=said) as turn:
            await act(post(""))
        assert "Björkens sida" in turn.value.reason
    with pytest.raises(Unclear):
        await CHANNEL.find(post(""))


@pytest.mark.parametrize(
    "shown",
    [
        "<a href='https://t.example.org/u/1'>Läs mer</a>",
        "<h1>Belysningen  är på plats</h1><time>3 maj</time><p>Vi har satt <b>upp</b>\n14 lampor &amp; tänt dem.</p>",
        '<meta property="og:description" content="Belysningen är på plats Vi har satt upp 14 lampor &amp; tänt dem.">',
    ],
)
async def test_the_address_that_was_pasted_shows_the_post(pages: Pages, shown: str) -> None:
    pages.show("/inlagg", shown)
    receipt = await CHANNEL.confirm(post(f"{pages.url}/inlagg"))
    assert receipt is not None
    assert receipt.remote_url == f"{pages.url}/inlagg"


async def test_a_page_with_something_else_on_it_is_not_the_post(pages: Pages) -> None:
    pages.show("/", "<h1>Belysningen är på plats</h1><p>Om något annat.</p>")
    assert await CHANNEL.confirm(post(f"{pages.url}/")) is None
    assert await CHANNEL.confirm(post(f"{pages.url}/borta")) is None
    pages.show("/borttagen", "", status=410)
    assert await CHANNEL.confirm(post(f"{pages.url}/borttagen")) is None


async def test_a_page_that_has_moved_is_followed_and_a_ring_is_not(pages: Pages) -> None:
    pages.show("/nytt", STORY.permalink)
    pages.move("/gammalt", "/nytt")
    pages.move("/runt", "/runt")
    pages.move("/trasigt", "https://[x/")
    assert await CHANNEL.confirm(post(f"{pages.url}/gammalt"))
    with pytest.raises(Unclear, match="302"):
        await CHANNEL.confirm(post(f"{pages.url}/runt"))
    with pytest.raises(Unclear):
        await CHANNEL.confirm(post(f"{pages.url}/trasigt"))


async def test_what_demands_a_login_cannot_be_told(pages: Pages) -> None:
    pages.move("/inlagg", "/login/?next=/inlagg")
    with pytest.raises(Unclear, match="inloggning"):
        await CHANNEL.confirm(post(f"{pages.url}/inlagg"))
    pages.show("/tom", "<title>Facebook</title>")
    with pytest.raises(Unclear, match="inte är inloggad"):
        await CHANNEL.confirm(post(f"{pages.url}/tom", "facebook"))
    pages.show("/nej", "", status=403)
    with pytest.raises(Unclear, match="403"):
        await CHANNEL.confirm(post(f"{pages.url}/nej"))


@pytest.mark.parametrize(
    "address",
    ["https://169.254.169.254/latest", "https://10.0.0.8/", "http://www.example.org/", "ftp://x", "", "https://[x/", "https://www.example.org/\x00"],
)
async def test_no_pasted_address_leads_to_what_stands_beside_us(address: str) -> None:
    with pytest.raises(Unclear):
        await Assisted(Http(loopback_only=False, here=(), public_only=True)).confirm(post(address))


async def test_a_page_that_moves_into_a_closed_network_is_not_followed_there(pages: Pages) -> None:
    pages.move("/ut", "https://169.254.169.254/latest/meta-data")
    with pytest.raises(Unclear, match="slutet nät"):
        await Assisted(Http(loopback_only=False, here=("127.0.0.1",), public_only=True)).confirm(post(f"{pages.url}/ut"))


async def test_the_account_is_known_by_its_place_alone() -> None:
    for form in FORMS:
        health = await CHANNEL.check(Account("", "", "Vi", form))
        assert (health.state, health.limits) == ("ok", {"form": form})
    assert (await CHANNEL.check(Account("", "", "Vi", "x"))).state == "needs_human"
    with pytest.raises(NotSent):
        await CHANNEL.send(replace(post(""), account=None))
