"""Swedish at the edge: dates, numbers and plurals as they are written, and the sentence of every refusal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from trygghet.clock import STOCKHOLM

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
ROLES = {"leader": "ledare", "coordinator": "samordnare", "reporter": "rapportör", "administrator": "administratör"}
_WORDS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


class NotFound(Exception):
    """Absent, or somebody else's: the two must not be told apart."""


class Refusal(Exception):
    """The domain says no. `code` names the sentence in `REFUSALS`; `words` fill it; `field` is where it belongs."""

    def __init__(self, code: str, *, field: str = "", **words: object) -> None:
        super().__init__(code)
        self.code, self.field, self.words = code, field, words

    @property
    def sentence(self) -> str:
        """What is wrong and what works."""
        return REFUSALS[self.code].format(**self.words)

    @property
    def sentences(self) -> dict[str, str]:
        """The sentence by its field; what belongs to no field stands under the empty name."""
        return {self.field: self.sentence}


class Slips(Exception):
    """Everything in a form that needs to be put right, so that it is said at once."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(*(one.code for one in refusals))
        self.refusals = refusals

    @property
    def sentences(self) -> dict[str, str]:
        """A sentence for each field."""
        return {one.field: one.sentence for one in self.refusals}


class Chip(NamedTuple):
    """A state as it is shown everywhere: a tone, an icon of `static/icons.svg`, and words that carry the meaning alone."""

    tone: str
    icon: str
    text: str


def long_date(day: dt.date) -> str:
    """31 december 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    """31 dec 2024; months of four letters or fewer keep their name."""
    return f"{short_day(day)} {day.year}"


def short_day(day: dt.date) -> str:
    """31 dec."""
    return f"{day.day} {short_month(day)}"


def day_month(day: dt.date) -> str:
    """31 december."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_month(day: dt.date) -> str:
    """Dec."""
    return MONTHS[day.month - 1][:3]


def weekday(day: dt.date) -> str:
    """Tisdag, in lower case."""
    return WEEKDAYS[day.weekday()]


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on a Swedish clock."""
    return moment.astimezone(STOCKHOLM)


def clock_time(moment: dt.datetime) -> str:
    """08.00."""
    return local(moment).strftime("%H.%M")


def long_moment(moment: dt.datetime) -> str:
    """Tisdag 1 oktober 2024, 08.00 (in lower case)."""
    here = local(moment)
    return f"{weekday(here.date())} {long_date(here.date())}, {clock_time(moment)}"


def short_moment(moment: dt.datetime) -> str:
    """1 okt 08.00; with the year where a reader may wonder is the caller's choice."""
    return f"{short_day(local(moment).date())} {clock_time(moment)}"


def number(value: float, decimals: int = 1) -> str:
    """2,7: a comma, and a hard space between thousands."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def measured(value: float, unit: str = "") -> str:
    """4,5 procent: no more decimals than there are, two at most."""
    figure = number(value, 2).rstrip("0").rstrip(",") if value != int(value) else number(value, 0)
    return f"{figure} {unit}".strip()


def word(count: int) -> str:
    """Numbers up to twelve in letters, as headings have them; above that in figures."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else str(count)


def first_up(text: str) -> str:
    """A capital at the beginning, the rest untouched."""
    return text[:1].upper() + text[1:]


def first_down(text: str) -> str:
    """A small letter at the beginning, for a heading inside a sentence; BRÅ and IT keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted(count: int, one: str, many: str) -> str:
    """1 dag, 3 dagar, 2 101 dagar."""
    return f"{number(count, 0)} {one if count == 1 else many}"


def days(count: int) -> str:
    """1 dag, 3 dagar."""
    return counted(count, "dag", "dagar")


def when(left: int) -> str:
    """I dag, i morgon, om 3 dagar, för 3 dagar sedan (in lower case), by the days that are left."""
    if left in {0, 1}:
        return "i morgon" if left else "i dag"
    return f"om {days(left)}" if left > 0 else f"för {days(-left)} sedan"


def listed(names: Sequence[str]) -> str:
    """Kommunen, polisen och regionen."""
    return " och ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def genitive(name: str) -> str:
    """Åmåls; a name that already ends in s, x or z stays as it is."""
    return name if name[-1:].lower() in {"s", "x", "z"} else f"{name}s"


def signed_as(title: str, *, acting: bool) -> str:
    """How who holds an office signs: ”Lokalpolisområdeschef”, or ”tf lokalpolisområdeschef” who stands in. BRÅ keeps its capitals."""
    return f"tf {first_down(title)}" if acting else title


def role_name(role: str) -> str:
    """Ledare, samordnare, rapportör, administratör (in lower case)."""
    return ROLES[role]


def sort_key(text: str) -> str:
    """Å, Ä and Ö after Z, whatever the database's collation."""
    return text.lower().translate(str.maketrans("åäö", "{|}"))


