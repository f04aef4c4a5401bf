from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.channels import Depicted
from trygghet.connections.rules import Connection
from trygghet.swedish import Refusal
from trygghet.updates import planning, rendering, rules
from trygghet.updates.difference import difference, words
from trygghet.updates.rules import Attached, Shown, Side, Update, Written
from trygghet.updates.typed import moment

NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
ACCOUNT = Connection(uuid.UUID(int=7), uuid.UUID(int=2), "mastodon", "@skogen@example.org", "https://social.example.org", "ok", "")
PICTURE = Shown(uuid.UUID(int=5), "f00", "En gata.", 80, 60)
SIDES = [
    Side(uuid.UUID(int=1), "Björkens kommun", "Björken", "bjorken", "municipality"),
    Side(uuid.UUID(int=2), "LPO Skogen", "LPO Skogen", "lpo-skogen", "police"),
]


def content(**changes: Any) -> dict[str, Any]:
    """All that is shown of an update, with these things changed."""
    about = {name: changes.pop(name) for name in ("picture", "public_url", "fitted", "today", "before") if name in changes}
    fields = {"title": "Belysning", "body": "Tre gator.", "connections": (str(ACCOUNT.id),), "earliest_at": NOW, **changes}
    usual: dict[str, Any] = {"picture": PICTURE, "public_url": "https://trygghet.example.org", "today": NOW.date()}
    telling = rendering.Telling(
        uuid.UUID(int=9), SIDES[0].organisation_id, SIDES, {str(ACCOUNT.id): ACCOUNT}, where="/bjorken/uppdateringar/1", **(usual | about)
    )
    return rendering.content(Written(**fields), telling)


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
        "published_hash": "",
        "voice": "joint",
        "rendered": {},
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
        {"not_after": NOW + dt.timedelta(days=3)},
        {"voice": "own"},
        {"wordings": {str(ACCOUNT.id): "Nu blir det ljusare."}},
        {"correction": "Fyra gator, inte tre."},
        {"activity": uuid.UUID(int=4)},
        {"public_url": "https://annan.example.org"},
        {"fitted": {"mastodon": Depicted("abc", "image/jpeg", "En gata.", 40, 30)}},
    ],
)
def test_whatever_residents_would_see_otherwise_is_another_hash(changes: dict[str, object]) -> None:
    assert rendering.content_hash(content()) != rendering.content_hash(content(**changes))


def test_the_same_moment_in_another_time_zone_is_the_same_hash() -> None:
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=2)))
    assert rendering.content_hash(content()) == rendering.content_hash(content(earliest_at=there))


def test_a_post_holds_the_text_as_it_will_be_read_with_its_length_and_the_very_payload() -> None:
    [post] = content()["posts"].values()
    assert post["text"] == "Belysning\n\nTre gator.\n\nhttps://trygghet.example.org/bjorken/uppdateringar/1"
    assert post["payload"]["status"] == post["text"]
    assert (post["count"], post["limit"], post["unit"]) == (len("Belysning\n\nTre gator.\n\n") + 23, 500, "tecken")
    assert post["picture_sha256"] == "f00"
    [own] = content(wordings={str(ACCOUNT.id): "Nu blir det ljusare."})["posts"].values()
    assert own["text"] == "Nu blir det ljusare.\n\nhttps://trygghet.example.org/bjorken/uppdateringar/1"


def test_what_a_channel_cannot_take_is_said_with_its_name() -> None:
    found = rendering.problems(content(wordings={str(ACCOUNT.id): "Ljus. " * 100}))
    assert [(name, "för lång" in sentence) for name, sentence in found] == [("@skogen@example.org", True)]
    assert rendering.problems(content()) == []


def test_a_correction_keeps_the_day_on_which_it_was_written() -> None:
    first = content(correction="Fyra gator.")
    later = NOW.date() + dt.timedelta(days=4)
    assert content(correction="Fyra gator.", before=first, today=later) == first
    assert content(correction="Fem gator.", before=first, today=later)["corrected_on"] == later.isoformat()


def test_an_account_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal, match=r"update\.channel"):
        content(connections=(str(uuid.UUID(int=99)),))


# ---------------------------------------------------------------- what is typed
def typed_moment(day: str, time: str) -> dt.datetime | None:
    return moment(day, time, name="Tidigast", day_field="dag", time_field="tid")


def test_a_day_without_a_time_is_eight_o_clock_in_sweden() -> None:
    assert typed_moment("2024-10-26", "") == dt.datetime(2024, 10, 26, 6, 0, tzinfo=dt.UTC)
    assert typed_moment("2024-10-27", "9.30") == dt.datetime(2024, 10, 27, 8, 30, tzinfo=dt.UTC), "winter time has begun"
    assert typed_moment("", "") is None


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
        typed_moment(day, time)
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
def test_page_then_feed_and_after_the_feed_every_account_whatever_becomes_of_the_others() -> None:
    other = replace(ACCOUNT, id=uuid.UUID(int=8))
    accounts = {str(one.id): one for one in (ACCOUNT, other)}
    planned = planning.publications(update(channels=("page", "feed", *accounts), earliest_at=NOW), accounts, NOW - dt.timedelta(days=1))
    assert [one.channel for one in planned] == ["page", "feed", "mastodon", "mastodon"]
    assert [one.after_key for one in planned] == [None, planned[0].key, planned[1].key, planned[1].key]
    assert {one.due_at for one in planned} == {NOW}
    assert planned[2].organisation_id == ACCOUNT.organisation_id, "an account speaks in its owner's name"


def test_what_may_go_out_already_is_due_now() -> None:
    assert planning.publications(update(earliest_at=NOW - dt.timedelta(days=3)), {}, NOW)[0].due_at == NOW
    assert planning.publications(update(), {}, NOW)[0].due_at == NOW


def test_an_account_that_is_gone_stops_the_last_key() -> None:
    with pytest.raises(Refusal, match="account_gone"):
        planning.publications(update(channels=("page", "feed", str(ACCOUNT.id))), {}, NOW)


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
