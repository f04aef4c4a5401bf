"""Which parts a promise may be written in, and the fields of each."""

from __future__ import annotations

from dataclasses import dataclass

MOST_PARTS = 600
"""Far above any promise there is; keeps one page and one row readable."""


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `shape` is how: line, text, day, number, choice, organisation, lines (one for each row)."""

    name: str
    label: str
    shape: str = "line"
    longest: int = 200
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    names: bool = False  # the part is called by it


@dataclass(frozen=True)
class Kind:
    """A kind of part: what one is called, what several are called, its fields, and what it may hang under (None: the top)."""

    name: str
    many: str
    fields: tuple[Field, ...]
    under: tuple[str | None, ...] = (None,)

    @property
    def names(self) -> list[str]:
        """Its fields' names, in the order they are filled in."""
        return [one.name for one in self.fields]

    def field(self, name: str) -> Field:
        """That field; it must be there."""
        return next(one for one in self.fields if one.name == name)


PER = (
    ("period", "under hela löftestiden"),
    ("year", "per år"),
    ("quarter", "per kvartal"),
    ("month", "per månad"),
    ("week", "per vecka"),
    ("day", "per dygn"),
)
MEASURES = (
    ("", "Välj hur det följs upp"),
    ("count", "Räknas: minst så många"),
    ("indicator", "Mäts: ett mätvärde som ska ändras"),
    ("yes_no", "Görs: ja eller nej"),
    ("narrative", "Beskrivs: berättas med ord"),
)
DIRECTIONS = (("", "Välj riktning"), ("down", "ska minska"), ("up", "ska öka"), ("keep", "ska inte bli sämre"))

TARGET = (
    Field("measure", "Så följs det upp", "choice", choices=MEASURES),
    Field("at_least", "Minst antal", "number", hint="Ett heltal, minst 1."),
    Field("per", "Hur ofta", "choice", choices=PER),
    Field("unit", "Vad som räknas", hint="Till exempel insatser, besök eller dialoger."),
    Field("places", "Platser", "lines", 2000, hint="Om antalet gäller på var och en av flera platser: en plats på varje rad."),
    Field("indicator", "Mätvärde", hint="Till exempel andel som känner sig trygga utomhus på kvällen, i procent."),
    Field("baseline", "Utgångsvärde", "number", hint="Värdet när löftet ges."),
    Field("baseline_on", "Utgångsvärdet mättes", "day"),
    Field("direction", "Riktning", "choice", choices=DIRECTIONS),
    Field("level", "Målvärde", "number"),
    Field("level_on", "Målvärdet ska nås senast", "day"),
)
"""How a goal or an activity is followed up; which fields matter depends on `measure`."""

TARGET_FIELDS: dict[str, tuple[str, ...]] = {
    "": (),
    "count": ("at_least", "per", "unit", "places"),
    "indicator": ("indicator", "unit", "baseline", "baseline_on", "direction", "level", "level_on"),
    "yes_no": (),
    "narrative": (),
}

