"""Before an update goes out, those who decide read once more what in it may point at somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast, made, telling
from tests.updates.test_publishing import account_of

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
AGAIN = "Läs igenom en gång till"
TOLD = {"rubrik": "Kontroller på infarten", "text": "Bilen ABC 12D stoppades, och två ungdomar tipsade. Ring 070-123 45 67 eller 0500-00 00 00."}


async def test_what_may_point_at_somebody_is_pointed_out_to_both_parties_and_stops_nobody(browser_of: BrowserOf) -> None:
    anna, pia = await browser_of("anna"), await browser_of("pia")
    address = await telling.write(anna, await made.promise(), **TOLD)
    page = (await anna.get(address)).text
    assert AGAIN in page
    assert "”ABC 12D” ser ut som ett registreringsnummer." in page
    assert "”två ungdomar” är så få att någon på orten kan förstå vilka det är." in page
    assert "”070-123 45 67” ser ut som ett telefonnummer." in page
    assert "”0500-00 00 00”" not in page, "the promise's own contact"
    assert (await telling.press(anna, address, "dela")).status_code == 303
    assert AGAIN in (await pia.get(address)).text
    assert (await telling.press(pia, address, "godkann")).status_code == 303


async def test_a_text_without_people_is_shown_as_it_is_and_one_that_is_taken_back_is_not_read_again(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    promise = await made.promise()
    assert AGAIN not in (await anna.get(await telling.write(anna, promise))).text
    address = await telling.write(anna, promise, **TOLD)
    await telling.press(anna, address, "dela")
    await telling.press(anna, address, "dra-tillbaka", varfor="Fel siffror.")
    assert AGAIN not in (await anna.get(address)).text


async def test_a_channels_own_words_are_read_too(browser_of: BrowserOf, settings: Settings) -> None:
    account = await account_of(cast.BJORKEN, settings)
    anna = await browser_of("anna")
    address = await telling.write(anna, await made.promise(), kanaler=account, **{f"text-{account}": "Bilen ABC 12D stoppades."})
    assert "”ABC 12D” ser ut som ett registreringsnummer." in (await anna.get(address)).text
