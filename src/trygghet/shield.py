"""Keeps people out of the texts: personal identity numbers are refused everywhere, and what else may point at somebody is pointed out.

A number is refused because whoever reads it knows who is meant, and because a text here may be read by all. A warning never stops
anybody: a person reads the text once more and decides.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def check_text(text: str, name: str, *, field: str, longest: int, needed: bool = False) -> None:
    """Whether a text may be kept: not too long, without personal identity numbers and marks that turn it round, and not empty where it is `needed`.

    `name` is the field's label. Raises `Refusal` on `field`.
    """
    if needed and not text.strip():
        raise Refusal("field.required", field=field, name=name)
    if len(text) > longest:
        raise Refusal("field.too_long", field=field, name=name, limit=longest, length=len(text))
    if _TURNING.search(text):  # forms and files are rid of them before; this holds for every other way in
        raise Refusal("text.turned", field=field, name=name)
    if number := personal_number(text):
        if re.fullmatch(r"07[0-9]{8}", number):
            written = f"{number[:3]}-{number[3:6]} {number[6:8]} {number[8:]}"
            raise Refusal("text.number_or_phone", field=field, name=name, text=number, written=written)
        raise Refusal("text.personal_number", field=field, name=name, text=number)


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that make a text read in another order than it stands in (UAX 9, 2.1-2.4), so that what was approved is not what is seen. Arabic and
Hebrew need none of them: letters know which way they are written.
"""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters, which PostgreSQL and feeds cannot hold, and marks that no key types but that turn a text round for its readers."""


def seen(text: str) -> str:
    """The text without what nobody can see, trimmed; nothing where nothing else is in it."""
    kept = _UNSEEN.sub("", text).strip()
    return kept if any(letter.isprintable() and not letter.isspace() for letter in kept) else ""


# ---------------------------------------------------------------- personal identity numbers
_DASHES = dict.fromkeys(map(ord, "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u200a\u202f"), " ")
_INTERIM = "TRSUWXJKLMN"
"""The letter that stands for the seventh digit in a number given until there is a real one; it counts as 1."""

_APART = r"[\s.\-/]?"
_NUMBER = re.compile(
    rf"""
    (?<![0-9]) (?: (?P<century>1[6-9]|20) {_APART} )?
    (?P<year>[0-9]{{2}}) (?P<first>{_APART}) (?P<month>[01][0-9]) (?P<second>{_APART}) (?P<day>[0-9]{{2}})
    (?P<last>\s{{0,2}}[-+./]?\s{{0,2}}) (?P<four>[0-9{_INTERIM}][0-9]\s?[0-9]{{2}})
    (?![0-9]) (?![-.:/][0-9]{{2}}(?![0-9]))""",  # a day or a time that goes on
    re.VERBOSE | re.IGNORECASE,
)
_MACHINES = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{32,128})\b", re.IGNORECASE)
"""Identifiers and hashes, in whose digits a number may stand by chance."""
_OTHER_NUMBER = re.compile(
    r"(?:\btel\w*|\bmobil\w*|\bring|\bsms|\bväxel\w*|\bocr\w*|\b(?:plus|bank)giro\w*|\b[pb]g|\bfaktura\w*|\bkonto\w*|\borg\w*)"
    r"[\s.:(-]*(?:nr|nummer|på|till)?[\s.:(-]*$",
    re.IGNORECASE,
)
"""What is said right before ten digits without a dash that are a telephone's, an invoice's or an organisation's."""