REFUSALS: dict[str, str] = {
    "example.backwards": "Klockan går bara framåt. Den är redan {shows}, och du valde {target}. Välj en senare dag.",
    "example.too_far": "Klockan går högst fem år fram i taget. Du valde {target}. Välj en tidigare dag.",
    "example.last": "Klockan går till och med år {year}. Välj en tidigare dag.",
    "example.no_reminder": "Ingen påminnelse är planerad framöver. Välj en dag i stället.",
    "organisation.unknown": "Det finns ingen organisation som heter {slug}. De som finns: {known}.",
    "sign_in.wrong": "E-postadressen och lösenordet hör inte ihop. Kontrollera båda och försök igen.",
    "sign_in.later": "För många försök. Vänta {minutes} minuter och försök igen.",
    "sign_in.no_place": "Lösenordet stämmer, men du har ingen befattning i dag. Fråga den som är administratör hos er från vilken dag du har en.",
    "password.short": "Lösenord: minst {least} tecken. Du skrev {length}. Tre eller fyra ord i rad är lätta att minnas och svåra att gissa.",
    "password.simple": "Lösenord: det är lätt att gissa, {why}. Tre eller fyra ord som inte hör ihop fungerar bra.",
    "password.differ": "Lösenordet en gång till: det är inte samma som det första. Skriv samma lösenord i båda fälten.",
    "password.wrong": "Lösenord: det stämmer inte med kontot. Kontrollera det och försök igen.",
    "email.form": "E-postadress: skriv en adress som namn@kommunen.example. Du skrev ”{text}”.",
    "office.role": "Roll: välj ledare, samordnare, rapportör eller administratör.",
    "office.missing": "Befattning: välj en i listan, eller skriv en ny.",
    "office.exists": "Befattning: {title} finns redan som {role}. Välj den i listan.",
    "office.closed": "Befattning: {title} finns bara till och med {day}. Välj andra dagar eller en annan befattning.",
    "office.held": "{title} innehas av {name} efter den dagen. Avsluta det innehavet först.",
    "office.own_key": "Ledarens nyckel ger man inte sig själv. Be en annan administratör hos er, eller den som sköter driften.",
    "holding.from_past": "Från och med: välj i dag, {today}, eller en senare dag. Du skrev {day}.",
    "holding.reversed": "Till och med: {last} ligger före {first}. Välj samma dag eller en senare.",
    "holding.acting_until": "Till och med: den som är tillförordnad har en sista dag. Ange den.",
    "holding.overlap": "{name} har redan befattningen {title}, {days}.",
    "holding.over": "Det innehavet är redan avslutat.",
    "holding.past_end": "Till och med: välj i dag, {today}, eller en senare dag. Du skrev {day}. Ska någon ut nu, avsluta genast.",
    "invitation.closed": "Inbjudan till {email} är inte öppen längre. Bjud in på nytt om någon ska ha en befattning.",
    "invitation.account": "{email} har fått ett konto medan du skrev. Ladda om sidan och använd det lösenordet.",
    "organisation.slug": "{slug} går inte att använda i adresser. Skriv små bokstäver a till z, siffror och bindestreck, till exempel amal.",
    "organisation.taken": "Det finns redan en organisation som heter {slug}. Välj ett annat namn.",
    "organisation.code": "Kommunkoden är fyra siffror, till exempel 1492. Du skrev {text}.",
    "area.unknown": "Kommun: välj en i listan.",
    "area.reversed": "Till och med: {last} ligger före {first}. Välj samma dag eller en senare.",
    "area.overlap": "{name} hör redan till området, {first} till {last}. Välj andra dagar, eller ändra sista dagen först.",
    "area.over": "{name} har redan lämnat området. Lägg till kommunen på nytt om den kommer tillbaka.",
    "member.unknown": "Person: välj en i listan.",
    "member.last_administrator": "{name} är den enda administratören utan sista dag. Ge först någon annan rollen, annars kan ingen släppa in någon hos er.",
    "field.required": "{name}: skriv något här.",
    "field.too_long": "{name}: högst {limit} tecken. Du skrev {length}.",
    "date.missing": "{name}: ange ett datum, till exempel 2024-12-31.",
    "date.form": "{name}: skriv datumet som 2024-12-31. Du skrev ”{text}”.",
    "date.impossible": "{name}: {text} finns inte. {month} {year} har {days} dagar.",
    "date.month": "{name}: {text} finns inte. Månaden skrivs 01 till 12.",
    "date.far": "{text}: året ska ligga mellan {first} och {last}. Kontrollera årtalet.",
    "obligation.not_begun": "{title} gäller en tid som börjar {day}. Den kan markeras som klar från den dagen.",
    "obligation.room": "{title} blir klar när alla parter har undertecknat den i dess rum: {room}.",
    "obligation.by_law": "{title} följer av lagen och blir klar när ni antecknar vad som är gjort på sidan Lagen.",
    "followup.verdict": "Bedömning: välj uppnått, delvis, ej uppnått, inställt eller ej bedömt.",
    "followup.no_verdict": "{what} {number}: välj en bedömning.",
    "followup.no_reason": "{what} {number}: skriv varför det blev {verdict}. Invånarna får läsa skälet.",
    "followup.colleague": "Mål {number}: en kollega har sparat ”{said}” medan du skrev. Det du skrev står kvar här. Spara igen om ditt ska gälla.",
    "followup.not_open": "Rummet öppnar {day}. Till dess går det att läsa vad som hittills är registrerat.",
    "followup.signed": "Uppföljningen är klar och kan inte ändras.",
    "followup.no_party": "Er organisation är inte part i löftet längre. Ni kan läsa, men inte ändra.",
    "followup.handed_in": "Er bedömning är inlämnad. Ta tillbaka den först, om den ska ändras.",
    "followup.not_handed_in": "Er bedömning är inte inlämnad, så det finns inget att ta tillbaka.",
    "followup.overtaken": "Löftet har ändrats sedan texten skrevs: dagarna, parterna eller målen är andra. Hämta nya siffror, läs och godkänn sedan.",
    "followup.sealed": "Det gemensamma skrivs när alla parter har lämnat in sin bedömning.",
    "followup.revealed": "Förseglingen är bruten: alla har läst varandras bedömningar, och ingen ändrar sin efteråt.",
    "followup.same": "Där har parterna bedömt lika, och det behövs inget gemensamt svar.",
    "followup.how": "Gemensamt: välj om ni enas om en bedömning eller publicerar båda.",
    "followup.joint_verdict": "Gemensam bedömning: välj en i listan.",
    "followup.joint_reason": "Gemensamt skäl: skriv varför ni landade i den bedömningen. Invånarna får läsa det.",
    "followup.changed": "Någon annan har ändrat medan du skrev. Det du skrev står kvar här; läs det nya ovanför och spara sedan igen.",
    "followup.incomplete": "Uppföljningen kan inte godkännas än. {lacks}",
    "followup.merge_short": "Bara ett första år på högst {days} dagar, som följs av ett år till, kan följas upp tillsammans med nästa.",
    "followup.merge_begun": "Uppföljningen av året är påbörjad. Ta tillbaka bedömningarna först, om åren ska följas upp tillsammans.",
    "followup.merge_open": "Det finns redan ett förslag om att följa upp åren tillsammans.",
    "followup.merge_reason": "Skäl: skriv varför åren följs upp tillsammans. Invånarna får läsa skälet.",
    "statute.day": "Datum: {day} går inte att anteckna. Skriv en dag från {first} till och med {today}.",
    "statute.rhythm": "Nästa rapport: {day} går inte att välja. Skriv en dag från {today} till och med {last}.",
    "statute.every": "Hur ofta: välj ett av alternativen.",
    "statute.link": "Länk: ”{text}” är ingen webbadress. Skriv hela adressen, till exempel https://www.example.org/plan.",
    "statute.corrected": "Raden är redan rättad eller struken. Rätta den rad som gäller nu.",
    "merge.year": "{year} kan inte följas upp tillsammans med året efter: löftet berör inte båda åren.",
    "merge.done": "{year} kan inte följas upp tillsammans med {after}: ett av åren är redan uppföljt.",
    "renewal.mark": "Ett löfte som går ut kan inte bara markeras som klart. Fristen blir klar när ett nytt löfte är undertecknat, när löftet är förlängt eller när ledaren hos varje part har sagt varför det inte blir något nytt.",
    "renewal.reason": "Skäl: skriv varför det inte blir något nytt löfte.",
    "renewal.making": "Nästa löfte eller en förlängning är redan påbörjad. Släng eller dra tillbaka den texten först.",
    "renewal.followed": "Ett nytt löfte är redan undertecknat: {title}. Ska det upphöra, avsluta det i förtid.",
    "obligation.reported": "{title} är klar genom ett lämnat underlag. Det som är lämnat ändras inte, så markeringen kan inte tas tillbaka.",
    "report.not_begun": "{title} gäller en tid som börjar {day}. Underlaget kan göras från den dagen.",
    "report.handed_in": "Underlaget är redan lämnat och ändras inte.",
    "report.stale": "Underlaget har ändrats sedan du läste det. Läs det som står nu och lämna det sedan.",
    "report.long": "Underlaget blir {pages} sidor, och det får vara {most}. Korta texterna och försök igen.",
    "report.noted_on": "Sammanträdesdag: välj en dag från och med den då underlaget lämnades, {first}, till och med i dag, {last}. Du skrev {day}.",
    "report.paragraph": "Paragraf: skriv numret, till exempel 143. Du skrev ”{text}”.",
    "rhythm.twice": "Rapporteras till: ni har redan en egen rapport till {receiver} lika ofta. Ta bort den först, eller välj hur ofta på annat sätt.",
    "rhythm.common": "Rapporteras till: löftet har redan en gemensam rapport till {receiver} lika ofta.",
    "meeting.none": "Sammanträdesdagar: skriv minst en dag, till exempel 2024-11-12.",
    "meeting.many": "Sammanträdesdagar: högst {most} rader på en gång. Du skrev {many}.",
    "meeting.lines": "Sammanträdesdagar: {lines} går inte att läsa som ett datum. Skriv en dag på varje rad, som 2024-11-12 eller 12 november 2024.",
    "meeting.known": "Sammanträdesdagar: alla dagarna står redan för {body}.",
    "meeting.taken": "Ny dag: {body} har redan ett sammanträde {day}. Välj en annan dag, eller ta bort det här.",
    "schedule.reversed": "Till och med: {last} ligger före {first}. Välj samma dag eller en senare.",
    "validity.open": "Ett löfte utan slutdatum behöver en dag då ni ser över det. Ange slutdatum eller översynsdag.",
    "validity.reversed": "Löftet kan inte sluta {last} när det börjar {first}. Sista dagen ska vara samma dag eller senare.",
    "validity.review_early": "Översynen {review} ligger före löftets första dag, {first}. Välj en dag från och med den dagen.",
    "validity.review_late": "Översynen {review} ligger efter löftets sista dag, {last}. Välj en dag till och med den dagen.",
    "agreement.stale": "Texten har ändrats sedan du läste den. Läs den nya lydelsen och godkänn sedan.",
    "agreement.no_party": "Er organisation är inte part i det här löftet och har ingen nyckel att vrida om.",
    "agreement.two_keys": "Du har redan godkänt för en annan part i det här löftet. Ingen vrider om två parters nycklar i samma löfte; någon annan hos er får godkänna.",
    "agreement.already": "Er nyckel är redan omvriden på just den här texten.",
    "outcome.amount_missing": "Antal: skriv ett heltal, minst {least}.",
    "outcome.amount": "Antal: skriv ett heltal, minst {least}. Du skrev ”{text}”.",
    "outcome.amount_large": "Antal: högst {most} på en gång. Du skrev ”{text}”.",
    "outcome.future": "Datum: {day} har inte varit än. Skriv i dag, {today}, eller en tidigare dag.",
    "outcome.outside": "Datum: löftet gäller {first} till och med {last}. Du skrev {day}.",
    "outcome.before": "Datum: löftet gäller från {first}. Du skrev {day}.",
    "outcome.removed": "Aktiviteten togs bort i version {version}. Nya utfall registreras inte på den.",
    "outcome.no_party": "Er organisation är inte part i löftet. Parterna antecknar vad som är gjort.",
    "outcome.place": "Plats: välj en av platserna.",
    "outcome.told": "Vad som gjordes: skriv något här.",
    "outcome.form_used": "Formuläret är redan sparat en gång: {amount}, {day}. Spara igen om det här är ett nytt utfall.",
    "outcome.corrected": "Raden är redan rättad. Läs listan och rätta den rad som gäller.",
    "outcome.other_party": "Raden skrevs av {name}. Be dem att rätta den.",
    "import.no_activity": "Aktivitet: skriv namnet som det står i löftet.",
    "import.unknown_activity": "Aktivitet: ”{text}” finns inte i löftet. Mallen har namnen på alla aktiviteter.",
    "import.two_activities": "Aktivitet: flera i löftet heter ”{text}”. Registrera de raderna för hand.",
    "import.key_twice": "Nyckel: samma som på rad {line}. Två rader är två utfall och har var sin nyckel.",
    "import.changed_row": "Raden är redan inläst men sade något annat: {amount}, {day}. Rätta den i löftet i stället, så står skälet kvar.",
    "import.wrong": "Inget lästes in: {count} behöver rättas i filen först.",
    "import.nothing": "Inget lästes in: det finns inga nya rader i filen.",
    "import.stale": "Inget lästes in: något har ändrats sedan du såg igenom filen. Läs igenom den en gång till.",
    "import.no_file": "Fil: välj en fil.",
    "csv.empty": "Fil: det står ingenting i filen. Spara tabellen som CSV och välj den filen.",
    "csv.unreadable": "Fil: det gick inte att läsa filen som en tabell. Välj Spara som i Excel, filformatet CSV UTF-8, och ta den filen.",
    "csv.too_large": "Fil: högst {most} MB. Den du valde är {size} MB. Dela den i flera.",
    "csv.too_many": "Fil: högst {most} rader på en gång. Dela filen i flera.",
    "csv.quotes": "Fil: ett citattecken på rad {line} eller strax före saknar sitt andra. Rätta det, eller spara filen på nytt från Excel.",
    "csv.columns": "Fil: den första raden ska vara rubriker. Det saknas {missing}. Rubrikerna i filen är {found}.",
    "csv.twice": "Fil: rubriken ”{name}” står två gånger. Ta bort den ena kolumnen.",
    "csv.outside": "Fil: på rad {line} står ”{text}” i en kolumn utan rubrik. Sätt text med semikolon i inom citattecken, eller ge kolumnen en rubrik.",
    "text.number_or_phone": "{name}: ”{text}” ser ut som ett personnummer och sparas inte. Är det ett telefonnummer, skriv det med bindestreck: {written}.",
    "text.personal_number": "{name}: ”{text}” ser ut som ett personnummer och sparas inte. Numret pekar ut en person, och texten kan bli offentlig. Ta bort det och skriv utan personuppgifter.",
    "promise.no_party": "Den som lägger in ett löfte ska själv vara part i det. Lägg till er organisation bland parterna.",
    "promise.twice": "{what} ”{name}” står två gånger. Ta bort den ena.",
    "promise.not_earlier": "Löftet {was}. För att det ska sluta i förtid behöver sista dagen vara tidigare.",
    "promise.not_later": "Löftet {was}. För att förlängas behöver det en senare sista dag.",
    "promise.strange_part": "En del av texten hör redan till ett annat löfte ({id}). Öppna texten igen, ta bort delen och skriv den på nytt.",
    "promise.not_all_signed": "Alla parter har inte skrivit under samma text. Löftet är därför inte undertecknat.",
    "promise.unknown_party": "Organisationen {slug} finns inte. Kontrollera stavningen.",
    "picture.alt": "Bildtext: skriv vad bilden visar, eller kryssa i att bilden är dekorativ.",
    "picture.large": "Bild: högst {limit} MB. Den du valde är {size} MB. Spara den mindre och försök igen.",
    "picture.kind": "Bild: det gick inte att läsa filen som en bild. JPEG, PNG och WebP fungerar.",
    "picture.pixels": "Bild: {width} × {height} bildpunkter är för mycket. Högst {limit} miljoner bildpunkter fungerar.",
    "series.threshold": "Gräns: skriv talet som gränsen ligger vid, eller ta bort orden om den.",
    "series.unit": "Enhet: indikatorn har redan värden, så enheten ({unit}) kan inte ändras. Lägg upp en ny indikator för en annan enhet.",
    "series.kept": "Indikatorn har värden eller ligger vid ett mål och kan inte slängas. Ta bort den från målen, så syns den inte där.",
    "kolada.off": "Här hämtas inget från Kolada. Den som sköter driften kan slå på det med KOLADA_URL.",
    "kolada.kpi_form": "Nyckeltal: skriv id:t som det står i Kolada, en bokstav och siffror, till exempel N07403. Du skrev ”{text}”.",
    "kolada.code_form": "Kommunkod: fyra siffror, med nollan först om den har en, till exempel 0765. Du skrev ”{text}”.",
    "kolada.unknown_kpi": "Nyckeltal: Kolada har inget som heter {kpi}. Kontrollera id:t.",
    "kolada.unknown_municipality": "Kommunkod: Kolada känner ingen kommun med koden {municipality}. Kontrollera den.",
    "kolada.title": "Nyckeltalet har bytt titel i Kolada, så inget hämtades. Ni valde ”{chosen}”. Nu heter det ”{now}”. Mäter det samma sak, godta den nya titeln under Ändra uppgifter; annars lägger ni upp en ny indikator.",
    "kolada.nothing": "Kolada har inga värden för {kpi} i {name}. Inget har ändrats här.",
    "kolada.away": "{host} gick inte att nå. Inget har ändrats här. Försök igen om en stund.",
    "kolada.slow": "{host} svarade inte i tid. Inget har ändrats här. Försök igen om en stund.",
    "kolada.status": "{host} kunde inte svara (felkod {status}). Inget har ändrats här. Försök igen om en stund.",
    "kolada.unreadable": "{host} svarade med något som inte går att läsa. Inget har ändrats här. Försök igen om en stund.",
    "kolada.large": "{host} svarade med mer än {most} MB. Inget har ändrats här.",
    "series.changed": "Någon ändrade uppgifterna om indikatorn medan värdena hämtades. Inget hämtades. Försök igen.",
    "observation.no_row": "Fil: ingen rad kan tas in. Rätta filen och välj den igen.",
    "observation.moved": "Fil: något i indikatorn har ändrats sedan filen visades. Inget togs in. Välj filen igen och se vad den gör nu.",
    "observation.fetched": "Värde: värdena i den här indikatorn kommer från Kolada och skrivs inte för hand. Du kan ange seriebrott, eller ta bort ett värde.",
    "observation.year": "År: {year} går inte. Skriv ett år från {first} till {last}.",
    "observation.year_form": "År: skriv ett år med fyra siffror, till exempel 2023. Du skrev ”{text}”.",
    "observation.twice": "År: {year} står två gånger i filen. Ta bort den ena raden.",
    "observation.day": "Datum: {day} hör inte till {year}. Skriv en dag nära det år som värdet gäller, som redan har varit.",
    "observation.exists": "År: {year} har redan ett värde, {value}. Ändra det värdet i listan i stället.",
    "observation.replaced": "Värdet för {year} är redan ändrat. Läs listan och ändra det värde som gäller.",
    "observation.same": "Värde: det är samma värde som redan gäller. Ändra något, eller lämna sidan.",
    "update.form_used": "Formuläret är redan sparat en gång, med en annan text. Spara igen om det här är en ny uppdatering.",
    "update.stale": "Texten har ändrats sedan du läste den. Inget av det du skrev är sparat. Läs den nya lydelsen först.",
    "update.rendered": "Det som invånarna får se har ändrats sedan texten sparades. Öppna den för ändring, spara och godkänn sedan.",
    "update.published": "Uppdateringen är redan publicerad och kan inte ändras. Dra tillbaka den eller skriv en ny.",
    "update.withdrawn": "Uppdateringen är tillbakadragen. Skriv en ny om något ska berättas.",
    "update.shared": "Uppdateringen är redan delad med den andra parten.",
    "update.private": "Uppdateringen är ett utkast som bara ni ser. Lämna den för godkännande först.",
    "update.no_page": "Löftet gäller ingen kommun, så det finns ingen publik sida att berätta på.",
    "update.account_gone": "Ett konto som uppdateringen skulle till finns inte längre. Ändra kanalerna och godkänn igen.",
    "update.channel": "Kanaler: ett av kontona du valde hör inte till någon av löftets parter. Välj bland dem som visas.",
    "wording.signed": "Den här lydelsen är undertecknad och kan inte ändras. Begär en ändring av löftet i stället.",
    "wording.withdrawn": "Den här lydelsen är tillbakadragen. Börja på en ny.",
    "wording.locked": "Någon har redan skrivit under, så texten är låst. Öppna den igen om något behöver ändras.",
    "wording.open": "{who} har redan börjat på en ändring av löftet. Gör klart den, eller dra tillbaka den, först.",
    "wording.unsigned": "Löftet är inte undertecknat än. Ändra i utkastet.",
    "wording.shared": "Utkastet är delat med den andra parten och kan inte kastas. Dra tillbaka det i stället.",
    "wording.no_part": "Er organisation är inte part i den här texten. Ni kan läsa den, men inte ändra den eller avgöra något i den.",
    "wording.no_parties": "Parter: lägg till dem som ska ge löftet.",
    "wording.no_party": "{name}: {organisation} är inte part i löftet. Välj en av parterna.",
    "number.whole": "{name}: skriv ett heltal, minst {least}{most}. Du skrev ”{text}”.",
    "number.decimal": "{name}: skriv ett tal{span}, till exempel 12,5. Du skrev ”{text}”.",
    "choice.unknown": "{name}: ”{text}” finns inte bland alternativen. Välj ett av dem.",
    "choice.missing": "{name}: välj en organisation i listan.",
    "link.url": "Länk: adressen ska börja med https://. Du skrev ”{text}”.",
    "contact.email": "Kontakt: ”{text}” ser inte ut som en e-postadress. Skriv den som namn@kommunen.se.",
    "wording.full": "Ett löfte kan ha högst {most} delar. Ta bort någon som inte behövs.",
    "signature.nobody": "Parter: ett medborgarlöfte ges av en kommun eller av polisen. Lägg till någon av dem.",
    "signature.private": "Texten är ett utkast som bara ni ser. Dela den först.",
    "signature.early": "Alla parter behöver godkänna den här texten innan någon skriver under den.",
    "signature.not_locked": "Ingen har skrivit under den här texten, så den går att ändra som den är.",
    "comment.settled": "Kommentaren är redan {how} av {name}.",
    "comment.form_used": "Formuläret är redan skickat en gång, med andra ord. Skicka igen om det här är en ny kommentar.",
    "comment.no_suggestion": "Det här är en kommentar utan förslag. Svara på den i stället.",
    "suggestion.field": "Välj vilken uppgift förslaget gäller.",
    "suggestion.same": "Förslag: det står redan så i texten. Ändra något i rutan, eller skriv en kommentar i stället.",
    "suggestion.overtaken": "Texten har ändrats sedan förslaget lämnades, så det kan inte tas in med ett tryck. Läs båda och skriv in det som ska gälla.",
    "time.form": "{name}: skriv klockslaget som 08.00 eller 08:00. Du skrev ”{text}”.",
    "time.day": "Tidigast: ange också en dag när du anger ett klockslag.",
    "delivery.not_failed": "Det utskicket har inte misslyckats, så det finns inget att försöka igen.",
    "delivery.yes_or_no": "Välj om det kom fram eller inte.",
    "delivery.not_unclear": "Det är inte längre oklart vad som hände med det utskicket.",
}
"""One sentence for every refusal that rules may raise. A test holds the two together."""
