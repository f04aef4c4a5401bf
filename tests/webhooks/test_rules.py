"""Which addresses are addresses at all, and how many duties one post takes."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import cast
from trygghet.reminders.rules import Owed
from trygghet.swedish import Slips
from trygghet.webhooks import rules

TYPED = {"namn": "Trygghetsgruppen", "form": "slack"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "klistra in hela adressen"),
        ("hooks.example.org/services/1", "klistra in hela adressen"),
        ("http://hooks.example.org/services/1", "Den börjar med https://"),
        ("http://127.0.0.1/krok", "Den börjar med https://"),
        ("https://anna:hemligt@hooks.example.org/1", "klistra in hela adressen"),
        ("https://hooks.example.org:99999/1", "klistra in hela adressen"),
        ("https://hooks.example.org/en adress", "inga mellanslag"),
        ("https:///services", "klistra in hela adressen"),
        ("https://[::1/1", "klistra in hela adressen"),
        ("ftp://hooks.example.org/1", "Den börjar med https://"),
        (f"https://hooks.example.org/{'x' * 2000}", "klistra in hela adressen"),
        ("https://bjorken.webhook.office.com/webhookb2/1", "bjorken.webhook.office.com hör till de kopplingar som Microsoft har stängt"),
        ("https://outlook.office.com/webhook/1", "Microsoft har stängt"),
        ("https://outlook.office.com./webhook/1", "Microsoft har stängt"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_refused_with_the_reason(url: str, said: str) -> None:
    with pytest.raises(Slips) as no:
        rules.wanted({**TYPED, "hemlig_adress": url})
    assert set(no.value.sentences) == {"hemlig_adress"}
    assert said in no.value.sentences["hemlig_adress"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", "https://hooks.slack.com"),
        (
            "https://prod-23.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x",
            "https://prod-23.westeurope.logic.azure.com:443",
        ),
        ("https://default1.2.environment.api.powerplatform.com/powerautomate/x?sig=y", "https://default1.2.environment.api.powerplatform.com"),
    ],
)
def test_of_an_address_only_the_server_is_shown_again(url: str, host: str) -> None:
    found = rules.wanted({**TYPED, "hemlig_adress": url})
    assert (found.url, found.host) == (url, host)


def test_only_the_example_writes_unencrypted_and_only_at_home() -> None:
    here = {"127.0.0.1"}
    assert rules.wanted({**TYPED, "hemlig_adress": "http://127.0.0.1:8026/krokar/x"}, here).host == "http://127.0.0.1:8026"
    with pytest.raises(Slips):
        rules.wanted({**TYPED, "hemlig_adress": "http://hooks.example.org/x"}, here)


def test_many_duties_are_cut_short_and_counted() -> None:
    many = [Owed(cast.BJORKEN, None, "Björken", "activity", f"Aktivitet {number:02}", dt.date(2024, 12, 1)) for number in range(23)]
    said = rules.waiting(many, "Björkens kommun", dt.date(2024, 11, 30), "https://t.example.org")
    assert len(said.points) == rules.MOST_POINTS + 1
    assert said.points[0].text == "”Aktivitet 00” i Björken ska vara gjord i morgon"
    assert said.points[-1].text == "Och tre till"