KINDS: dict[str, Kind] = {
    "head": Kind(
        "Löftet",
        "Löftet",
        (
            Field("title", "Löftets namn", longest=150, hint="Till exempel Medborgarlöfte för Björken 2025–2026.", names=True),
            Field("area", "Området", longest=80, hint="Som invånarna säger det: Björken."),
            Field("oath", "Löftet i en eller två meningar", "text", 600),
            Field("valid_from", "Gäller från och med", "day"),
            Field("valid_until", "Gäller till och med", "day", hint="Lämna tomt om löftet gäller tills vidare, och ange då när ni ser över det."),
            Field("review_on", "Ses över senast", "day"),
            Field("tell_every_days", "Invånarna får veta mer minst var … dag", "number", hint="Ett antal dagar, till exempel 90."),
            Field("count_every_days", "Utfall registreras minst var … dag", "number", hint="Ett antal dagar, till exempel 30."),
            Field("told_through", "Så berättar ni för invånarna", longest=300),
            Field("concerns", "Kommunen som löftet gäller", "organisation", hint="Bara när polisen ger löftet ensam."),
        ),
    ),
    "party": Kind("Part", "Parter", (Field("organisation", "Organisation", "organisation"),)),
    "source": Kind(
        "Underlag",
        "Underlag",
        (
            Field(
                "kind",
                "Slag",
                "choice",
                choices=(
                    ("situation", "Lägesbild"),
                    ("dialogue", "Medborgardialog"),
                    ("staff_dialogue", "Medarbetardialog"),
                    ("survey", "Trygghetsmätning"),
                    ("statistics", "Statistik"),
                    ("other", "Annat"),
                ),
            ),
            Field("title", "Vad det är", names=True),
            Field("on", "Dag", "day"),
            Field("place", "Plats", longest=120),
            Field("n", "Antal som deltog eller svarade", "number"),
            Field("response_rate", "Svarsfrekvens i procent", "number"),
            Field("note", "Det viktigaste som kom fram", "text", 2000),
        ),
    ),
    "chapter": Kind(
        "Text",
        "Texter",
        (
            Field(
                "kind",
                "Slag",
                "choice",
                choices=(
                    ("situation", "Läget i dag"),
                    ("background", "Bakgrund"),
                    ("direction", "Inriktning"),
                    ("cooperation", "Så samverkar ni"),
                    ("follow_up", "Så följs löftet upp"),
                    ("other", "Annat"),
                ),
            ),
            Field("heading", "Rubrik", longest=120, names=True),
            Field("body", "Text", "text", 8000),
        ),
    ),
    "area": Kind(
        "Fokusområde",
        "Fokusområden",
        (
            Field("title", "Fokusområde", names=True),
            Field("body", "Beskrivning", "text", 4000),
            Field("problem", "Problemet", "text", 2000, hint="Vad som händer, var och när. Inga personer."),
            Field("cause", "Den troliga orsaken", "text", 2000, hint="Det som åtgärderna ska påverka."),
        ),
    ),
    "goal": Kind("Mål", "Mål", (Field("title", "Mål", "text", 500, names=True), Field("body", "Förklaring", "text", 4000), *TARGET), (None, "area")),
    "activity": Kind(
        "Aktivitet",
        "Aktiviteter",
        (
            Field("title", "Aktivitet", longest=300, names=True),
            Field("body", "Beskrivning", "text", 4000),
            Field("organisation", "Ansvarig part", "organisation"),
            Field("responsible", "Ansvarig enhet", hint="Till exempel områdespolis eller fritidsförvaltningen."),
            Field("due_on", "Ska vara gjort senast", "day"),
            Field(
                "public_after",
                "Får inte berättas före",
                "day",
                hint="Till exempel en insats som bara verkar om ingen vet om den. Före den dagen syns aktiviteten inte för invånarna, och ingen uppdatering om den kan gå ut.",
            ),
            *TARGET,
        ),
        (None, "area", "goal"),
    ),
    "definition": Kind("Begrepp", "Begrepp", (Field("term", "Begrepp", longest=80, names=True), Field("meaning", "Betyder här", "text", 1000))),
    "rhythm": Kind(
        "Rapport",
        "Rapporter genom året",
        (
            Field("receiver", "Rapporteras till", longest=80, hint="Till exempel KSAU eller BRÅ.", names=True),
            Field(
                "per",
                "Hur ofta",
                "choice",
                choices=(
                    ("quarter", "varje kvartal"),
                    ("tertial", "varje tertial"),
                    ("half_year", "varje halvår"),
                    ("year", "varje år"),
                    ("month", "varje månad"),
                    ("meeting", "inför varje sammanträde"),
                    ("continuous", "löpande"),
                ),
            ),
            Field(
                "form",
                "I vilken form",
                "choice",
                choices=(("written", "skriftligt underlag"), ("oral", "muntlig dragning"), ("figures", "endast siffror")),
            ),
            Field(
                "days_before",
                "Dagar före sammanträdet",
                "number",
                hint="Räknas från mottagarens sammanträden, när ni har lagt in dem. Lämna tomt om rapporten inte följer dem.",
            ),
            Field(
                "days_after",
                "Dagar efter periodens slut",
                "number",
                hint="Gäller när inget sammanträde är känt. 0 om rapporten ska vara klar på periodens sista dag.",
            ),
            Field("organisation", "Vems nämnd eller råd", "organisation", hint="Bara om flera parter har en mottagare med samma namn."),
        ),
    ),
    "contact": Kind(
        "Kontakt",
        "Kontakter",
        (
            Field("organisation", "Part", "organisation"),
            Field("office", "Befattning", longest=120, names=True),
            Field("name", "Namn", longest=120),
            Field("phone", "Telefon", longest=40),
            Field("email", "E-post", longest=200),
        ),
    ),
    "link": Kind("Länk", "Länkar", (Field("title", "Länkens text", names=True), Field("url", "Adress", longest=500, hint="Börjar med https://."))),
}
"""In the order in which a promise is written and read."""
