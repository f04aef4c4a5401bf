"""What the environment decides, and the sentence for each thing that it says wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trygghet import settings

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = {"DATABASE_URL": "postgresql://a@b/c", "REDIS_URL": "redis://b", "SECRET_KEY": "x" * 40}


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://from@a/file\n")
    assert settings.load(PLAIN | {"DATABASE_URL": "", "DATABASE_URL_FILE": str(tmp_path / "url")}).database_url == "postgresql://from@a/file"
    assert settings.is_given({"DATABASE_URL_FILE": "x"}, "DATABASE_URL")
    assert not settings.is_given({"DATABASE_URL": " "}, "DATABASE_URL")


def test_own_pages_are_read_back_where_residents_read_them_unless_something_else_is_said() -> None:
    public = PLAIN | {"PUBLIC_URL": "https://lofte.example.org/"}
    assert settings.load(public).read_back_url == "https://lofte.example.org"
    assert settings.load(public | {"READ_BACK_URL": "http://web:8000"}).read_back_url == "http://web:8000"


def test_the_example_speaks_to_this_machine_and_to_containers_that_are_named() -> None:
    example = PLAIN | {"EXAMPLE": "1"}
    assert settings.load(example | {"SMTP_URL": "smtp://127.0.0.1:25"}).here == settings.LOOPBACK
    named = settings.load(example | {"SMTP_URL": "smtp://catcher:25", "EXAMPLE_HOSTS": "catcher web"})
    assert named.here == settings.LOOPBACK | {"catcher", "web"}
    assert settings.load(PLAIN | {"EXAMPLE_HOSTS": "catcher"}).here == settings.LOOPBACK


def test_figures_are_fetched_from_kolada_and_in_the_example_from_its_own_pages_alone() -> None:
    assert settings.load(PLAIN).kolada_url == "https://api.kolada.se/v3"
    assert settings.load(PLAIN | {"KOLADA_URL": "http://127.0.0.1:9/v3/"}).kolada_url == "http://127.0.0.1:9/v3"
    assert settings.load(PLAIN | {"EXAMPLE": "1", "PORT": "8123"}).kolada_url == "http://127.0.0.1:8123/exempel/kolada"
    assert settings.load(PLAIN | {"EXAMPLE": "1", "HOST": "0.0.0.0", "PUBLIC_URL": "https://x.example.org"}).kolada_url.startswith(
        "http://127.0.0.1:"
    )
    assert settings.load(PLAIN | {"EXAMPLE": "1", "HOST": "192.0.2.7"}).kolada_url == "", "the example reaches nothing that is not this machine"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"SECRET_KEY": "kort"}, "SECRET_KEY måste vara minst 32 slumpade tecken"),
        ({"DATABASE_URL": ""}, "DATABASE_URL är inte satt. Ange en hel adress, till exempel postgresql://"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL måste börja med redis://"),
        ({"PORT": "80a"}, "PORT måste vara ett heltal, inte ”80a”."),
        ({"EXAMPLE": "kanske"}, "EXAMPLE måste vara 1 eller 0, inte ”kanske”."),
        ({"EXAMPLE": "1", "SMTP_URL": "smtp://mejl.example.org"}, "men SMTP_URL pekar på mejl.example.org"),
        ({"EXAMPLE": "1", "EXAMPLE_SOCIAL_URL": "http://mastodon.example.org"}, "men EXAMPLE_SOCIAL_URL pekar på mastodon.example.org"),
        ({"EXAMPLE": "1", "KOLADA_URL": "https://api.kolada.example.org/v3"}, "men KOLADA_URL pekar på api.kolada.example.org"),
        ({"EXAMPLE": "1", "SMTP_URL": "smtp://catcher"}, "men SMTP_URL pekar på catcher"),
        (
            {"EXAMPLE": "1", "EXAMPLE_HOSTS": "mejl.example.org", "SMTP_URL": "smtp://mejl.example.org"},
            "EXAMPLE_HOSTS tar bara namn på containrar, utan punkt",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write_instead(more: dict[str, str], sentence: str) -> None:
    with pytest.raises(settings.SettingsError) as said:
        settings.load(PLAIN | more)
    assert sentence in str(said.value)
