"""When an attempt is one too many, and where a browser may be sent."""

from __future__ import annotations

import datetime as dt

import pytest

from trygghet.members import rules

NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)


def _ago(*minutes: float) -> list[dt.datetime]:
    return [NOW - dt.timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [
        ([], 0),
        (_ago(1, 2), 0),
        (_ago(1, 2, 3), 12),
        (_ago(3, 1, 2), 12),
        (_ago(1, 2, 14.99), 1),
        (_ago(1, 2, 15), 0),
        (_ago(1, 2, 16), 0),
        (_ago(0, 0, 0), 15),
        (_ago(1, 2, 3, 9), 12),
        (_ago(1, 2, 3.5), 12),
    ],
)
def test_the_wait_lasts_until_the_oldest_that_counts_is_a_quarter_of_an_hour_old(attempts: list[dt.datetime], minutes: int) -> None:
    assert rules.minutes_to_wait(attempts, 3, NOW) == minutes


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("", ""),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_subscribers_whole_ipv6_network_is_one_visitor(address: str, counted_as: str) -> None:
    assert rules.network(address) == counted_as


@pytest.mark.parametrize("target", ["/", "/loften", "/loften/1?visa=allt&x=å", "/a//b", "/a:b"])
def test_paths_here_are_followed(target: str) -> None:
    assert rules.local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "loften",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "/\r\nSet-Cookie: a=b",
        "/\u202eevil",
        "//[evil",
    ],
)
def test_nothing_else_is_followed(target: str) -> None:
    assert rules.local_path(target) == ""


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15", "Safari på Mac"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Mobile Safari/537.36", "Chrome på Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile Safari/604.1",
            "Safari på iPhone",
        ),
        ("curl/8.5", "Okänd webbläsare"),
        ("", "Okänd webbläsare"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent: str, name: str) -> None:
    assert rules.browser_name(agent) == name