def personal_number(text: str) -> str | None:
    """The first Swedish personal identity number in the text as it stands there, or None.

    Ten or twelve digits with a possible day and a right check digit (Luhn), together or apart, with any dash, plus sign, stop or
    space between. Coordination numbers count too: their day is sixty more. So do numbers with a letter for the seventh digit.
    """
    plain, places = _plain(text)
    start = 0
    while found := _NUMBER.search(plain, start):
        if _is_person(plain, found):
            begins, ends = places[found.start()], places[found.end() - 1] + 1
            return text[begins:ends].strip()
        start = found.start() + 1
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with one kind of digits, dashes and spaces and nothing invisible, and where each letter of it stood."""
    letters, places = [], []
    for place, letter in enumerate(_MACHINES.sub(lambda found: "x" * len(found.group()), text)):
        if letter.isascii():
            letters.append(letter)
            places.append(place)
        elif unicodedata.category(letter) != "No":  # a raised digit marks a footnote
            for same in unicodedata.normalize("NFKC", letter.translate(_DASHES)):
                if unicodedata.category(same) != "Cf":
                    digit = unicodedata.decimal(same, None)
                    letters.append(same if digit is None else str(digit))
                    places.append(place)
    return "".join(letters), places


def _is_person(plain: str, found: re.Match[str]) -> bool:
    digits = "".join([found["year"], found["month"], found["day"], *found["four"].split()])
    if not _is_day(found["year"], found["month"], found["day"]) or not _luhn(digits.translate(_AS_ONE)):
        return False
    return not (_is_other_number(plain[: found.start()], found) or _is_stretch(found))


def _is_other_number(before: str, found: re.Match[str]) -> bool:
    """Ten digits as telephones and coordinates are written, or said to be something else; a dash in its place or a century leaves no doubt."""
    is_parted = found["first"] != found["second"] or len(found["four"]) > len("9874")
    if found["century"] or "+" in found["last"] or "-" in found["last"]:
        return is_parted and len(found["four"]) > len("9874") and bool(found["first"] or found["second"])
    return is_parted or bool(re.search(r"(?:[0-9][.,]|\+)$", before) or _OTHER_NUMBER.search(before))


def _is_stretch(found: re.Match[str]) -> bool:
    """2024-01-01 – 2026: a day and the year that something lasts until."""
    return bool(found["century"] and found["first"] and found["last"].strip() == "-" != found["last"] and found["four"][:2] in {"19", "20"})


_AS_ONE = str.maketrans(dict.fromkeys(_INTERIM + _INTERIM.lower(), "1"))


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether such a day may have been; in which century is not always said, and 2000 was a leap year."""
    try:
        dt.date(2000 + int(year) % 4, int(month), int(day) % 60)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    """The tenth digit makes the sum of the others, every second one doubled, end in zero."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


# ---------------------------------------------------------------- what may point at somebody
class Caution(NamedTuple):
    """Something in a text that may point at a person. `kind`: plate, phone, email, few, address; `text` as it stands there."""

    kind: str
    text: str
    why: str

    @property
    def sentence(self) -> str:
        """What was found, and why to think again."""
        return f"”{self.text}” {self.why}"


_WHY = {
    "plate": "ser ut som ett registreringsnummer. Det visar vem som äger fordonet. Ta bort det om det inte är ert eget.",
    "phone": "ser ut som ett telefonnummer. Löftets kontakter står i en egen lista; ta bort numret om det är någon annans.",
    "email": "är en e-postadress som inte hör till löftets kontakter. Ta bort den om den är någon enskilds.",
    "few": "är så få att någon på orten kan förstå vilka det är. Skriv ”några” eller ”färre än fem”.",
    "address": "pekar ut var någon bor. Skriv området i stället, eller en plats som är öppen för alla.",
}


def warnings(text: str, allowed: Collection[str] = ()) -> list[Caution]:
    """What in a text may point at somebody, in the order in which it stands there, each once.

    `allowed` are telephone numbers and e-mail addresses that are meant to be public: the contacts'.
    """
    plain = re.sub(r"https?://\S+", lambda found: " " * len(found.group()), text.translate(_DASHES | _SPACES))
    known = {_national(one) for one in allowed} | {one.strip().lower() for one in allowed}
    found = sorted([*_plates(plain), *_phones(plain, known), *_emails(plain, known), *_few(plain), *_homes(plain)])
    return list(dict.fromkeys(Caution(kind, " ".join(text[begins:ends].split()), _WHY[kind]) for begins, ends, kind in found))


Found = tuple[int, int, str]

_LETTERS = "A-HJ-PR-UW-Z"  # no plate has I, Q, V, Å, Ä or Ö
_PLATE = re.compile(
    rf"(?<![\w@./-])([{_LETTERS}]{{3}})([ \-]?)([0-9]{{2}}[0-9{_LETTERS.replace('J-P', 'J-NP')}])(?![\w@]|[.,:/-][0-9])", re.IGNORECASE
)
_NO_PLATE = re.compile(
    r"ABF|ALL|ALT|ARK|BAL|BAR|BEO|BRF|BUP|BUS|DAG|DEL|DEM|DEN|DET|DKK|DNR|DOM|DSO|EKO|EST|ETT|EUR|FAX|FEL|FEM|FOR|FRA|GBP|GPS"
    r"|GSM|HAN|HAR|HON|HUR|HUS|KAN|KAP|KAT|KFM|KOM|KST|LAG|LAN|LED|LEX|LPO|LRF|LSS|LSU|MAJ|MAN|MAX|MED|MEN|MOM|MOT|MSB|NED|NEJ"
    r"|NER|NOK|NTF|NTU|NYA|OCH|OCR|OSS|PAR|PER|PKT|POS|PRO|PST|RAD|RES|RGB|RSA|RUM|SAK|SAL|SCB|SEK|SEN|SER|SFS|SKA|SKL|SKR|SMS"
    r"|SOL|SOM|SOS|SOU|SPC|SPF|SSP|STA|TAL|TAR|TEL|TFN|TLF|TRE|USB|USD|UTE",
    re.IGNORECASE,
)
"""Abbreviations and short words that often stand before a number."""
_VEHICLE = re.compile(
    r"\b(?:reg\w*\.?\s?(?:nr|nummer|skylt)?|skylt\w*|\w*(?:bil|moped|fordon|motorcykel|traktor|lastbil|skåpbil)(?:en|et|ar|arna|n)?|mc|epa|volvo|saab|bmw|audi"
    r"|volkswagen|mercedes|toyota)\W{1,3}(?:med\s+)?(?:reg\w*\W{1,3}(?:nr\W{1,2}|nummer\W{1,2})?)?$",
    re.IGNORECASE,
)


def _plates(text: str) -> Iterator[Found]:
    for found in _PLATE.finditer(text):
        near = _VEHICLE.search(text[max(0, found.start() - 60) : found.start()])
        if near or (_looks_like_plate(text, found) and not _NO_PLATE.fullmatch(found[1])):
            yield *found.span(), "plate"


def _looks_like_plate(text: str, found: re.Match[str]) -> bool:
    """With a space between, only capitals are: "har 120" is a verb and a number."""
    return found[1].isupper() and not _is_shouted(text, found) if found[2] else found[1].isupper() or found[1].islower()


def _is_shouted(text: str, found: re.Match[str]) -> bool:
    """A heading in capitals: its short words are no plates."""
    line = text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0].replace(found.group(), "")
    words = re.findall(r"[^\W\d_]{2,}", line)
    return bool(words) and all(one.isupper() for one in words)


_PHONE = re.compile(
    r"""(?<![\w.,:/+-]) (?: (?:\+|00)[1-9][0-9]{0,2} [\s\-]? (?:\(0\)\s?)? [0-9]{1,3} | \(0[1-9][0-9]{0,2}\) | 0[1-9][0-9]{0,2} )
    (?:\s?[-/]\s?|\s)? [0-9]{2,} (?:[ \-\u00a0]?[0-9]{2,4}){0,4} (?![\w]|[-.,:/][0-9])""",
    re.VERBOSE,
)
_MOBILE_WITH_STOPS = re.compile(r"(?<![\w.])07[0-9]\.[0-9]{2,3}(?:\.[0-9]{2,3}){2}(?![\w.])")
_FOR_ALL = re.compile(r"0(?:20|200|77[0-9]|900|939|944|99)")
"""Free and service numbers, which nobody has at home."""
_NOT_DIALLED = re.compile(
    r"\b(?:dnr|diarie\w*|ärende\w*|mål\w*|ocr|bankgiro|plusgiro|bg|pg|faktura\w*|org\w*)\W{0,3}(?:nr\W{0,2}|nummer\W{0,2})?$", re.IGNORECASE
)
FEWEST_DIGITS, MOST_DIGITS = 8, 10
"""How long a Swedish number is, its first 0 included."""


def _phones(text: str, known: Collection[str]) -> Iterator[Found]:
    for found in [*_PHONE.finditer(text), *_MOBILE_WITH_STOPS.finditer(text)]:
        number = _national(found.group())
        abroad = found.group().startswith(("+", "00")) and not number.startswith("0")
        if number in known or (not abroad and not FEWEST_DIGITS <= len(number) <= MOST_DIGITS) or _FOR_ALL.match(number):
            continue
        if re.fullmatch(r"[0-9]{2}[-/][0-9]{2}[-/ ]+[0-9]{4}", found.group()) or _NOT_DIALLED.search(text[: found.start()]):
            continue
        yield *found.span(), "phone"


def _national(number: str) -> str:
    """The digits as they are dialled in Sweden."""
    digits = re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", number).replace("(0)", ""))
    return re.sub(r"^(?:\+|00)46", "0", digits)


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OFFICIAL = re.compile(
    r"(?:info|kommun\w*|registrator\w*|kontakt\w*|post|press|medborgar\w*|tips|polis\w*|lpo\w*|brottsforebygg\w*|trygg\w*|service\w*|kundtjanst|webb\w*|no-?reply)(?:[.@+-]|$)",
    re.IGNORECASE,
)


def _emails(text: str, known: Collection[str]) -> Iterator[Found]:
    for found in _EMAIL.finditer(text):
        if found.group().lower() not in known and not _OFFICIAL.match(found.group()):
            yield *found.span(), "email"


_PEOPLE = (
    "person|individ|ungdom|yngling|pojk|flick|kill|tjej|man|män|kvinn|elev|barn|tonåring|familj|hushåll|syskon|bröder|systrar|bror|syster|misstänkt|gärnings"
    "person|gärningsm[aä]n|förövare|brottsoffer|offer|målsägande|vittne|gripn|anhåll|häktad|häktade|åtalad|dömd|avhoppar|missbrukar|brottsaktiv|utsatt"
    "|unga|vuxn|äldre|nyanländ|pensionär|företagar|butiksägar|placerad|klient|brukare"
)
_ENDINGS = "(?:a|e|r|s|ar|er|or|en|et|n|na|arna|erna|orna|t|ade|da|de|are|arn?a)?"
_ADJECTIVES = (
    "unga|yngre|äldre|vuxna|misstänkta|kända|okända|nya|lokala|minderåriga|kriminella|brottsaktiva|berusade|maskerade|utsatta|skolpliktiga|manliga|kvinnliga"
    "|namngivna|dömda|gripna|skadade|drabbade|hotade|av\\s+de|av|av\\s+våra|olika|andra|enskilda"
)
_FEW = re.compile(
    rf"""(?<![\w.,:/§-])(?:(?P<lower>[0-9])\s?-\s?)? (?P<count>[1-4]|två|tre|fyra|ett\s+par|en\s+enda|en\s+av|ett\s+av)
    (?:\s+(?:{_ADJECTIVES})){{0,3}}\s+
    (?:(?:{_PEOPLE}){_ENDINGS}|[0-9]{{1,2}}-?åring(?:en|ar|arna)?) (?![\w-])
    | (?<![\w-])en\s+[0-9]{{1,2}}-?\s?(?:åring|årig\s+\w+)(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT_SO_FEW = re.compile(
    r"(?:\b(?:minst|högst|max|upp\s+till|fler\s+än|mer\s+än|färre\s+än|under|över|åk|årskurs|klass|grupp|etapp|kap|steg|nivå|varje|per|var)"
    r"|\b(?:[0-9]+|en|ett|två|tre|fyra|hälften)\s+(?:av|till|och|eller)|[0-9])\s*$",
    re.IGNORECASE,
)


def _few(text: str) -> Iterator[Found]:
    """Counts below five of people that something has happened to; not what is promised ("minst två vuxna") nor shares ("tre av fyra")."""
    for found in _FEW.finditer(text):
        if not _NOT_SO_FEW.search(text[max(0, found.start() - 20) : found.start()]):
            yield *found.span(), "few"


_STREET = r"[A-ZÅÄÖ][\wåäö]+(?:\s+[a-zåäö]+)?(?:gatan|vägen|gränd|stigen|allén|backen|gången|torget|gata|väg)\s+[0-9]{1,3}\s?[A-Ha-h]?\b"
_HOME = re.compile(
    rf"\b(?:(?:bor|bodde|boende|hemma(?:\s+hos)?|bostad\w*|lägenhet\w*|folkbokförd\w*|familjen|adress\w*)\b[^.!?\n]{{0,40}}?|[A-ZÅÄÖ][a-zåäö]+\s+[A-ZÅÄÖ][a-zåäö]+(?:,|\s+på)\s+)(?P<street>{_STREET})"
)


def _homes(text: str) -> Iterator[Found]:
    for found in _HOME.finditer(text):
        yield *found.span("street"), "address"
