"""The description for catalogues of data, read by a library of others' making and held to what DCAT-AP-SE 3.0 asks of each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

from tests import made

if TYPE_CHECKING:
    from rdflib.term import Node

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
NEEDED: dict[Node, set[Node]] = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCTERMS.license, FOAF.homepage, DCTERMS.language},
    DCAT.Dataset: {
        *(DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.theme, DCTERMS.accessRights),
        *(DCAT.distribution, DCAT.keyword, DCTERMS.identifier, DCTERMS.spatial, DCTERMS.accrualPeriodicity),
    },
    DCAT.Distribution: {DCAT.accessURL, DCAT.downloadURL, DCTERMS.license, DCTERMS.title, DCTERMS["format"]},
    DCAT.DataService: {DCTERMS.title, DCAT.endpointURL, DCAT.endpointDescription, DCAT.servesDataset, DCTERMS.publisher, DCAT.contactPoint},
    FOAF.Agent: {FOAF.name},
    VCARD.Organization: {VCARD.fn, VCARD.hasEmail},
}


async def test_the_catalogue_is_what_the_data_portal_reads(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    answer = await residents.get("/oppna-data/dcat.rdf")
    assert answer.headers["content-type"] == "application/rdf+xml"
    graph = Graph().parse(data=answer.content, format="xml")
    for kind, properties in NEEDED.items():
        things = set(graph.subjects(RDF.type, kind))
        assert things, kind
        for thing in things:
            assert properties - set(graph.predicates(thing)) == set(), thing
    inside = set(graph.subjects(RDF.type))
    for link in (DCAT.dataset, DCAT.distribution, DCAT.accessService, DCAT.contactPoint, DCTERMS.publisher, DCAT.servesDataset):
        assert set(graph.objects(None, link)) <= inside, link
    [publisher] = graph.objects(URIRef("http://testserver/oppna-data#bjorken"), DCTERMS.publisher)
    assert [str(one) for one in graph.objects(publisher, FOAF.name)] == ["Björkens kommun"], "whose data it is"
    files = {str(one) for link in (DCAT.downloadURL, DCAT.endpointDescription, DCAT.landingPage) for one in graph.objects(None, link)}
    assert len(files) > 10
    for address in files:
        assert (await residents.get(address)).status_code == 200, address
