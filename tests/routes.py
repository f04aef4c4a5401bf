"""Which addresses there are, and what tests/isolation sends to each: ids of Björken's things, and a form that their owner succeeds with.

A new address needs a row here, or the walk fails by its name.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests import cast, reminded, world
from tests.world import AREA, GONE, TASK, World
from trygghet.followups import forms
from trygghet.indicators import sheet
from trygghet.outcomes import files
from trygghet.wordings.manuscript import HEAD_ID
from trygghet.wordings.rules import seen

if TYPE_CHECKING:
    from trygghet.followups.standing import Standing

Case = tuple[dict[str, Any], dict[str, str]]

DONE = {"antal": "2", "datum": "2024-09-30", "anteckning": "Rättat", "form_key": str(uuid.UUID(int=9))}
LADDER = {
    "antal-0": "21",
    "enhet-0": "days",
    "nar-0": "fore",
    "till-0-owner": "ja",
    "upprepa": "28",
    "upprepa-enhet": "days",
    "upprepa-owner": "ja",
    "spara": "ja",
}
RETOLD = {"sprak": "so", "rubrik": "Ballan", "text": "Degmada iyo booliisku way ballan qaadeen."}
WORDS = {"rubrik": "Så går det", "text": "Två kontroller i veckan.", "bildtext": "En väg."}


def _part(w: World, part_id: uuid.UUID) -> dict[str, Any]:
    return {"wording_id": w.private_wording.id, "part_id": part_id}


def _looked_through(w: World) -> dict[str, str]:
    """A file with one new row, as it comes back when somebody has looked through it."""
    body = b"datum;aktivitet;antal\r\n2024-09-29;Trafikkontroller;4\r\n"
    return {"innehall": files.packed(body), "sett": files.plan(body, w.promise, cast.BJORKEN, world.NOW.date()).mark}


def _series(w: World) -> dict[str, Any]:
    return {"series_id": w.indicators.series.id}


def _values_looked_through(w: World) -> dict[str, str]:
    body = "år;värde\r\n2020;29"
    return {"innehall": body, "sett": sheet.mark(sheet.plan(sheet.read(body.encode()), w.indicators.series, world.NOW.date()))}


def _room(standing: Standing, **form: str) -> Case:
    return {"room_id": standing.room.id}, form


def _key(standing: Standing) -> str:
    return standing.subjects[0].key


def _assessing(standing: Standing) -> Case:
    key = _key(standing)
    shown = forms.mark(standing.own(cast.BJORKEN)[key])
    return _room(standing, **{f"bedomning-{key}": "Inställt", f"skal-{key}": "Det blev inget.", f"var-{key}": shown, "spara": "1"})


CASES: dict[str, Callable[[World], Case]] = {
    # one's own
    "GET /hem": lambda w: ({}, {}),
    "POST /byt-organisation": lambda w: ({}, {"organisation": str(cast.BJORKEN)}),
    "GET /inloggningar": lambda w: ({}, {}),
    "POST /inloggningar/avsluta-andra": lambda w: ({}, {}),
    "POST /inloggningar/{session_id}/avsluta": lambda w: ({"session_id": w.sessions["anna"]}, {}),
    "GET /webbplats": lambda w: ({}, {}),
    "GET /inkorg": lambda w: ({}, {}),
    "POST /inkorg/{delivery_id}/last": lambda w: ({"delivery_id": w.arrived}, {}),
    "POST /inkorg/alla-lasta": lambda w: ({}, {"senaste": str(w.arrived)}),
    "GET /mina-val": lambda w: ({}, {}),
    "POST /mina-val": lambda w: ({}, {"sprak": "en", "mejl-news": "ja"}),
    "GET /kalender": lambda w: ({}, {}),
    "POST /kalender/adress": lambda w: ({}, {}),
    # who belongs here
    "GET /medlemmar": lambda w: ({}, {}),
    "GET /medlemmar/historik": lambda w: ({}, {}),
    "GET /medlemmar/befattningar/ny": lambda w: ({}, {}),
    "POST /medlemmar/befattningar/ny": lambda w: ({}, {"titel": "Kommunchef", "roll": "leader"}),
    "GET /medlemmar/befattningar/{office_id}": lambda w: ({"office_id": w.people.office}, {}),
    "POST /medlemmar/befattningar/{office_id}/utse": lambda w: ({"office_id": w.people.office}, {"person": str(cast.person_id("anna"))}),
    "POST /medlemmar/befattningar/{office_id}/avsluta": lambda w: ({"office_id": w.people.office}, {"till": "2024-12-31"}),
    "GET /medlemmar/personer/{person_id}": lambda w: ({"person_id": cast.person_id("ragna")}, {}),
    "POST /medlemmar/personer/{person_id}/befattningar": lambda w: ({"person_id": cast.person_id("ragna")}, {"befattning": str(w.people.office)}),
    "POST /medlemmar/personer/{person_id}/avsluta": lambda w: ({"person_id": cast.person_id("ragna")}, {"nar": "genast"}),
    "GET /medlemmar/innehav/{holding_id}": lambda w: ({"holding_id": w.people.holding}, {}),
    "POST /medlemmar/innehav/{holding_id}/dagar": lambda w: ({"holding_id": w.people.holding}, {"till": "2024-12-31"}),
    "POST /medlemmar/innehav/{holding_id}/byt": lambda w: ({"holding_id": w.people.holding}, {"befattning": str(w.people.office)}),
    "POST /medlemmar/innehav/{holding_id}/avsluta": lambda w: ({"holding_id": w.people.holding}, {}),
    "GET /medlemmar/bjud-in": lambda w: ({}, {}),
    "POST /medlemmar/bjud-in": lambda w: ({}, {"epost": "annan@cast.example.org", "titel": "Kommunchef", "roll": "leader"}),
    "POST /medlemmar/inbjudningar/{invitation_id}/igen": lambda w: ({"invitation_id": w.people.invited.id}, {}),
    "POST /medlemmar/inbjudningar/{invitation_id}/aterkalla": lambda w: ({"invitation_id": w.people.invited.id}, {}),
    "GET /arshjul": lambda w: ({}, {}),
    "GET /profil": lambda w: ({}, {}),
    "POST /profil": lambda w: ({}, {"farg": "", "rad": "Rådet möts var tredje månad.", "brister": "Inga.", "epost": "", "niva": "", "granskad": ""}),
    "GET /omrade": lambda w: ({}, {}),
    "GET /uppdateringar/{update_id}/kopior": lambda w: ({"update_id": w.agreed.id}, {}),
    "GET /kopior/{copy_id}": lambda w: ({"copy_id": w.published.copy}, {}),
    "GET /stopp": lambda w: ({}, {}),
    "POST /stopp": lambda w: ({}, {"varfor": "Fel bild."}),
    "POST /stopp/lyft": lambda w: ({}, {}),
    "GET /kopplingar": lambda w: ({}, {}),
    "GET /kopplingar/ny/{kind}": lambda w: ({"kind": "mastodon"}, {}),
    "POST /kopplingar/anslut/mastodon": lambda w: ({}, {"server": "1.1.1.1"}),
    "GET /kopplingar/mastodon/klar": lambda w: ({}, {}),
    "POST /kopplingar/anslut/wordpress/godkann": lambda w: ({}, {"adress": "https://1.1.1.1"}),
    "GET /kopplingar/wordpress/klar": lambda w: ({}, {}),
    "POST /kopplingar/anslut/hook": lambda w: ({}, {"namn": "Intranätet", "hemlig_adress": "https://1.1.1.1/krok"}),
    "POST /kopplingar/anslut/{kind}": lambda w: (
        {"kind": "assisted"},
        {"plats": "facebook", "namn": "Kommunen på Facebook", "adress": "https://1.1.1.1/kommunen"},
    ),
    "POST /kopplingar/{connection_id}/prova": lambda w: ({"connection_id": w.connection}, {}),
    "POST /kopplingar/{connection_id}/stang-av": lambda w: ({"connection_id": w.connection}, {}),
    "POST /kopplingar/{connection_id}/sla-pa": lambda w: ({"connection_id": w.connection}, {}),
    "POST /kopplingar/{connection_id}/byt-hemlighet": lambda w: ({"connection_id": world.HOOK}, {}),
    "POST /kopplingar/{connection_id}/koppla-fran": lambda w: ({"connection_id": w.connection}, {}),
    "GET /medlemmar/nycklar": lambda w: ({}, {}),
    "POST /medlemmar/nycklar": lambda w: ({}, {"namn": "Tidningen"}),
    "POST /medlemmar/nycklar/{key_id}/aterkalla": lambda w: ({"key_id": reminded.KEY}, {}),
    "GET /kanaler": lambda w: ({}, {}),
    "POST /kanaler": lambda w: ({}, {"namn": "Trygghetsgruppen", "form": "slack", "hemlig_adress": "https://1.1.1.1/krok"}),
    "POST /kanaler/{connection_id}/prova": lambda w: ({"connection_id": w.chat.room}, {}),
    "POST /kanaler/{connection_id}/pausa": lambda w: ({"connection_id": w.chat.room}, {}),
    "POST /kanaler/{connection_id}/ateruppta": lambda w: ({"connection_id": w.chat.room}, {}),
    "POST /kanaler/{connection_id}/ta-bort": lambda w: ({"connection_id": w.chat.room}, {}),
    "POST /omrade": lambda w: ({}, {"kommun": str(cast.ON), "fran": "2024-10-02"}),
    "POST /omrade/{area_membership_id}/avsluta": lambda w: ({"area_membership_id": w.people.covered}, {"till": "2024-12-31"}),
    # promises and what is done
    "GET /oversikt": lambda w: ({}, {}),
    "GET /loften": lambda w: ({}, {}),
    "GET /loften/{promise_id}": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/aktiviteter/{activity_id}/utfall": lambda w: ({"promise_id": w.promise.id, "activity_id": w.activity}, {}),
    "POST /loften/{promise_id}/aktiviteter/{activity_id}/utfall": lambda w: ({"promise_id": w.promise.id, "activity_id": w.activity}, DONE),
    "GET /loften/{promise_id}/utfall/{outcome_id}/ratta": lambda w: ({"promise_id": w.promise.id, "outcome_id": w.outcome}, {}),
    "POST /loften/{promise_id}/utfall/{outcome_id}/ratta": lambda w: ({"promise_id": w.promise.id, "outcome_id": w.outcome}, DONE),
    # reported from a phone, and from a file
    "GET /rapportera": lambda w: ({}, {}),
    "POST /rapportera/{activity_id}": lambda w: ({"activity_id": w.activity}, {**DONE, "dag": "annan"}),
    "POST /rapportera/utfall/{outcome_id}/angra": lambda w: ({"outcome_id": w.reported}, {}),
    "GET /rapportera/import": lambda w: ({}, {}),
    "GET /rapportera/import/{promise_id}": lambda w: ({"promise_id": w.promise.id}, {}),
    "POST /rapportera/import/{promise_id}": lambda w: ({"promise_id": w.promise.id}, _looked_through(w)),
    "GET /rapportera/import/{promise_id}/mall.csv": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/utfall.csv": lambda w: ({"promise_id": w.promise.id}, {}),
    # a promise on paper and on file
    "GET /loften/{promise_id}/pdf": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /lydelser/{wording_id}/pdf": lambda w: ({"wording_id": w.shared_wording.id}, {}),
    "GET /loften/{promise_id}/akt": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/diarienummer": lambda w: ({"promise_id": w.promise.id}, {}),
    "POST /loften/{promise_id}/diarienummer": lambda w: ({"promise_id": w.promise.id}, {"diarienummer": "KS 2024/119"}),
    # all that was done
    "GET /loften/{promise_id}/historik": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/historik.json": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/historik.csv": lambda w: ({"promise_id": w.promise.id}, {}),
    # a text that is written
    "GET /loften/ny": lambda w: ({}, {}),
    "POST /loften/ny": lambda w: ({}, {"fran": str(w.promise.id)}),
    "POST /loften/{promise_id}/lydelser": lambda w: ({"promise_id": w.promise.id}, {"kind": "change"}),
    "GET /lydelser/{wording_id}/skriv": lambda w: ({"wording_id": w.private_wording.id}, {}),
    "POST /lydelser/{wording_id}/slang": lambda w: ({"wording_id": w.private_wording.id}, {}),
    "POST /lydelser/{wording_id}/delar": lambda w: ({"wording_id": w.private_wording.id}, {"till": "area:"}),
    "GET /lydelser/{wording_id}/delar/{part_id}": lambda w: (_part(w, TASK), {}),
    "POST /lydelser/{wording_id}/delar/{part_id}": lambda w: (
        {"wording_id": w.private_wording.id, "part_id": HEAD_ID},
        {"area": "Norra Björken", "was-area": seen(w.private_wording.manuscript.head["area"])},
    ),
    "POST /lydelser/{wording_id}/delar/{part_id}/flytta": lambda w: (_part(w, cast.SKOGEN), {"steg": "upp"}),
    "GET /lydelser/{wording_id}/delar/{part_id}/plats": lambda w: (_part(w, TASK), {}),
    "POST /lydelser/{wording_id}/delar/{part_id}/plats": lambda w: (_part(w, TASK), {"under": str(AREA)}),
    "POST /lydelser/{wording_id}/delar/{part_id}/ta-bort": lambda w: (_part(w, TASK), {}),
    "POST /lydelser/{wording_id}/delar/{part_id}/tillbaka": lambda w: (_part(w, GONE), {}),
    # a text that is made together
    "GET /lydelser/{wording_id}": lambda w: ({"wording_id": w.shared_wording.id}, {}),
    "GET /lydelser/{wording_id}/skillnad": lambda w: ({"wording_id": w.shared_wording.id}, {}),
    "GET /lydelser/{wording_id}/dela": lambda w: ({"wording_id": w.private_wording.id}, {}),
    "POST /lydelser/{wording_id}/dela": lambda w: ({"wording_id": w.private_wording.id}, {"lydelse": w.private_wording.content_hash}),
    "POST /lydelser/{wording_id}/godkann": lambda w: ({"wording_id": w.shared_wording.id}, {"lydelse": w.shared_wording.content_hash}),
    "POST /lydelser/{wording_id}/avvisa": lambda w: (
        {"wording_id": w.shared_wording.id},
        {"lydelse": w.shared_wording.content_hash, "varfor": "För få kvällspass."},
    ),
    "GET /lydelser/{wording_id}/skriv-under": lambda w: ({"wording_id": w.unsigned_wording.id}, {}),
    "POST /lydelser/{wording_id}/skriv-under": lambda w: (
        {"wording_id": w.unsigned_wording.id},
        {"lydelse": w.unsigned_wording.content_hash, "losenord": cast.PASSWORD},
    ),
    "POST /lydelser/{wording_id}/oppna-igen": lambda w: ({"wording_id": w.agreed_wording.id}, {"varfor": "Fel datum."}),
    "POST /lydelser/{wording_id}/dra-tillbaka": lambda w: ({"wording_id": w.shared_wording.id}, {"varfor": "Fel datum."}),
    "GET /lydelser/{wording_id}/delar/{part_id}/kommentera": lambda w: ({"wording_id": w.shared_wording.id, "part_id": HEAD_ID}, {}),
    "POST /lydelser/{wording_id}/delar/{part_id}/kommentera": lambda w: (
        {"wording_id": w.shared_wording.id, "part_id": HEAD_ID},
        {"kommentar": "Menar ni hela centrum?"},
    ),
    "POST /lydelser/{wording_id}/delar/{part_id}/foresla": lambda w: (
        {"wording_id": w.shared_wording.id, "part_id": HEAD_ID},
        {"falt": "area", "forslag": "Norra Björken"},
    ),
    "POST /kommentarer/{comment_id}/besvara": lambda w: ({"comment_id": w.comment.id}, {"svar": "Ja."}),
    "POST /kommentarer/{comment_id}/ta-in": lambda w: ({"comment_id": w.suggestion.id}, {}),
    "POST /kommentarer/{comment_id}/avboj": lambda w: ({"comment_id": w.suggestion.id}, {"svar": "Nej."}),
    # what is measured over the years
    "GET /lagen": lambda w: ({}, {}),
    "POST /lagen": lambda w: ({}, {"slag": "council", "datum": "2024-09-30", "form_key": str(uuid.UUID(int=77))}),
    "GET /lagen/rader/{record_id}": lambda w: ({"record_id": w.by_law}, {}),
    "POST /lagen/rader/{record_id}": lambda w: ({"record_id": w.by_law}, {"datum": "2024-09-04", "form_key": str(uuid.UUID(int=78))}),
    "POST /lagen/rader/{record_id}/stryk": lambda w: ({"record_id": w.by_law}, {"skal": "Mötet ställdes in.", "form_key": str(uuid.UUID(int=79))}),
    "GET /lagen/pdf": lambda w: ({}, {}),
    "GET /lagen/word": lambda w: ({}, {}),
    "GET /indikatorer": lambda w: ({}, {}),
    "GET /indikatorer/ny": lambda w: ({}, {}),
    "POST /indikatorer/ny": lambda w: ({}, {"slag": "survey", "namn": "Otrygga", "kalla": "Enkäten"}),
    "GET /indikatorer/mall.csv": lambda w: ({}, {}),
    "GET /indikatorer/{series_id}": lambda w: (_series(w), {}),
    "GET /indikatorer/{series_id}/varden.csv": lambda w: (_series(w), {}),
    "GET /indikatorer/{series_id}/andra": lambda w: (_series(w), {}),
    "POST /indikatorer/{series_id}/andra": lambda w: (_series(w), {"namn": "Otrygga", "enhet": "procent", "kalla": "Enkäten"}),
    "POST /indikatorer/{series_id}/slang": lambda w: ({"series_id": w.indicators.empty}, {}),
    "POST /indikatorer/{series_id}/varden": lambda w: (_series(w), {"ar": "2021", "varde": "30", "seriebrott": "Ny fråga."}),
    "GET /indikatorer/{series_id}/varden/{observation_id}/andra": lambda w: ({**_series(w), "observation_id": w.indicators.value}, {}),
    "POST /indikatorer/{series_id}/varden/{observation_id}/andra": lambda w: (
        {**_series(w), "observation_id": w.indicators.value},
        {"varde": "35", "skal": "Slutlig siffra."},
    ),
    "POST /indikatorer/{series_id}/import": lambda w: (_series(w), _values_looked_through(w)),
    "POST /indikatorer/{series_id}/hamta": lambda w: ({"series_id": w.indicators.fetched}, {}),
    "POST /indikatorer/{series_id}/mal/{goal_id}": lambda w: ({"series_id": w.indicators.empty, "goal_id": w.indicators.goal}, {}),
    "POST /indikatorer/{series_id}/mal/{goal_id}/ta-bort": lambda w: ({**_series(w), "goal_id": w.indicators.goal}, {}),
    # the rooms of follow-ups
    "GET /uppfoljning": lambda w: ({}, {}),
    "GET /uppfoljning/{room_id}": lambda w: _room(w.rooms.differing),
    "GET /uppfoljning/{room_id}/pdf": lambda w: _room(w.rooms.differing),
    "GET /uppfoljning/{room_id}/word": lambda w: _room(w.rooms.differing),
    "POST /uppfoljning/{room_id}/bedomning": lambda w: _assessing(w.rooms.drafted),
    "POST /uppfoljning/{room_id}/ta-tillbaka": lambda w: _room(w.rooms.handed),
    "POST /uppfoljning/{room_id}/avgor": lambda w: _room(
        w.rooms.differing,
        **{
            f"hur-{_key(w.rooms.differing)}": "enas",
            f"gemensam-{_key(w.rooms.differing)}": "Delvis",
            f"skal-{_key(w.rooms.differing)}": "Vårt skäl.",
        },
    ),
    "POST /uppfoljning/{room_id}/text": lambda w: _room(
        w.rooms.whole, **{"summary": "Ny text.", "var-summary": forms.text_mark(w.rooms.whole.kept.texts.summary)}
    ),
    "POST /uppfoljning/{room_id}/nya-siffror": lambda w: _room(w.rooms.whole, lydelse=w.rooms.whole.kept.content_hash),
    "POST /uppfoljning/{room_id}/godkann": lambda w: _room(w.rooms.whole, lydelse=w.rooms.whole.kept.content_hash),
    "POST /uppfoljning/{room_id}/tillsammans": lambda w: _room(w.rooms.short, skal="För kort."),
    "POST /uppfoljning/{room_id}/tillsammans/godkann": lambda w: _room(w.rooms.proposed, lydelse=w.rooms.merge.content_hash),
    "POST /uppfoljning/{room_id}/tillsammans/dra-tillbaka": lambda w: _room(w.rooms.proposed),
    # duties
    "GET /frister": lambda w: ({}, {}),
    "GET /frister/{obligation_id}": lambda w: ({"obligation_id": w.open_duty.id}, {}),
    "POST /frister/{obligation_id}/klar": lambda w: ({"obligation_id": w.open_duty.id}, {"anteckning": "Klart"}),
    "POST /frister/{obligation_id}/angra": lambda w: ({"obligation_id": w.done_duty.id}, {}),
    "POST /frister/{obligation_id}/inget-nytt": lambda w: ({"obligation_id": w.ending.id}, {"anteckning": "Vi gör på annat sätt."}),
    "POST /frister/{obligation_id}/angra-inget-nytt": lambda w: ({"obligation_id": w.ending.id}, {}),
    "POST /frister/{obligation_id}/underlag": lambda w: ({"obligation_id": w.open_duty.id}, {}),
    # reports through the year
    "GET /underlag": lambda w: ({}, {}),
    "GET /underlag/{report_id}": lambda w: ({"report_id": w.reports.draft.id}, {}),
    "POST /underlag/{report_id}": lambda w: (
        {"report_id": w.reports.draft.id},
        {"actions": "Fler kontroller.", "sett-actions": w.reports.draft.section("actions").seen},
    ),
    "GET /underlag/{report_id}/lamna": lambda w: ({"report_id": w.reports.draft.id}, {}),
    "POST /underlag/{report_id}/lamna": lambda w: ({"report_id": w.reports.draft.id}, {"lydelse": w.reports.draft.mark}),
    "POST /underlag/{report_id}/anmald": lambda w: ({"report_id": w.reports.handed_in.id}, {"dag": "2024-10-01", "paragraf": "143"}),
    "POST /underlag/{report_id}/slang": lambda w: ({"report_id": w.reports.draft.id}, {}),
    "GET /underlag/{report_id}/pdf": lambda w: ({"report_id": w.reports.handed_in.id}, {}),
    "GET /underlag/{report_id}/word": lambda w: ({"report_id": w.reports.handed_in.id}, {}),
    "GET /loften/{promise_id}/rapporter": lambda w: ({"promise_id": w.promise.id}, {}),
    "POST /loften/{promise_id}/rapporter": lambda w: (
        {"promise_id": w.promise.id},
        {"mottagare": "Ledningsgruppen", "hur-ofta": "year", "form": "oral"},
    ),
    "POST /rapporter/{own_rhythm_id}/ta-bort": lambda w: ({"own_rhythm_id": w.reports.rhythm}, {}),
    "GET /sammantraden": lambda w: ({}, {}),
    "POST /sammantraden": lambda w: ({}, {"organ": "Ledningsgruppen", "dagar": "2024-12-03"}),
    "GET /sammantraden/{meeting_id}": lambda w: ({"meeting_id": w.reports.meeting}, {}),
    "POST /sammantraden/{meeting_id}": lambda w: ({"meeting_id": w.reports.meeting}, {"dag": "2024-12-10"}),
    "POST /sammantraden/{meeting_id}/ta-bort": lambda w: ({"meeting_id": w.reports.meeting}, {}),
    "GET /paminnelser": lambda w: ({}, {}),
    "GET /paminnelser/stegar": lambda w: ({}, {}),
    "GET /paminnelser/stegar/{kind}": lambda w: ({"kind": "report"}, {}),
    "POST /paminnelser/stegar/{kind}": lambda w: ({"kind": "report"}, LADDER),
    "GET /loften/{promise_id}/paminnelser": lambda w: ({"promise_id": w.promise.id}, {}),
    "GET /loften/{promise_id}/paminnelser/{kind}": lambda w: ({"promise_id": w.promise.id, "kind": "report"}, {}),
    "POST /loften/{promise_id}/paminnelser/{kind}": lambda w: ({"promise_id": w.promise.id, "kind": "report"}, LADDER),
    "GET /paminnelser/flytta": lambda w: ({}, {}),
    "POST /paminnelser/flytta": lambda w: ({}, {"kollega": str(cast.person_id("bo")), "fran": "2025-07-01", "till": "2025-07-31"}),
    "POST /paminnelser/flytta/{handover_id}/avsluta": lambda w: ({"handover_id": w.handover}, {}),
    "GET /paminnelser.csv": lambda w: ({}, {}),
    # updates
    "GET /uppdateringar": lambda w: ({}, {}),
    "GET /uppdateringar/{update_id}": lambda w: ({"update_id": w.waiting.id}, {}),
    "GET /uppdateringar/{update_id}/bild": lambda w: ({"update_id": w.waiting.id}, {}),
    "GET /loften/{promise_id}/uppdateringar/ny": lambda w: ({"promise_id": w.promise.id}, {}),
    "POST /loften/{promise_id}/uppdateringar/ny": lambda w: ({"promise_id": w.promise.id}, {"rubrik": "Så går det", "text": "Två i veckan."}),
    "GET /uppdateringar/{update_id}/andra": lambda w: ({"update_id": w.waiting.id}, {}),
    "POST /uppdateringar/{update_id}/andra": lambda w: ({"update_id": w.waiting.id}, {**WORDS, "lydelse": w.waiting.content_hash}),
    "POST /uppdateringar/{update_id}/slang": lambda w: ({"update_id": w.draft.id}, {}),
    "POST /uppdateringar/{update_id}/dela": lambda w: ({"update_id": w.draft.id}, {"lydelse": w.draft.content_hash}),
    "POST /uppdateringar/{update_id}/godkann": lambda w: ({"update_id": w.waiting.id}, {"lydelse": w.waiting.content_hash}),
    "POST /uppdateringar/{update_id}/dra-tillbaka": lambda w: ({"update_id": w.waiting.id}, {"varfor": "Fel siffror."}),
    "POST /uppdateringar/{update_id}/stoppa": lambda w: ({"update_id": w.agreed.id}, {"varfor": "Fel siffror."}),
    "POST /uppdateringar/{update_id}/visa": lambda w: ({"update_id": w.waiting.id}, {**WORDS, "kanaler": str(w.connection)}),
    "POST /loften/{promise_id}/uppdateringar/visa": lambda w: ({"promise_id": w.promise.id}, {"rubrik": "Så går det", "text": "Två i veckan."}),
    "POST /uppdateringar/{update_id}/utskick/{delivery_id}": lambda w: (
        {"update_id": w.agreed.id, "delivery_id": w.unclear.id},
        {"svar": "finns", "adress": "https://social.example.org/1"},
    ),
    # retellings
    "GET /loften/{promise_id}/sammanfattningar": lambda w: ({"promise_id": w.promise.id}, {}),
    "POST /loften/{promise_id}/sammanfattningar": lambda w: ({"promise_id": w.promise.id}, RETOLD),
    "POST /loften/{promise_id}/sammanfattningar/{retelling_id}/godkann": lambda w: (
        {"promise_id": w.promise.id, "retelling_id": w.retold.waiting.id},
        {"lydelse": w.retold.waiting.content_hash},
    ),
    "POST /loften/{promise_id}/sammanfattningar/{retelling_id}/dra-tillbaka": lambda w: (
        {"promise_id": w.promise.id, "retelling_id": w.retold.read.id},
        {"varfor": "Fel ord."},
    ),
    # what goes out
    "GET /utskick": lambda w: ({}, {}),
    "GET /utskick/adresser": lambda w: ({}, {}),
    "POST /utskick/adresser/{suppression_id}/lyft": lambda w: ({"suppression_id": reminded.BOUNCING}, {}),
    "POST /utskick/{delivery_id}/forsok-igen": lambda w: ({"delivery_id": w.failed.id}, {}),
    "POST /utskick/{delivery_id}/avgor": lambda w: ({"delivery_id": w.unclear.id}, {"kom_fram": "ja"}),
}
"""Every guarded address with the ids of real things and a form that its owner would succeed with."""

SHOWING = {"POST /uppdateringar/{update_id}/visa", "POST /loften/{promise_id}/uppdateringar/visa"}
"""Forms that are sent only to see what they would become. They change nothing for anybody."""

OWNERS = {"POST /omrade": cast.SKOGEN, "POST /omrade/{area_membership_id}/avsluta": cast.SKOGEN, "POST /stopp/lyft": cast.SKOGEN}
"""Whose the things are where they are not Björken's: a police area keeps its own register, and has stopped what it publishes."""

FAR = {"POST /kopplingar/anslut/mastodon", "POST /kopplingar/anslut/wordpress/godkann", "POST /kopplingar/anslut/hook"}
"""Routes whose success is for another server to give: refused here with what it said, and walked to the end in tests/accounts."""
