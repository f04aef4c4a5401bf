"""Pictures come in as files from anywhere and are kept as our own: read, turned upright, made smaller and written anew.

What a camera writes beside the picture (place, time, owner) is gone with that.
"""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageOps

from trygghet.swedish import Refusal, number
from trygghet.updates.rules import Image

LARGEST_BYTES = 5_000_000
LARGEST_PIXELS = 60_000_000  # what a telephone takes; more in a small file is a bomb
LONGEST_SIDE = 1600
SMALLEST_SIDE = 200
"""No picture is made smaller than so, however few bytes a place takes."""
MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def read(body: bytes) -> Image:
    """The picture, at most 1600 pixels on its longest side, judged by what it is and not by its name.

    Raises `Refusal` for more than 5 MB, for too many pixels, and for what is not JPEG, PNG or WebP.
    """
    if len(body) > LARGEST_BYTES:
        raise Refusal("picture.large", field="bild", limit=LARGEST_BYTES // 1_000_000, size=number(len(body) / 1_000_000))
    try:
        with (
            warnings.catch_warnings(action="ignore", category=Pillow.DecompressionBombWarning),
            Pillow.open(BytesIO(body), formats=tuple(MIMES)) as found,
        ):
            if found.width * found.height > LARGEST_PIXELS:
                raise Refusal("picture.pixels", field="bild", width=found.width, height=found.height, limit=LARGEST_PIXELS // 1_000_000)
            return _anew(found)
    except Pillow.DecompressionBombError as error:
        raise Refusal("picture.kind", field="bild") from error
    except (OSError, ValueError, SyntaxError) as error:  # Pillow's ways of saying that the file is broken
        raise Refusal("picture.kind", field="bild") from error


def _anew(found: Pillow.Image) -> Image:
    kind = found.format or ""
    upright = ImageOps.exif_transpose(found)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Pillow.Resampling.LANCZOS)
    upright = upright.convert("RGB" if kind == "JPEG" else "RGBA" if upright.has_transparency_data else "RGB")
    bare = Pillow.new(upright.mode, upright.size)
    bare.paste(upright)
    return _written(bare, kind)


def fitted(image: Image, longest_side: int, largest_bytes: int) -> Image | None:
    """The picture as a kind of place takes it that wants it smaller; None where it takes it as it is. What it shows stays the same."""
    if max(image.width, image.height) <= longest_side and len(image.body) <= largest_bytes:
        return None
    kind = next(name for name, mime in MIMES.items() if mime == image.mime)
    with Pillow.open(BytesIO(image.body), formats=(kind,)) as found:
        side = min(longest_side, max(image.width, image.height))
        while True:
            smaller = found.copy()
            smaller.thumbnail((side, side), Pillow.Resampling.LANCZOS)
            made = _written(smaller, kind)
            if len(made.body) <= largest_bytes or side <= SMALLEST_SIDE:
                return made
            side = side * 3 // 4


def _written(bare: Pillow.Image, kind: str) -> Image:
    written = BytesIO()
    bare.save(written, kind, **({"optimize": True} if kind == "PNG" else {"quality": 85}))
    body = written.getvalue()
    return Image(body, MIMES[kind], bare.width, bare.height, hashlib.sha256(body).hexdigest())
