"""A Facebook Page, spoken to a server of our own that keeps Meta's contract as it is documented, and goes wrong as it says that it may."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.outside.facebook import APP_SECRET, PAGE, TOKEN, FacebookPage, error
from tests.outside.places import KEY
from trygghet import clock
from trygghet.channels import Depicted, NotSent, Picture, Post, Receipt, Story, Unclear
from trygghet.channels import http as outgoing
from trygghet.channels.facebook import AROUND, LENGTH, Facebook, render
from trygghet.channels.http import Http

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio
STORY = Story("7d8f", "Belysningen är på plats", "Vi har satt upp 14 lampor.", "https://t.example.org/u/1")
PICTURE = Depicted("ab" * 32, "image/jpeg", "Två personer vid en lampa.", 1600, 900)
FEED = f"POST /v26.0/{PAGE}/feed"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FacebookPage]:
    made = FacebookPage.start(tmp_path_factory.mktemp("facebook"))
    yield made
    made.stop()


@pytest.fixture
def page(started: FacebookPage) -> FacebookPage:
    started.empty()
    return started


def post(page: FacebookPage, story: Story = STORY, token: str = TOKEN) -> Post:
    rendered = render(story, {})
    picture = Picture(b"JPEG", "image/jpeg", story.picture.alt) if story.picture else None
    wanted = Post("facebook", "publication:7d8f", rendered.text, story.permalink, "1", story.permalink, picture=picture, payload=rendered.payload)
    return replace(wanted, account=page.account_of(token), since=clock.wall())


# ---------------------------------------------------------------- what is posted
def test_the_text_has_our_address_last_and_a_card_only_where_there_is_no_picture() -> None:
    made = render(STORY, {})
    assert made.payload == {"message": f"{STORY.title}\n\n{STORY.body}\n\n{STORY.permalink}", "link": STORY.permalink}
    made = render(replace(STORY, picture=PICTURE), {})
    assert made.payload == {"message": made.text, "alt_text_custom": PICTURE.alt}
    assert made.picture_sha256 == PICTURE.sha256


def test_a_text_that_is_too_long_is_cut_and_own_words_are_a_problem() -> None:
    made = render(replace(STORY, body="ljus " * 20_000), {})
    assert LENGTH - 20 < made.count <= LENGTH
    assert made.text.endswith(f" …\n\n{STORY.permalink}")
    own = render(replace(STORY, wording="x" * LENGTH), {})
    assert own.problems == (f"Texten är {len(STORY.permalink) + 2} tecken för lång.",)


async def test_a_picture_is_uploaded_unseen_and_belongs_to_its_post(page: FacebookPage) -> None:
    receipt = await page.place().send(post(page, replace(STORY, picture=PICTURE)))
    [there] = page.graph.made
    assert there["alts"] == [PICTURE.alt]
    assert receipt == Receipt(there["id"], f"https://www.facebook.com/{there['id']}")


async def test_a_picture_that_does_not_arrive_has_published_nothing(page: FacebookPage) -> None:
    page.graph.tell(f"POST /v26.0/{PAGE}/photos", b"<html>", 502)
    with pytest.raises(NotSent) as no:
        await page.place().send(post(page, replace(STORY, picture=PICTURE)))
    assert not no.value.permanent
    assert page.graph.made == []


async def test_no_key_stands_in_an_address_nor_in_anything_that_is_said(page: FacebookPage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    wrong = "EAAB-malformed-" + "HEM" + "LIG"
    await page.place().send(post(page))
    assert all(TOKEN not in one and "EAAB" not in one for one in page.graph.asked)
    with pytest.raises(NotSent) as no:
        await page.place().send(post(page, token=wrong))
    said = "".join(traceback.format_exception(no.value)) + caplog.text + repr(page.place())
    assert wrong not in said, "Meta's own sentence repeats the key"
    assert APP_SECRET not in said


# ---------------------------------------------------------------- errors stand in the body
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    ("code", "subcode", "permanent", "account"),
    [
        (1, 0, False, False),
        (2, 0, False, False),
        (4, 0, False, False),
        (17, 0, False, False),
        (32, 0, False, False),
        (341, 0, False, False),
        (613, 0, False, False),
        (80001, 0, False, False),
        (102, 0, True, True),
        (190, 458, True, True),
        (190, 460, True, True),
        (190, 463, True, True),
        (190, 492, True, True),
        (3, 0, True, True),
        (10, 0, True, True),
        (200, 0, True, True),
        (299, 0, True, True),
        (368, 0, True, True),
    ],
)
async def test_an_error_is_what_its_code_says_whatever_its_status(
    page: FacebookPage, status: int, code: int, subcode: int, *, permanent: bool, account: bool
) -> None:
    page.graph.tell(FEED, error(code, subcode), status)
    with pytest.raises(NotSent) as no:
        await page.place().send(post(page))
    assert (no.value.permanent, no.value.account) == (permanent, account)
    assert page.graph.made == []


@pytest.mark.parametrize("code", [100, 1_609_005])
@pytest.mark.parametrize("status", [200, 400])
async def test_what_meta_will_never_take_is_said_with_its_words_and_its_trace(page: FacebookPage, code: int, status: int) -> None:
    page.graph.tell(FEED, error(code, message="The link could not be scraped", error_user_msg="Länken gick inte att läsa"), status)
    with pytest.raises(NotSent) as no:
        await page.place().send(post(page))
    assert (no.value.permanent, no.value.account) == (True, False)
    assert no.value.reason == (
        f"Facebook tog inte emot inlägget: ”Länken gick inte att läsa” (kod {code}, spår AbC123). Ändra uppdateringen eller kopplingen."
    )


async def test_the_reason_names_what_has_happened_to_the_account(page: FacebookPage) -> None:
    page.graph.tell(FEED, error(190, 460), 400)
    with pytest.raises(NotSent, match="kontots lösenord har bytts"):
        await page.place().send(post(page))


# ---------------------------------------------------------------- never twice by a machine
@pytest.mark.parametrize(
    ("status", "body"), [(500, b"<html>"), (502, b""), (504, b""), (200, b"<html>"), (200, b"{}"), (500, json.dumps(error(9999)).encode())]
)
async def test_what_says_nothing_may_have_been_done_and_is_not_tried_again(page: FacebookPage, status: int, body: bytes) -> None:
    page.graph.tell(FEED, body, status, done=True)
    wanted = post(page)
    with pytest.raises(Unclear):
        await page.place().send(wanted)
    found = await page.place().find(wanted)
    assert found is not None
    assert found.remote_id == page.graph.made[0]["id"]


async def test_a_post_that_is_not_seen_may_be_there_all_the_same(page: FacebookPage) -> None:
    page.graph.tell(FEED, b"", 502)
    wanted = post(page)
    with pytest.raises(Unclear):
        await page.place().send(wanted)
    with pytest.raises(Unclear, match="Se efter på Björkens kommun innan det skickas igen"):
        await page.place().find(wanted)


async def test_an_answer_that_takes_too_long_is_given_up_and_the_post_is_found(page: FacebookPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "READ_SECONDS", 0.2)
    page.graph.tell(FEED, {"id": "x"}, done=True, delay=0.6)
    wanted = post(page)
    with pytest.raises(Unclear):
        await page.place().send(wanted)
    assert (await page.place().send(wanted)).remote_id == page.graph.made[0]["id"]
    assert len(page.graph.made) == 1


async def test_what_meta_calls_a_duplicate_is_looked_for(page: FacebookPage) -> None:
    wanted = post(page)
    page.graph.tell(FEED, error(506), 400, done=True)
    receipt = await page.place().send(wanted)
    assert receipt.remote_id == page.graph.made[0]["id"]
    page.graph.forget()
    page.graph.tell(FEED, error(506), 400)
    with pytest.raises(Unclear):
        await page.place().send(wanted)


async def test_a_feed_that_cannot_be_read_stops_the_post_before_it_is_sent(page: FacebookPage) -> None:
    page.graph.tell(f"GET /v26.0/{PAGE}/feed", b"<html>", 502)
    with pytest.raises(NotSent, match="Inget är skickat") as no:
        await page.place().send(post(page))
    assert not no.value.permanent
    assert page.graph.made == []


async def test_only_posts_since_it_was_planned_are_looked_through_and_page_by_page(page: FacebookPage) -> None:
    wanted = post(page)
    await page.place().send(wanted)
    page.graph.made[0]["created_time"] -= int(AROUND.total_seconds()) + 60
    with pytest.raises(Unclear):
        await page.place().find(wanted)
    page.graph.made[0]["created_time"] += 120
    for one in range(150):
        page.graph.made.append({**page.graph.made[0], "id": f"{PAGE}_{one}", "message": f"{STORY.permalink}0 {one}", "attachments": {"data": []}})
    found = await page.place().find(wanted)
    assert found is not None
    assert found.remote_id == page.graph.made[0]["id"]


# ---------------------------------------------------------------- limits
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-business-use-case-usage": json.dumps({PAGE: [{"type": "pages", "estimated_time_to_regain_access": 17}]})}, dt.timedelta(minutes=17)),
        ({"x-business-use-case-usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 99_999}]})}, outgoing.LONGEST_WAIT),
        ({"x-business-use-case-usage": "[]", "retry-after": "60"}, dt.timedelta(seconds=60)),
        ({}, None),
    ],
)
async def test_too_many_posts_wait_as_long_as_meta_says(page: FacebookPage, headers: dict[str, str], wait: dt.timedelta | None) -> None:
    page.graph.tell(FEED, error(80001), 400, headers)
    with pytest.raises(NotSent) as no:
        await page.place().send(post(page))
    assert no.value.after == wait


# ---------------------------------------------------------------- accounts
async def test_another_apps_secret_proves_nothing(page: FacebookPage) -> None:
    other = Facebook(Http(loopback_only=True), KEY, "another app's secret")
    with pytest.raises(NotSent) as no:
        await other.send(post(page))
    assert no.value.permanent


async def test_where_facebook_is_switched_off_nothing_is_asked(page: FacebookPage) -> None:
    with pytest.raises(NotSent, match="avstängt i den här installationen") as no:
        await Facebook(Http(loopback_only=True), KEY, "").send(post(page))
    assert (no.value.permanent, page.graph.asked) == (True, [])


async def test_a_look_at_the_account_tells_which_page_it_is(page: FacebookPage) -> None:
    assert (await page.place().check(page.account())).account_id == PAGE
