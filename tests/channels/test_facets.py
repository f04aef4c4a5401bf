"""Text as social networks count it, with examples of what the servers themselves said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trygghet.channels import facets, mastodon

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"


@pytest.mark.parametrize(
    ("text", "count", "octets"), [("", 0, 0), ("trygghet", 8, 8), ("åäö", 3, 6), (FAMILY * 120, 120, 3000), ("e\u0301\r\n🇸🇪", 3, 13)]
)
def test_readers_count_characters_and_servers_count_bytes_as_well(text: str, count: int, octets: int) -> None:
    assert (facets.graphemes(text), facets.octets(text)) == (count, octets)


def pressed(text: str) -> list[tuple[str, str]]:
    """Each part that can be pressed, as it stands in the text, and where it leads."""
    found = []
    for one in facets.facets(text):
        [feature] = one["features"]
        part = text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode()
        found.append((part, feature.get("uri") or feature["tag"]))
    return found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Åtta kom.", []),
        ("Läs på https://a.example.org/å.", [("https://a.example.org/å", "https://a.example.org/å")]),
        ("(se https://a.example.org/1), och https://b.example.org", ["https://a.example.org/1", "https://b.example.org"]),
        ("#trygghet i Björken, #medborgarlöfte! nr #1 och a#b", [("#trygghet", "trygghet"), ("#medborgarlöfte", "medborgarlöfte")]),
        ("https://a.example.org/#del", ["https://a.example.org/#del"]),
    ],
)
def test_addresses_and_hashtags_stand_where_their_bytes_say(text: str, parts: list[str | tuple[str, str]]) -> None:
    assert pressed(text) == [one if isinstance(one, tuple) else (one, one) for one in parts]


@given(some.text(max_size=300), some.integers(0, 60))
def test_what_is_shortened_fits_or_is_nothing_and_begins_as_it_began(text: str, room: int) -> None:
    kept = facets.shortened(text, lambda said: facets.graphemes(said) <= room)
    assert facets.graphemes(kept) <= room
    assert text.startswith(kept.removesuffix(" …")) or kept == text


def test_a_text_is_cut_between_two_words_and_a_long_word_between_two_characters() -> None:
    text = "Vi möttes på Norrtorget, och pratade."
    assert facets.shortened(text, lambda said: len(said) <= 27) == "Vi möttes på Norrtorget …"
    assert facets.shortened("x" * 50, lambda said: len(said) <= 12) == "x" * 10 + " …"
    assert facets.shortened(FAMILY * 9, lambda said: facets.graphemes(said) <= 5) == FAMILY * 3 + " …"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://trygghet.example.org/bjorken/uppdateringar/en-lang-adress-som-inte-raknas.", 24),
        ("@polisen@social.example.org hjälper", len("@polisen hjälper")),
        (f"{FAMILY}!", 2),
    ],
)
def test_mastodon_counts_an_address_as_23_and_a_mention_by_its_name(text: str, count: int) -> None:
    assert mastodon._length(text, 23) == count
