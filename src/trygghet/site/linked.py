"""What search engines and others' programs read of a page: schema.org as JSON-LD (JSON-LD 1.1, section 7.3). People's names are not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.site.rules import Published
    from trygghet.site.told import Told

_ROOT = "Medborgarlöften"


def of_promise(shown: Published, updates: Sequence[Told], within: Sequence[tuple[str, str]], public_url: str, path: str) -> dict[str, Any]:
    """A municipality's page, or that of one promise: what is promised, by whom, for whom, from when to when, and what was told last.

    `within` are the addresses and names of pages that lead there.
    """
    address = f"{public_url}/{shown.slug}/loften/{shown.promise_id}"
    above = [(name, f"{public_url}{where}") for where, name in within]
    trail = [(_ROOT, f"{public_url}/"), *above, (shown.name, f"{public_url}/{shown.slug}")]
    if path != f"/{shown.slug}":
        trail.append((shown.content["title"], address))
    newest = max([shown.changed_at, *(one.changed_at for one in updates)])
    return _graph(
        _trail(trail),
        {
            "@type": "GovernmentService",
            "@id": address,
            "name": shown.content["title"],
            "serviceType": "Medborgarlöfte",
            "description": shown.content["oath"],
            "url": address,
            "provider": _organisations([(one["name"], one["side"]) for one in shown.content["parties"]]),
            "areaServed": {"@type": "AdministrativeArea", "name": shown.content["area"]},
        },
        {
            "@type": "Article",
            "headline": shown.content["title"],
            "description": shown.content["oath"],
            "inLanguage": "sv",
            "mainEntityOfPage": f"{public_url}{path}",
            "about": {"@id": address},
            "author": _organisations([(one["name"], one["side"]) for one in shown.content["parties"]]),
            "temporalCoverage": f"{_iso(shown.validity.first)}/{_iso(shown.validity.last) or '..'}",
            "datePublished": shown.published_at.isoformat(),
            "dateModified": newest.isoformat(),
        },
    )


def of_update(told: Told, shown: Published, public_url: str) -> dict[str, Any]:
    """An update that stands, with what has been put right in it."""
    address, picture = f"{public_url}/{shown.slug}/uppdateringar/{told.id}", told.content.get("picture")
    home = (shown.name, f"{public_url}/{shown.slug}")
    sides = {one["name"]: one["side"] for one in shown.content["parties"]}
    article = {
        "@type": "NewsArticle",
        "@id": told.urn,
        "headline": told.content["title"],
        "articleBody": told.content["body"],
        "inLanguage": "sv",
        "mainEntityOfPage": address,
        "author": _organisations([(name, sides.get(name, "other")) for name in told.content["parties"]]),
        "datePublished": told.published_at.isoformat(),
        "dateModified": told.changed_at.isoformat(),
        "about": {"@id": f"{public_url}/{shown.slug}/loften/{shown.promise_id}"},
        "image": f"{public_url}/bilder/{picture['id']}" if picture else None,
        "correction": [{"@type": "CorrectionComment", "datePublished": _iso(one.on), "text": one.text} for one in told.corrections] or None,
    }
    return _graph(_trail([(_ROOT, f"{public_url}/"), home, (told.content["title"], address)]), _dropped(article))


def _graph(*things: dict[str, Any]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": list(things)}


def _trail(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    found = [{"@type": "ListItem", "position": place, "name": name, "item": address} for place, (name, address) in enumerate(steps, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": found}


def _organisations(parties: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    kinds = {"municipality": "GovernmentOrganization", "police": "GovernmentOrganization"}
    return [{"@type": kinds.get(side, "Organization"), "name": name} for name, side in parties]


def _dropped(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
