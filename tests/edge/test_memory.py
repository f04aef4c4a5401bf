from __future__ import annotations

import gzip
import uuid

import brotli
import pytest

from trygghet.edge.rules import LIFE, Answer, Memory, encoding, place

HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"public, max-age=2"), (b"etag", b'"abc"'), (b"content-length", b"1")]


def answer(body: bytes = b"x" * 1000, status: int = 200, *more: tuple[bytes, bytes]) -> Answer:
    return Answer(status, [*HEADERS, *more], body)


def listening(most: int = 1_000_000) -> Memory:
    memory = Memory(most, {"api", "en"})
    memory.true_until = 1e9
    return memory


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        (b"", b""),
        (b"gzip, deflate, br", b"br"),
        (b"gzip;q=1.0, br;q=0", b"gzip"),
        (b"GZIP", b"gzip"),
        (b"br; q=0, *;q=0", b""),
        (b"*", b"br"),
        (b"identity", b""),
        (b";;,,=", b""),
    ],
)
def test_a_body_is_sent_the_smallest_way_that_the_reader_takes(accepted: bytes, found: bytes) -> None:
    assert encoding(accepted) == found


def test_each_way_to_send_it_has_its_own_etag_and_the_same_text() -> None:
    one, body = answer(), b"x" * 1000
    sent = {how: one.form(how) for how in (b"", b"gzip", b"br")}
    assert (sent[b""][1], gzip.decompress(sent[b"gzip"][1]), brotli.decompress(sent[b"br"][1])) == (body, body, body)
    headers = {how: dict(found) for how, (found, _) in sent.items()}
    assert [headers[how][b"etag"] for how in (b"", b"gzip", b"br")] == [b'"abc"', b'"abc-gzip"', b'"abc-br"']
    assert all(headers[how][b"content-length"] == b"%d" % len(sent[how][1]) for how in sent)
    assert all(b"Accept-Encoding" in found[b"vary"] for found in headers.values())


def test_pictures_and_short_texts_are_sent_as_they_are() -> None:
    picture = Answer(200, [(b"content-type", b"image/png")], b"x" * 1000)
    assert b"content-encoding" not in dict(picture.form(b"br")[0])
    assert b"content-encoding" not in dict(answer(b"short").form(b"br")[0])


@pytest.mark.parametrize(
    ("asked", "has_it"),
    [
        ({b"if-none-match": b'"abc"'}, True),
        ({b"if-none-match": b'"x", W/"abc-br"'}, True),
        ({b"if-none-match": b"*"}, True),
        ({b"if-none-match": b'"abc-zip"'}, False),
        ({b"if-none-match": b'"old"', b"if-modified-since": b"Tue, 01 Oct 2024 08:00:00 GMT"}, False),
        ({b"if-modified-since": b"Tue, 01 Oct 2024 08:00:00 GMT"}, True),
        ({b"if-modified-since": b"Tue, 01 Oct 2024 07:59:59 GMT"}, False),
        ({b"if-modified-since": b"soon"}, False),
        ({}, False),
    ],
)
def test_it_is_not_sent_to_who_has_it(asked: dict[bytes, bytes], has_it: bool) -> None:  # noqa: FBT001
    found = answer(b"x", 200, (b"last-modified", b"Tue, 01 Oct 2024 08:00:00 GMT")).unchanged(asked)
    assert (found is not None) == has_it
    assert not has_it or b"content-length" not in dict(found or [])


def test_what_was_taken_back_is_told_of_each_time() -> None:
    assert answer(b"x", 410).unchanged({b"if-none-match": b'"abc"'}) is None


@pytest.mark.parametrize(
    "refused", [answer(b"x", 404), answer(b"x", 500), answer(b"x", 200, (b"set-cookie", b"a=b")), Answer(200, [(b"cache-control", b"no-store")], b"")]
)
def test_only_what_is_the_same_to_everybody_is_kept(refused: Answer) -> None:
    assert not listening().keep(("/a", b""), refused, 0, 1.0)


def test_nothing_is_kept_nor_answered_while_nobody_listens() -> None:
    memory = listening()
    assert memory.keep(("/a", b""), answer(), memory.edition, 1.0)
    assert memory.find(("/a", b""), 2.0)
    memory.distrust()
    assert memory.find(("/a", b""), 2.0) is None
    assert not memory.keep(("/a", b""), answer(), memory.edition, 2.0)


def test_what_was_made_before_a_change_is_not_kept_after_it() -> None:
    memory = listening()
    before = memory.edition
    memory.forget()
    assert not memory.keep(("/a", b""), answer(), before, 1.0)


@pytest.mark.parametrize(
    ("path", "belongs_to"),
    [("/", ""), ("/eken", "eken"), ("/eken/loften/1", "eken"), ("/en", ""), ("/en/eken", "eken"), ("/api/v1", ""), ("/en/api", ""), ("//eken", "")],
)
def test_an_address_belongs_to_the_organisation_that_it_names(path: str, belongs_to: str) -> None:
    assert place(path, {"api", "en"}) == belongs_to


def test_a_change_in_one_place_leaves_what_is_kept_of_another_and_nothing_that_is_of_many() -> None:
    memory = listening()
    for path in ("/eken", "/en/eken", "/bjorken", "/", "/api/v1"):
        memory.keep((path, b"", 1), answer(), memory.edition, 1.0)
    memory.forget("bjorken")
    assert [path for path in ("/eken", "/en/eken", "/bjorken", "/", "/api/v1") if memory.find((path, b"", 1), 1.0)] == ["/eken", "/en/eken"]
    memory.forget()
    assert len(memory) == 0


def test_it_is_kept_for_a_minute_at_most() -> None:
    memory = listening()
    memory.keep(("/a", b""), answer(), memory.edition, 1.0)
    assert memory.find(("/a", b""), 1.0 + LIFE)
    assert memory.find(("/a", b""), 1.1 + LIFE) is None
    assert len(memory) == 0


def test_the_least_asked_for_is_given_up_when_there_is_no_room() -> None:
    memory = listening(4 * answer().weight)
    for name in "abcd":
        assert memory.keep((f"/{name}", b""), answer(), memory.edition, 1.0)
    memory.find(("/a", b""), 1.0)
    memory.keep(("/e", b""), answer(), memory.edition, 1.0)
    assert [name for name in "abcde" if memory.find((f"/{name}", b""), 1.0)] == ["a", "c", "d", "e"]
    assert not memory.keep(("/f", b""), answer(b"x" * 3000), memory.edition, 1.0), "one that would take it all"


def test_a_million_addresses_that_somebody_thinks_of_push_out_no_page() -> None:
    memory = listening(40 * answer().weight)
    plain = ["/", "/bjorken", "/en/bjorken", f"/bjorken/loften/{uuid.uuid4()}", "/bjorken/flode.atom"]
    for path in plain:
        memory.keep((path, b""), answer(), memory.edition, 1.0)
    for number in range(1000):
        id_ = uuid.uuid4()
        for odd in (
            ("/bjorken", b"%d" % number),
            ("/" * number + "//bjorken", b""),
            (f"/b/{id_.hex}", b""),
            (f"/b/{id_}".upper(), b""),
            (f"/b/{id_}-", b""),
        ):
            assert memory.keep(odd, answer(), memory.edition, 1.0)
    assert all(memory.find((path, b""), 1.0) for path in plain)
    assert len(memory) == len(plain) + 10
    memory.forget()
    assert (memory._weight, memory._weight_of_odd) == (0, 0)
