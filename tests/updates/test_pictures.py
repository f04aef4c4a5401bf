from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.telling import picture
from trygghet.swedish import Refusal
from trygghet.updates import pictures


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_stays_its_kind_and_is_made_smaller(kind: str) -> None:
    found = pictures.read(picture(kind, (2400, 1200)))
    assert (found.mime, found.width, found.height) == (f"image/{kind.lower()}", 1600, 800)
    assert opened(found.body).format == kind


def test_a_small_picture_is_not_made_larger() -> None:
    assert pictures.read(picture(size=(80, 60))).width == 80


def test_place_and_owner_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Kamerans ägare"  # turned a quarter; artist
    exif.get_ifd(0x8825)[1] = "N"
    found = pictures.read(picture(size=(80, 60), exif=exif, comment=b"hemlig"))
    assert (found.width, found.height) == (60, 80)
    assert not opened(found.body).getexif()
    assert "ägare".encode() not in found.body
    assert b"hemlig" not in found.body


def test_what_shines_through_keeps_doing_so() -> None:
    body = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(body, "PNG")
    assert opened(pictures.read(body.getvalue()).body).mode == "RGBA"


def test_a_picture_is_judged_by_what_it_is() -> None:
    body = io.BytesIO()
    Image.new("RGB", (40, 40)).save(body, "GIF")
    for wrong in (body.getvalue(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", picture()[:200]):
        with pytest.raises(Refusal, match=r"picture\.kind"):
            pictures.read(wrong)


def test_a_file_too_large_and_a_picture_too_large_are_told_apart() -> None:
    with pytest.raises(Refusal, match=r"picture\.large"):
        pictures.read(b"\xff" * (pictures.LARGEST_BYTES + 1))
    with pytest.raises(Refusal, match=r"picture\.pixels"):
        pictures.read(picture("PNG", (10_000, 7_000)))
