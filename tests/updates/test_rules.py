from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.connections.rules import Connection
from trygghet.swedish import Refusal
from trygghet.updates import rules
from trygghet.updates.difference import difference, words
from trygghet.updates.rules import LINK_LENGTH, POST_LENGTH, Attached, Shown, Side, Update, Written

NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
ACCOUNT = Connection(uuid.UUID(int=7), uuid.UUID(int=2), "mastodon", "@skogen@example.org", "https://social.example.org", "ok", "")
PICTURE = Shown(uuid.UUID(int=5), "f00", "En gata.", 80, 60)
WHERE = "/bjorken/uppdateringar/1"


def content(**changes: object) -> dict[str, object]:
    picture = changes.pop("picture", PICTURE)
    fields = {"title": "Belysning", "body": "Tre gator.", "connections": (str(ACCOUNT.id),), "earliest_at": NOW, **changes}
    return rules.content(Written(**fields), picture, WHERE)  # type: ignore[arg-type]


def update(**changes: object) -> Update:
    fields: dict[str, object] = dict.fromkeys(Update.__dataclass_fields__) | {
        "id": uuid.UUID(int=1),
        "promise_id": uuid.UUID(int=9),
        "organisation_id": uuid.UUID(int=1),
        "title": "Belysning",
        "body": "Tre gator.",
        "channels": ("page", "feed"),
        "version": 1,
        "content_hash": "a",
        "withdrawn_why": "",
    }
    return Update(**(fields | changes))  # type: ignore[arg-type]


# ---------------------------------------------------------------- the hash
@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Ljus"},
        {"body": "Fyra gator."},
        {"connections": ()},
        {"earliest_at": None},
        {"earliest_at": NOW + dt.timedelta(minutes=1)},
        {"picture": None},
        {"picture": Shown(uuid.UUID(int=5), "bar", "En gata.", 80, 60)},
        {"picture": Shown(uuid.UUID(int=5), "f00", "En väg.", 80, 60)},
    ],
)
def test_whatever_residents_would_see_otherwise_is_another_hash(changes: dict[str, object]) -> None:
    assert rules.content_hash(content()) != rules.content_hash(content(**changes))


def test_the_same_moment_in_another_time_zone_is_the_same_hash() -> None:
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=2)))
    assert rules.content_hash(content()) == rules.content_hash(content(earliest_at=there))


# ---------------------------------------------------------------- the post
def counted(text: str) -> int:
    """As Mastodon counts: every address is 23."""
    return len(" ".join("x" * LINK_LENGTH if one.startswith("http") else one for one in text.replace("\n", " \n").split(" ")).replace(" \n", "\n"))


def test_a_short_update_is_told_whole_and_ends_with_its_address() -> None:
    assert rules.post_text("Belysning", "Tre gator.", "https://x.se/1") == "Belysning\n\nTre gator.\n\nhttps://x.se/1"


@given(st.text("abcåäö ,.\n", min_size=1, max_size=120), st.text("abc åäö.,\n", max_size=900))
def test_a_post_always_fits_and_always_ends_with_its_address(title: str, body: str) -> None:
    text = rules.post_text(title, body, "https://trygghet.example.org/bjorken/uppdateringar/0f8fad5b-d9cb-469f-a165-70867728950e")
    words, _, link = text.rpartition("\n\n")
    assert link.startswith("https://")
    assert len(words) + len("\n\n") + LINK_LENGTH <= POST_LENGTH


def test_a_long_post_is_cut_after_a_word_and_says_so() -> None:
    text = rules.post_text("Belysning", "Gatorna får ljus. " * 60, "https://x.se/1")
    assert text.endswith(" …\n\nhttps://x.se/1")
    assert text.removesuffix(" …\n\nhttps://x.se/1").rsplit(" ", 1)[1] in {"Gatorna", "får", "ljus"}


def test_short_addresses_in_the_text_count_as_mastodon_counts_them() -> None:
    text = rules.post_text("Belysning", "Se http://a.se nu. " * 40, "https://x.se/1")
    assert counted(text) <= POST_LENGTH


# ---------------------------------------------------------------- what is typed
def test_a_day_without_a_time_is_eight_o_clock_in_sweden() -> None:
    assert rules.earliest("2024-10-26", "") == dt.datetime(2024, 10, 26, 6, 0, tzinfo=dt.UTC)
    assert rules.earliest("2024-10-27", "9.30") == dt.datetime(2024, 10, 27, 8, 30, tzinfo=dt.UTC), "winter time has begun"
    assert rules.earliest("", "") is None


