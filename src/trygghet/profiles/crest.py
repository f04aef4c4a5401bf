"""A crest comes in as any picture and is kept as a small one of ours: PNG with few colours, since it is sent with every page."""

from __future__ import annotations

import hashlib
from io import BytesIO

from PIL import Image as Pillow

from trygghet.profiles.rules import Crest
from trygghet.updates import pictures

HEIGHT, WIDTH = 96, 192
"""Twice what it is shown at, for screens that have so many."""
COLOURS = 48


def drawn(body: bytes) -> Crest:
    """The picture as a crest. Raises `Refusal` for the field "bild", as for any other picture."""
    whole = pictures.read(body)
    with Pillow.open(BytesIO(whole.body)) as found:
        small = found.convert("RGBA")
    small.thumbnail((WIDTH, HEIGHT), Pillow.Resampling.LANCZOS)
    written = BytesIO()
    small.quantize(COLOURS, method=Pillow.Quantize.FASTOCTREE).save(written, "PNG", optimize=True)
    made = written.getvalue()
    return Crest(made, small.width, small.height, hashlib.sha256(made).hexdigest())
