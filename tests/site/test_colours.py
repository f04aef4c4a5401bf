from __future__ import annotations

import pytest

from trygghet.settings import ROOT
from trygghet.site import colours
from trygghet.site.colours import Dress
from trygghet.swedish import Slips

OURS = colours.palette((ROOT / "static" / "tokens.css").read_text(encoding="utf-8"))


def refused(**asked: str) -> dict[str, str]:
    with pytest.raises(Slips) as slips:
        colours.dress(asked, OURS)
    return slips.value.sentences


def test_the_cards_colours_are_the_products_light_and_dark() -> None:
    assert (OURS.light["bakgrund"], OURS.dark["bakgrund"]) == ("#ffffff", "#172126")
    assert (OURS.light["kommun"], OURS.dark["polis"]) == ("#2c6b3f", "#a3bcf5")
    assert set(OURS.light) == set(OURS.dark)
    for ours in (OURS.light, OURS.dark):
        for ink in ("text", "bisats", "lank"):
            assert colours.contrast(ours[ink], ours["bakgrund"]) >= colours.READABLE
    assert "--bakgrund:light-dark(#ffffff,#172126);" in OURS.css()


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)]
)
def test_contrast_is_counted_as_wcag_counts_it(one: str, other: str, ratio: float) -> None:
    assert round(colours.contrast(one, other), 2) == round(colours.contrast(other, one), 2) == ratio


def test_colours_that_can_be_read_are_taken_as_they_are() -> None:
    found = colours.dress({"bakgrund": "#1A2B3C", "text": "fff", "lank": "9cf", "tema": "morkt", "annat": "x"}, OURS)
    assert found == Dress("morkt", {"bakgrund": "#1a2b3c", "text": "#ffffff", "lank": "#99ccff"})
    assert found.css == ".trygghet-kort{--trygghet-bakgrund:#1a2b3c;--trygghet-text:#ffffff;--trygghet-lank:#99ccff;}"
    assert found.query == "?tema=morkt&bakgrund=1a2b3c&text=ffffff&lank=99ccff"
    assert (Dress().css, Dress().query) == ("", "")


def test_text_that_cannot_be_read_is_refused_with_the_figure() -> None:
    assert refused(text="777", bakgrund="fff") == {
        "text": "Text: #777777 går inte att läsa mot #ffffff. Kontrasten är 4,4 och behöver vara minst 4,5. Välj en mörkare eller en ljusare färg."
    }
    assert refused(lank="ffe", bakgrund="fff", text="000").keys() == {"lank"}
    assert refused(bakgrund="888").keys() == {"bakgrund"}, "neither our light nor our dark text can be read on it"
    assert colours.dress({"text": "767676", "bakgrund": "fff", "lank": "00f"}, OURS).colours["text"] == "#767676"


def test_a_colour_alone_must_suit_every_theme_that_can_be_shown() -> None:
    assert refused(text="000", tema="auto").keys() == {"text"}, "the dark ground is nearly black"
    assert colours.dress({"text": "000"}, OURS) == Dress("ljust", {"text": "#000000"})
    assert refused(text="000", tema="morkt").keys() == {"text"}


@pytest.mark.parametrize("text", ["red", "#12", "#1234567", "rgb(0,0,0)", "000;}body{display:none", "</style><script>", "１２３", "url(//x)"])
def test_what_is_no_colour_is_said_as_it_was_typed(text: str) -> None:
    assert refused(bakgrund=text)["bakgrund"].endswith(f"Du skrev ”{text}”.")


def test_a_ground_of_their_own_decides_whether_the_rest_is_light_or_dark() -> None:
    assert colours.dress({"bakgrund": "fdf"}, OURS).theme == "ljust"
    assert colours.dress({"bakgrund": "222"}, OURS).theme == "morkt"
    assert refused(bakgrund="222", tema="ljust").keys() == {"bakgrund"}


def test_a_theme_that_is_none_is_refused() -> None:
    assert refused(tema="rosa").keys() == {"tema"}


def test_tokens_that_are_gone_are_missed_at_once() -> None:
    with pytest.raises(ValueError, match="unpack"):
        colours.palette(":root { --surface: #fff; }")