@pytest.mark.parametrize(
    ("day", "time", "code", "field"),
    [
        ("", "08.00", "time.day", "dag"),
        ("2024-10-26", "kvart i", "time.form", "tid"),
        ("2024-10-26", "24.00", "time.form", "tid"),
        ("2024-02-30", "", "date.impossible", "dag"),
        ("i morgon", "", "date.form", "dag"),
    ],
)
def test_what_is_no_time_is_refused_at_its_field(day: str, time: str, code: str, field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        rules.earliest(day, time)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_words_are_checked_for_presence_length_and_personal_numbers() -> None:
    codes = [
        [one.code for one in rules.check_words(Written(title, body))]
        for title, body in [("", ""), ("x" * 121, "Text."), ("Rubrik", "Ring 640823-3234."), ("Rubrik", "Text.")]
    ]
    assert codes == [["field.required", "field.required"], ["field.too_long"], ["text.personal_number"], []]


def test_a_picture_is_described_or_said_to_be_decoration() -> None:
    assert [one.code for one in rules.check_picture(Attached(), has_picture=True)] == ["picture.alt"]
    assert rules.check_picture(Attached(decorative=True), has_picture=True) == []
    assert rules.check_picture(Attached(alt="En gata."), has_picture=True) == []
    assert rules.check_picture(Attached(), has_picture=False) == []


# ---------------------------------------------------------------- how it goes out
def test_page_then_feed_then_accounts_each_after_the_one_before() -> None:
    planned = rules.deliveries(
        update(channels=("page", "feed", str(ACCOUNT.id)), earliest_at=NOW), {str(ACCOUNT.id): ACCOUNT}, NOW - dt.timedelta(days=1)
    )
    assert [one.channel for one in planned] == ["page", "feed", "mastodon"]
    assert [one.after_key for one in planned] == [None, planned[0].key, planned[1].key]
    assert {one.due_at for one in planned} == {NOW}
    assert planned[2].organisation_id == ACCOUNT.organisation_id, "an account speaks in its owner's name"


def test_what_may_go_out_already_is_due_now() -> None:
    assert rules.deliveries(update(earliest_at=NOW - dt.timedelta(days=3)), {}, NOW)[0].due_at == NOW
    assert rules.deliveries(update(), {}, NOW)[0].due_at == NOW


def test_an_account_that_is_gone_stops_the_last_key() -> None:
    with pytest.raises(Refusal, match="account_gone"):
        rules.deliveries(update(channels=("page", "feed", str(ACCOUNT.id))), {}, NOW)


def test_the_address_is_on_the_authors_page_or_the_first_municipalitys() -> None:
    sides = [
        Side(uuid.UUID(int=n), name, name, name, side)
        for n, name, side in [(1, "bjorken", "municipality"), (2, "eken", "municipality"), (3, "lpo", "police")]
    ]
    assert rules.address(sides, uuid.UUID(int=2), uuid.UUID(int=8)).startswith("/eken/uppdateringar/")
    assert rules.address(sides, uuid.UUID(int=3), uuid.UUID(int=8)).startswith("/bjorken/uppdateringar/")
    with pytest.raises(Refusal, match="no_page"):
        rules.address(sides[2:], uuid.UUID(int=3), uuid.UUID(int=8))
    alone = [Side(uuid.UUID(int=3), "lpo", "lpo", "lpo", "police", "bjorken")]
    assert rules.address(alone, uuid.UUID(int=3), uuid.UUID(int=8)).startswith("/bjorken/uppdateringar/"), "the police's alone stands where it is for"


# ---------------------------------------------------------------- what changed
def test_only_the_words_that_changed_are_marked() -> None:
    found = words("Minst tolv gemensamma insatser.", "Minst fjorton gemensamma insatser, varav fyra kvällstid.")
    assert [(kind, text) for kind, text in found if kind != "same"] == [("del", "tolv"), ("ins", "fjorton"), ("ins", ", varav fyra kvällstid")]


def test_a_new_paragraph_is_a_change_that_can_be_seen() -> None:
    assert [kind for kind, _ in words("Ett. Två.", "Ett.\n\nTvå.") if kind != "same"] == ["ins"]


@given(st.text("ab c.\n", max_size=60), st.text("ab c.\n", max_size=60))
def test_without_the_deleted_words_the_difference_reads_as_the_new_text(old: str, new: str) -> None:
    kept = "".join(text for kind, text in words(old, new) if kind != "del").replace("¶", "")
    assert "".join(kept.split()) == "".join(new.split())


def test_picture_channels_and_time_are_named() -> None:
    assert difference(content(), content(picture=None, connections=(), earliest_at=None)).other == [
        "bilden är borttagen",
        "kanalerna är ändrade",
        "tidigaste tid är ändrad",
    ]
    assert difference(content(), content(picture=Shown(PICTURE.id, "f00", "En väg.", 80, 60))).other == ["bildtexten är ändrad"]
    assert difference(content(picture=None), content()).other == ["en bild har lagts till"]
    assert not difference(content(), content()).body_changed
