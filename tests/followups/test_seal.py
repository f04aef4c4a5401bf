"""What Skogen can learn of Björken's sealed answer, by every page, every file, every table and every function: nothing of what it says."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests import cast
from tests.followups import room
from tests.followups.room import LATER
from trygghet import database
from trygghet.followups import actions
from trygghet.followups.rules import Verdict
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    import httpx
    from litestar import Litestar

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
SECRET = "Förseglat-skäl-4417"
LONG = f"{SECRET} " + "Vi hann inte med det vi lovade. " * 20
SAYS = "INSERT INTO assessment (promise_id, follow_up_id, organisation_id, subject, verdict) SELECT f.promise_id, f.id, "
TAKES_OVER = " ON CONFLICT (follow_up_id, organisation_id, subject) DO UPDATE SET reason = excluded.reason RETURNING assessment.reason"
VOLATILE = {"date", "set-cookie", "content-security-policy", "x-request-id"}
OPAQUE = re.compile(rb'(name="(?:_csrf_token|form_key)" value=|nonce=)"[^"]*"')


# ---------------------------------------------------------------- what a browser gets
def _paths(application: Litestar, room_id: UUID, promise_id: UUID) -> list[str]:
    """Every address that reads and that ids of this promise lead to."""
    known = {"room_id": room_id, "promise_id": promise_id, "obligation_id": room_id, "slug": "bjorken", "key": "2024"}
    found = []
    for route in application.routes:
        names = set(re.findall(r"{(\w+)}", route.path_format))
        if "GET" in getattr(route, "methods", ()) and names <= set(known) and not route.path_format.startswith(("/static", "/health")):
            found.append(route.path_format.format(**known))
    return sorted(found)


def _unpacked(body: bytes) -> bytes:
    """The bytes; of a file of files, everything that is in it."""
    if not body.startswith(b"PK"):
        return OPAQUE.sub(b"", body)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(name.encode() + packed.read(name) for name in sorted(packed.namelist()))


async def _everything(browser: httpx.AsyncClient, paths: list[str]) -> dict[str, Any]:
    """What each address answers: status, headers that are not of the moment, and the bytes."""
    found = {}
    for path in paths:
        answer = await browser.get(path)
        headers = {name: value for name, value in answer.headers.items() if name not in VOLATILE}
        found[path] = (answer.status_code, headers, _unpacked(answer.content))
    return found


async def test_what_the_other_drafts_changes_no_byte_of_any_page_or_file(application: Litestar, browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    paths = _paths(application, room_id, (await actions.read(cast.BJORKEN, room_id)).room.promise_id)
    assert {f"/uppfoljning/{room_id}", f"/uppfoljning/{room_id}/pdf", f"/uppfoljning/{room_id}/word", "/uppfoljning", "/oversikt"} <= set(paths)
    assert len(paths) > 20
    paths = [one for one in paths if one != "/metrics" and not one.endswith("/akt")]  # they count and log that they were asked for
    readers = [await browser_of(who) for who in ("per", "pia")]
    before = [await _everything(one, paths) for one in readers]
    for verdict, reason in ((Verdict.NOT_ACHIEVED, LONG), (Verdict.CANCELLED, SECRET)):
        await room.assessed(room_id, verdict, reason=reason, hand_in=False)
        for reader, was in zip(readers, before, strict=True):
            application.state.meter.counts.clear()  # so much is not asked of open data in a minute
            now = await _everything(reader, paths)
            assert " ".join(path for path in paths if now[path] != was[path]) == ""
    assert [body for one in before for _, _, body in one.values() if SECRET.encode() in body] == []


async def test_what_was_handed_in_reads_the_same_whatever_it_says(application: Litestar, browser_of: BrowserOf, clock: HandClock) -> None:
    """That the other has handed in, and when, is told; what it said is not, by words or by length."""
    clock.at = LATER
    room_id = await room.made_room()
    every = _paths(application, room_id, (await actions.read(cast.BJORKEN, room_id)).room.promise_id)
    per, by = await browser_of("per"), cast.asking("anna")
    paths = [one for one in every if "uppfoljning" in one or one in {"/oversikt", "/frister"}]
    await room.assessed(room_id, Verdict.ACHIEVED, reason="")
    first = await _everything(per, paths)
    assert "Kommunen har lämnat in sin bedömning." in first[f"/uppfoljning/{room_id}"][2].decode()
    await actions.take_back(cast.BJORKEN, room_id, by=by, now=LATER)
    await room.assessed(room_id, Verdict.NOT_ACHIEVED, reason=LONG)
    assert await _everything(per, paths) == first
    for path, (_, _, body) in (await _everything(per, every)).items():
        assert SECRET.encode() not in body, path


async def test_no_refusal_tells_how_far_the_other_has_come(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    per, pia = await browser_of("per"), await browser_of("pia")

    async def refused() -> list[tuple[int, bytes]]:
        found = []
        for browser, path, form in (
            (per, "avgor", {}),
            (per, "text", {"summary": "Pers text."}),
            (per, "nya-siffror", {}),
            (per, "bedomning", {"lamna": "1"}),
            (pia, "godkann", {"lydelse": ""}),
        ):
            token = cast.csrf((await browser.get("/uppfoljning")).text)
            answer = await browser.post(f"/uppfoljning/{room_id}/{path}", data={**form, "_csrf_token": token})
            found.append((answer.status_code, _unpacked(answer.content)))
        return found

    before = await refused()
    assert {status for status, _ in before} == {422}
    await room.assessed(room_id, Verdict.NOT_ACHIEVED, reason=LONG, hand_in=False)
    assert await refused() == before


async def test_the_log_and_the_letters_say_that_it_was_handed_in_and_not_what(browser_of: BrowserOf, clock: HandClock) -> None:
    clock.at = LATER
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.CANCELLED, reason=SECRET)
    async with database.across_organisations() as link:
        told = await link.fetch("SELECT t::text FROM delivery t UNION ALL SELECT t::text FROM event t")
    assert any("Lämnade in sin bedömning" in row[0] or "followup.handed_in" in row[0] for row in told)
    assert [row for row in told if SECRET in row[0] or "cancelled" in row[0] or "nställt" in row[0]] == []


# ---------------------------------------------------------------- what the application's role gets
async def _assessed_by_bjorken(*, hand_in: bool) -> UUID:
    room_id = await room.made_room()
    await room.assessed(room_id, Verdict.NOT_ACHIEVED, reason=LONG, hand_in=hand_in)
    return room_id


@pytest.mark.parametrize("hand_in", [False, True])
async def test_no_table_and_no_view_has_anything_of_it_for_the_other(*, hand_in: bool) -> None:
    await _assessed_by_bjorken(hand_in=hand_in)
    seen, looked_at = [], 0
    async with database.within(cast.SKOGEN) as link:
        names = await link.fetch(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND has_table_privilege(c.oid, 'SELECT')"
        )
        for schema, name in names:
            try:
                async with database.within(cast.SKOGEN):
                    rows = await link.fetch(f'SELECT t::text FROM {schema}."{name}" t')
            except asyncpg.PostgresError:
                continue  # a view of the server's own that is not for this role
            looked_at += 1
            seen += [(name, row[0]) for row in rows if SECRET in (row[0] or "")]
        assert await link.fetchval("SELECT count(*) FROM assessment") == 0
        assert await link.fetchval("SELECT count(*) FROM hand_in") == int(hand_in)
    assert seen == []
    assert looked_at > 60


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM assessment WHERE reason LIKE '%4417%'",
        "SELECT count(*) FROM assessment a JOIN follow_up f ON f.id = a.follow_up_id",
        "SELECT count(*) FROM assessment TABLESAMPLE SYSTEM (100)",
        "SELECT count(*) FROM ONLY assessment",
        "SELECT count(*) FROM (SELECT max(length(reason)) AS n FROM assessment GROUP BY organisation_id) x",
        "SELECT count(*) FROM assessment WHERE ctid = '(0,1)'",
        "SELECT count(*) FROM pg_stats WHERE tablename = 'assessment'",
        "SELECT count(*) FROM pg_stats_ext WHERE tablename = 'assessment'",
        "SELECT count(*) FROM pg_publication_tables",
    ],
)
async def test_no_way_of_asking_finds_a_row(query: str) -> None:
    await _assessed_by_bjorken(hand_in=True)
    async with database.across_organisations() as link:
        await link.execute("RESET ROLE")
        await link.execute("ANALYZE assessment")
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval(query) == 0


async def test_a_condition_of_ones_own_is_never_shown_the_sealed_rows() -> None:
    """A function that complains of every value that it meets meets none: the policy stands before it."""
    await _assessed_by_bjorken(hand_in=True)
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetch("SELECT 1 FROM assessment WHERE (1 / (length(reason) - length(reason))) = 1") == []
        assert await link.fetch("SELECT 1 FROM assessment WHERE verdict::integer = 1") == []


async def test_no_function_runs_with_more_rights_than_who_calls_it() -> None:
    async with database.within(cast.SKOGEN) as link:
        ours = await link.fetch(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')"
            " AND p.prosrc ~ '(assessment|hand_in|follow_up)'"
        )
        views = await link.fetch("SELECT viewname FROM pg_views WHERE schemaname = 'public' AND definition ~ '(assessment|hand_in|follow_up)'")
    assert ours == []
    assert views == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assessment SET reason = 'x' WHERE organisation_id = '{bjorken}' RETURNING reason",
        "DELETE FROM assessment WHERE organisation_id = '{bjorken}' RETURNING reason",
        "DELETE FROM hand_in WHERE organisation_id = '{bjorken}' RETURNING id",
    ],
)
async def test_another_partys_rows_cannot_be_touched_to_see_them(change: str) -> None:
    await _assessed_by_bjorken(hand_in=True)
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetch(change.format(bjorken=cast.BJORKEN)) == []


@pytest.mark.parametrize(
    "change",
    [
        SAYS + "'{bjorken}', 'promise', 'achieved' FROM follow_up f",
        SAYS + "'{bjorken}', '{subject}', 'achieved' FROM follow_up f" + TAKES_OVER,
        "INSERT INTO hand_in (promise_id, follow_up_id, organisation_id, by_name, by_office, at) SELECT f.promise_id, f.id, '{eken}', 'x', 'x', f.created_at FROM follow_up f",
        "UPDATE follow_up SET revealed_at = created_at",
        "INSERT INTO follow_up (id, promise_id, revealed_at, created_at) SELECT o.id, o.promise_id, now(), now() FROM obligation o WHERE o.key = 'follow_up:2023'",
        "UPDATE follow_up SET signed_at = created_at",
        "UPDATE hand_in SET organisation_id = '{skogen}'",
        "DELETE FROM follow_up",
        "TRUNCATE assessment",
        "COPY assessment TO PROGRAM 'cat'",
        "ALTER TABLE assessment DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE assessment DISABLE TRIGGER is_sealed",
        "DROP POLICY sealed ON assessment",
        "CREATE TRIGGER mine BEFORE INSERT ON assessment FOR EACH ROW EXECUTE FUNCTION assessment_is_sealed()",
    ],
)
async def test_the_seal_is_not_broken_from_the_side(change: str) -> None:
    room_id = await _assessed_by_bjorken(hand_in=True)
    subject = (await actions.read(cast.BJORKEN, room_id)).subjects[0].key
    words = {"bjorken": cast.BJORKEN, "skogen": cast.SKOGEN, "eken": cast.EKEN, "subject": subject}
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        async with database.within(cast.SKOGEN) as link:
            await link.execute(change.format(**words))
    assert SECRET not in str(refused.value.as_dict())
    assert not (await actions.read(cast.SKOGEN, room_id)).is_revealed


async def test_a_third_party_that_has_handed_in_waits_like_the_rest() -> None:
    from tests import made

    room_id = await room.made_room(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    await room.assessed(room_id, Verdict.NOT_ACHIEVED, reason=LONG)
    await room.assessed(room_id, Verdict.ACHIEVED, who="carl", reason="")
    for organisation in (cast.EKEN, cast.SKOGEN):
        standing = await actions.read(organisation, room_id)
        assert cast.BJORKEN not in standing.kept.assessments
        async with database.within(organisation) as link:
            assert {row[0] for row in await link.fetch("SELECT organisation_id FROM assessment")} <= {organisation}


# ---------------------------------------------------------------- once it is broken
async def _opened() -> UUID:
    room_id = await _assessed_by_bjorken(hand_in=True)
    await room.assessed(room_id, Verdict.ACHIEVED, who="per", reason="")
    return room_id


async def test_when_the_last_has_handed_in_everybody_reads_everything_at_once() -> None:
    room_id = await _opened()
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        standing = await actions.read(organisation, room_id)
        assert {one.reason for one in standing.own(cast.BJORKEN).values()} == {LONG}
        assert {one.verdict for one in standing.own(cast.SKOGEN).values()} == {Verdict.ACHIEVED}


@pytest.mark.parametrize("organisation", [cast.BJORKEN, cast.SKOGEN])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assessment SET verdict = 'partly' WHERE organisation_id = '{own}'",
        "DELETE FROM assessment WHERE organisation_id = '{own}'",
        "DELETE FROM hand_in WHERE organisation_id = '{own}'",
        "UPDATE follow_up SET revealed_at = NULL",
        "INSERT INTO assessment (promise_id, follow_up_id, organisation_id, subject, verdict) SELECT promise_id, id, '{own}', 'promise', 'partly' FROM follow_up",
    ],
)
async def test_after_that_nobody_changes_what_they_said(change: str, organisation: UUID) -> None:
    await _opened()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(organisation) as link:
            await link.execute(change.format(own=organisation))


async def test_nothing_is_approved_while_it_is_sealed() -> None:
    room_id = await _assessed_by_bjorken(hand_in=True)
    for who in ("bo", "pia"):
        by = cast.asking(who)
        with pytest.raises(Refusal, match=r"followup\.incomplete"):
            await actions.approve(by.organisation, room_id, seen="", public_url=cast.HERE, by=by, now=LATER)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE follow_up SET summary = 'x'",
        "UPDATE follow_up SET content = '{{}}'",
        "UPDATE follow_up SET signed_at = NULL",
        "UPDATE follow_up SET joint = '{{}}', content_hash = 'x'",
        "UPDATE assessment SET reason = 'x'",
        "DELETE FROM assessment",
        "DELETE FROM hand_in",
        "DELETE FROM follow_up",
        "UPDATE approved_follow_up SET content = '{{}}'",
        "DELETE FROM approved_follow_up",
    ],
)
async def test_what_is_signed_stays_as_it_was_signed(change: str) -> None:
    await room.signed()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.SKOGEN) as link:
            await link.execute(change.replace("{{}}", "{}"))


async def test_what_is_kept_as_approved_is_what_stood_there() -> None:
    room_id = (await room.signed(now=LATER + dt.timedelta(hours=1))).room.id
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.SKOGEN) as link:
            await link.execute(
                "INSERT INTO approved_follow_up (promise_id, follow_up_id, content_hash, content) SELECT promise_id, id, 'x', '{}' FROM follow_up WHERE id = $1",
                room_id,
            )
