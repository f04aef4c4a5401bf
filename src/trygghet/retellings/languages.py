"""What a promise may be retold in: easy Swedish, the national minority languages, and those that are read most in Sweden.

Codes are ISO 639 as BCP 47 wants them, the shortest there is. A language that is missing is a row here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTED_NUMBER = re.compile(r"\+?[0-9]+(?:[ \u00a0-][0-9]+)+")
EASY = "lattlast"
"""Easy Swedish: the one retelling that is in Swedish."""


class Language(NamedTuple):
    """A language as it calls itself (`own`), in Swedish and in English. `rtl`: it is written from right to left."""

    code: str
    own: str
    swedish: str
    english: str
    rtl: bool = False

    @property
    def tag(self) -> str:
        """What `lang` says (BCP 47)."""
        return "sv" if self.code == EASY else self.code

    @property
    def direction(self) -> str:
        """What `dir` says."""
        return "rtl" if self.rtl else "ltr"

    def set_out(self, text: str) -> str:
        """The text for those who read it. Among letters that go to the left the parts of 114 14 would change places (Unicode Standard
        Annex 9), so there each number of several parts is held together by isolates.
        """
        return _PARTED_NUMBER.sub("\u2066\\g<0>\u2069", text) if self.rtl else text

    @property
    def path(self) -> str:
        """The end of its address, below the promise's own."""
        return EASY if self.code == EASY else f"sprak/{self.code}"

    @property
    def name(self) -> str:
        """Lättläst svenska, arabiska (العربية)."""
        return self.swedish if self.code == EASY else f"{self.swedish} ({self.own})"


LANGUAGES: dict[str, Language] = {
    row[0]: Language(*row)
    for row in (
        (EASY, "Lättläst svenska", "Lättläst svenska", "Easy Swedish", False),
        ("fi", "suomi", "Finska", "Finnish", False),
        ("fit", "meänkieli", "Meänkieli", "Meänkieli", False),
        ("se", "davvisámegiella", "Nordsamiska", "Northern Sami", False),
        ("smj", "julevsámegiella", "Lulesamiska", "Lule Sami", False),
        ("sma", "åarjelsaemien gïele", "Sydsamiska", "Southern Sami", False),
        ("rom", "romani čhib", "Romani", "Romani", False),
        ("yi", "ייִדיש", "Jiddisch", "Yiddish", True),
        ("sq", "shqip", "Albanska", "Albanian", False),
        ("am", "አማርኛ", "Amhariska", "Amharic", False),
        ("ar", "العربية", "Arabiska", "Arabic", True),
        ("hy", "հայերեն", "Armeniska", "Armenian", False),
        ("az", "azərbaycanca", "Azerbajdzjanska", "Azerbaijani", False),
        ("bn", "বাংলা", "Bengali", "Bengali", False),
        ("bs", "bosanski", "Bosniska", "Bosnian", False),
        ("bg", "български", "Bulgariska", "Bulgarian", False),
        ("da", "dansk", "Danska", "Danish", False),
        ("prs", "دری", "Dari", "Dari", True),
        ("en", "English", "Engelska", "English", False),
        ("et", "eesti", "Estniska", "Estonian", False),
        ("tl", "Tagalog", "Filippinska", "Filipino", False),
        ("fr", "français", "Franska", "French", False),
        ("ka", "ქართული", "Georgiska", "Georgian", False),
        ("el", "ελληνικά", "Grekiska", "Greek", False),
        ("he", "עברית", "Hebreiska", "Hebrew", True),
        ("hi", "हिन्दी", "Hindi", "Hindi", False),
        ("is", "íslenska", "Isländska", "Icelandic", False),
        ("it", "italiano", "Italienska", "Italian", False),
        ("zh", "中文", "Kinesiska", "Chinese", False),
        ("hr", "hrvatski", "Kroatiska", "Croatian", False),
        ("kmr", "kurmancî", "Kurdiska, kurmanji", "Kurdish, Kurmanji", False),
        ("ckb", "کوردیی ناوەندی", "Kurdiska, sorani", "Kurdish, Sorani", True),
        ("lv", "latviešu", "Lettiska", "Latvian", False),
        ("lt", "lietuvių", "Litauiska", "Lithuanian", False),
        ("no", "norsk", "Norska", "Norwegian", False),
        ("om", "Afaan Oromoo", "Oromo", "Oromo", False),
        ("ps", "پښتو", "Pashto", "Pashto", True),
        ("fa", "فارسی", "Persiska", "Persian", True),
        ("pl", "polski", "Polska", "Polish", False),
        ("pt", "português", "Portugisiska", "Portuguese", False),
        ("pa", "ਪੰਜਾਬੀ", "Punjabi", "Punjabi", False),
        ("ro", "română", "Rumänska", "Romanian", False),
        ("ru", "русский", "Ryska", "Russian", False),
        ("sr", "српски", "Serbiska", "Serbian", False),
        ("so", "Soomaali", "Somaliska", "Somali", False),
        ("es", "español", "Spanska", "Spanish", False),
        ("sw", "Kiswahili", "Swahili", "Swahili", False),
        ("syr", "ܣܘܪܝܝܐ", "Syriska", "Syriac", True),
        ("ta", "தமிழ்", "Tamil", "Tamil", False),
        ("th", "ไทย", "Thailändska", "Thai", False),
        ("ti", "ትግርኛ", "Tigrinja", "Tigrinya", False),
        ("tr", "Türkçe", "Turkiska", "Turkish", False),
        ("de", "Deutsch", "Tyska", "German", False),
        ("uk", "українська", "Ukrainska", "Ukrainian", False),
        ("hu", "magyar", "Ungerska", "Hungarian", False),
        ("ur", "اردو", "Urdu", "Urdu", True),
        ("vi", "Tiếng Việt", "Vietnamesiska", "Vietnamese", False),
    )
}
"""All of them, easy Swedish first, then the national minority languages, then by their Swedish names."""
