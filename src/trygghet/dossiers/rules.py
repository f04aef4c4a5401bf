"""What may stand as a diary number, and what the files of a dossier are called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import document, shield

if TYPE_CHECKING:
    from uuid import UUID

LONGEST_NUMBER = 60
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
"""What a picture's file is called by."""


@dataclass(frozen=True)
class DiaryNumber:
    """Under which number a party has registered the promise in its own diary, and since when we know it."""

    organisation_id: UUID
    name: str
    number: str
    at: dt.datetime


def check_number(number: str) -> None:
    """Diary numbers look as their authorities like: KS 2024/118, A123.456/2024. Raises `Refusal`."""
    shield.check_text(number, "Diarienummer", field="diarienummer", longest=LONGEST_NUMBER)


def file_name(text: str) -> str:
    """Letters that every file system takes: medborgarlofte-i-bjorken-2023-2024; "lofte" where none is left."""
    return document.file_name(text, otherwise="lofte")
