"""The description that catalogues of data read: DCAT-AP-SE 3.0 (docs.dataportal.se/dcat) as RDF/XML, which Sveriges dataportal fetches."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from trygghet.site import feed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.opendata.rules import Stamp
    from trygghet.opendata.shaping import Home

_LICENCE = "http://creativecommons.org/publicdomain/zero/1.0/"
"""The licence by its name, which is no https address."""
MEDIA_TYPE = "application/rdf+xml"
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_DAY_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_EU = "http://publications.europa.eu/resource/authority"
_PUBLIC, _SWEDISH, _SWEDEN = f"{_EU}/access-right/PUBLIC", f"{_EU}/language/SWE", f"{_EU}/country/SWE"
_THEMES = (f"{_EU}/data-theme/JUST", f"{_EU}/data-theme/GOVE")
"""Justice, legal system and public safety; government and public sector."""
_IRREGULAR, _STABLE = f"{_EU}/frequency/IRREG", f"{_EU}/planned-availability/STABLE"
_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
FILES = {
    "loften": ("Löftena", "En rad för varje löfte: parter, giltighet och läge."),
    "aktiviteter": ("Aktiviteterna", "En rad för varje aktivitet: vad som är utlovat, vad som är gjort, och jämn takt."),
    "utfall": ("Det som har gjorts", "En rad för varje registrerat utfall: dag, antal och plats."),
    "uppdateringar": ("Uppdateringarna", "Det som invånarna har fått veta, med rättelser och det som har tagits tillbaka."),
    "uppfoljningar": ("Uppföljningarna", "Varje parts egen bedömning och den gemensamma, mål för mål."),
}
"""The tables, by their names in addresses: what they are called, and what is in them."""
_KEYWORDS = ("medborgarlöfte", "trygghet", "brottsförebyggande", "polis", "kommun", "samverkan")


def document(homes: Sequence[Home], stamp: Stamp, base: str, sender: str) -> bytes:
    """The catalogue: a data set with everything, and one for each of these municipalities. `sender` is who publishes it, as in a letter."""
    writing = _Writing(base, sender, feed.moment(stamp.changed_at) if stamp.changed_at else "")
    return feed.written(writing.catalogue(homes))


def _named(parent: ET.Element, name: str, resource: str) -> None:
    ET.SubElement(parent, name, {"rdf:resource": resource})


def _said(parent: ET.Element, name: str, words: str) -> None:
    """Our own words, which are Swedish."""
    feed.text(parent, name, words).set("xml:lang", "sv")


class _Writing:
    """`base` is where the product is reached, `changed` when anything published changed the last time."""

    def __init__(self, base: str, sender: str, changed: str) -> None:
        self.base, self.changed = base, changed
        self.name, self.address = parseaddr(sender)
        self.here = f"{base}/oppna-data"
        self.root = ET.Element("rdf:RDF", {f"xmlns:{prefix}": space for prefix, space in _SPACES.items()})

    def catalogue(self, homes: Sequence[Home]) -> ET.Element:
        """All of it."""
        catalogue = self._thing("dcat:Catalog", f"{self.here}#katalog", "Medborgarlöften som öppna data", _ABOUT)
        _named(catalogue, "dcterms:license", _LICENCE)
        _named(catalogue, "dcterms:language", _SWEDISH)
        _named(catalogue, "foaf:homepage", self.here)
        _named(catalogue, "dcat:themeTaxonomy", f"{_EU}/data-theme")
        self._changed(catalogue)
        _named(catalogue, "dcterms:publisher", self._agent(f"{self.here}#utgivare", self.name or self.address))
        names = [f"{self.here}#alla", *(f"{self.here}#{home.slug}" for home in homes)]
        for name in names:
            _named(catalogue, "dcat:dataset", name)
        _named(catalogue, "dcat:service", f"{self.here}#api")
        self._contact()
        self._service(names[:1])
        self._data_set(names[0], "Medborgarlöften, hela landet", _ABOUT, f"{self.here}#utgivare", self.here, self.here)
        for home, name in zip(homes, names[1:], strict=True):
            title, about = f"Medborgarlöften i {home.short_name}", f"Löftena i {home.name}, det som har gjorts, sagts och bedömts. {_ABOUT}"
            self._data_set(
                name, title, about, self._agent(f"{name}-utgivare", home.name), f"{self.base}/{home.slug}", f"{self.base}/{home.slug}/data"
            )
        return self.root

    def _thing(self, kind: str, name: str, title: str, about: str) -> ET.Element:
        found = ET.SubElement(self.root, kind, {"rdf:about": name})
        _said(found, "dcterms:title", title)
        _said(found, "dcterms:description", about)
        return found

    def _agent(self, name: str, called: str) -> str:
        agent = ET.SubElement(self.root, "foaf:Agent", {"rdf:about": name})
        _said(agent, "foaf:name", called)
        _named(agent, "dcterms:type", _AUTHORITY)
        return name

    def _contact(self) -> None:
        contact = ET.SubElement(self.root, "vcard:Organization", {"rdf:about": f"{self.here}#kontakt"})
        feed.text(contact, "vcard:fn", self.name or self.address)
        _named(contact, "vcard:hasEmail", f"mailto:{self.address}")

    def _changed(self, parent: ET.Element) -> None:
        if self.changed:
            feed.text(parent, "dcterms:modified", self.changed).set("rdf:datatype", _DAY_TIME)

    def _data_set(self, name: str, title: str, about: str, publisher: str, page: str, folder: str) -> None:
        found = self._thing("dcat:Dataset", name, title, about)
        feed.text(found, "dcterms:identifier", name)
        for word in _KEYWORDS:
            _said(found, "dcat:keyword", word)
        for theme in _THEMES:
            _named(found, "dcat:theme", theme)
        links = {"dcterms:publisher": publisher, "dcat:contactPoint": f"{self.here}#kontakt", "dcterms:accessRights": _PUBLIC}
        links |= {"dcterms:language": _SWEDISH, "dcterms:spatial": _SWEDEN, "dcterms:accrualPeriodicity": _IRREGULAR, "dcat:landingPage": page}
        for link, target in links.items():
            _named(found, link, target)
        self._changed(found)
        for file, words in FILES.items():
            _named(found, "dcat:distribution", self._distribution(f"{folder}/{file}.csv", *words))

    def _distribution(self, address: str, title: str, about: str) -> str:
        name = f"{address}#fil"
        found = self._thing("dcat:Distribution", name, f"{title}, CSV", f"{about} Semikolon mellan kolumnerna, decimalkomma, UTF-8.")
        links = {"dcat:accessURL": self.here, "dcat:downloadURL": address, "dcterms:license": _LICENCE, "dcatap:availability": _STABLE}
        for link, target in {**links, "dcat:accessService": f"{self.here}#api", "dcterms:language": _SWEDISH}.items():
            _named(found, link, target)
        feed.text(found, "dcterms:format", "text/csv")
        _named(found, "dcat:mediaType", "http://www.iana.org/assignments/media-types/text/csv")
        return name

    def _service(self, served: Sequence[str]) -> None:
        about = "Allt som invånarna kan läsa om medborgarlöften, som JSON. Ingen nyckel behövs."
        found = self._thing("dcat:DataService", f"{self.here}#api", "API för medborgarlöften", about)
        links = {
            "dcat:endpointURL": f"{self.base}/api/v1",
            "dcat:endpointDescription": f"{self.base}/api/v1/openapi.json",
            "dcterms:license": _LICENCE,
        }
        links |= {"dcterms:publisher": f"{self.here}#utgivare", "dcat:contactPoint": f"{self.here}#kontakt", "dcterms:accessRights": _PUBLIC}
        for link, target in {**links, "dcat:landingPage": self.here}.items():
            _named(found, link, target)
        for name in served:
            _named(found, "dcat:servesDataset", name)


_ABOUT = (
    "Medborgarlöften är det som kommuner och lokalpolisområden lovar invånarna tillsammans. Här finns löftena med mål, aktiviteter, utfall, "
    "uppdateringar och gemensamma uppföljningar, med rättelser och det som har tagits tillbaka. Personers namn ingår inte."
)
