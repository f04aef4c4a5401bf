"""Webhooks: an organisation's own channel in Teams, in Slack, or in what takes the same as one of them.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. Teams: a Workflow that begins with "When a Teams webhook
request is received" and posts each Adaptive Card in `attachments`; Microsoft has closed the Office 365 connectors that took other forms.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from trygghet.channels.http import retry_after
from trygghet.channels.messages import Message, NotSent, Point, Post, Receipt, Unclear, post
from trygghet.channels.sealing import unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.sealing import Keys

LONGEST_LINE = 240
"""Characters of one point: with all of a post's points far below the 28 kB that Teams takes and the 3 000 characters of a Slack section."""
OPEN = "Öppna i Trygghet"


class Webhook:
    """Repeatable: neither Slack nor Teams can be asked what they have got, so a lost answer is a choice between a post twice and perhaps never.

    Twice is a nuisance in a chat; an alarm that nobody saw is not. So it is sent again, like a mail, and no person has to decide.
    """

    repeatable = True

    def __init__(self, http: Http, secret_key: Keys) -> None:
        self._http, self._secret_key = http, secret_key

    async def reach(self, url: str) -> None:
        """Looks whether we may post there at all, and sends nothing. Raises `NotSent`."""
        await self._http.aims(url, {})

    async def send(self, message: Message) -> Receipt:
        """Posts it. A Workflow says only that it has taken the card; what it does with it stands in its own log, by `remote_id`."""
        wanted = post(message)
        account = wanted.account
        if account is None:
            raise NotSent("Kanalen är borttagen.", permanent=True)
        url = unseal(self._secret_key, account.token)
        if url is None:
            raise NotSent(f"Kanalen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut den igen.", permanent=True, account=True)
        body = json.dumps(FORMS[account.form](wanted), ensure_ascii=False).encode()
        answer = await self._http.request("POST", url, headers={"content-type": "application/json; charset=utf-8"}, content=body)
        _refused(answer, account.name)
        return Receipt(answer.headers.get("x-ms-workflow-run-id", "")[:100])

    async def find(self, message: Message) -> Receipt | None:
        """What has been posted through a webhook cannot be looked up."""
        del message
        raise Unclear("Det går inte att slå upp ett inlägg i en chatt.")

    async def close(self) -> None:
        """Nothing is kept open."""


def _refused(answer: Answer, name: str) -> None:
    """Raises `NotSent` for every answer that is no yes. What the server wrote is shown only where it is one of its known codes."""
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    said = f"{answer.status}{_code(answer)}"
    match answer.status:
        case 401 | 403 | 404 | 410:
            raise NotSent(f"Adressen till {name} gäller inte längre ({said}). Skapa en ny och anslut kanalen igen.", permanent=True, account=True)
        case status if status < HTTPStatus.BAD_REQUEST:
            raise NotSent(f"Adressen till {name} skickar vidare någon annanstans ({said}). Anslut kanalen igen.", permanent=True, account=True)
        case 408 | 425 | 429:
            raise NotSent(f"{name} tar inte emot fler inlägg just nu ({said}). Vi försöker igen.", after=retry_after(answer))
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotSent(
                f"{name} tog inte emot inlägget ({said}). Kontrollera att kanalen är ansluten i rätt form, Teams eller Slack.", permanent=True
            )
        case _:
            raise NotSent(f"{name} svarade med ett fel ({said}). Vi försöker igen.", after=retry_after(answer))


def _code(answer: Answer) -> str:
    """Slack's short words (`channel_is_archived`); a longer text might repeat the address, which is a secret."""
    found = answer.text.strip()
    return f" {found}" if re.fullmatch(r"[a-z]+(_[a-z]+){0,5}", found) and len(found) <= len("user_not_found") * 3 else ""


# ---------------------------------------------------------------- the two forms
def slack(wanted: Post) -> dict[str, Any]:
    """Blocks for Slack, and the same as one text for all who know only that: Mattermost, Rocket.Chat, notifications, screen readers."""
    heading, intro = _parts(wanted)
    lines = [_slack_line(one) for one in wanted.points]
    more = f"<{wanted.permalink}|{OPEN}>"
    sections = [_slack_text(intro), *lines, more]
    return {
        "text": "\n".join([f"*{_slack_text(heading)}*", sections[0], *(f"• {one}".replace("\n", " – ") for one in lines), more]),
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": heading[:150], "emoji": False}},
            *({"type": "section", "text": {"type": "mrkdwn", "text": one}} for one in sections),
        ],
        "unfurl_links": False,
    }


def _slack_line(one: Point) -> str:
    note = f"\n{_slack_text(one.note)}" if one.note else ""
    return f"<{one.url}|{_slack_text(one.text[:LONGEST_LINE]).replace('|', '¦')}>{note}"


def _slack_text(text: str) -> str:
    """Slack's three signs with a meaning of their own; what would else be a mention of everybody is a text again."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(wanted: Post) -> dict[str, Any]:
    """A message with one Adaptive Card of version 1.4, the latest that every Teams client shows."""
    heading, intro = _parts(wanted)
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": _teams_text(heading), "size": "Large", "weight": "Bolder", "style": "heading", "wrap": True},
        {"type": "TextBlock", "text": _teams_text(intro), "wrap": True},
    ]
    for one in wanted.points:
        body.append({"type": "TextBlock", "text": f"[{_teams_text(one.text[:LONGEST_LINE])}]({one.url})", "wrap": True, "spacing": "Medium"})
        if one.note:
            body.append({"type": "TextBlock", "text": _teams_text(one.note), "isSubtle": True, "spacing": "None", "wrap": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": "sv",
        "fallbackText": f"{heading}. {intro}",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": OPEN, "url": wanted.permalink}],
    }
    return {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}]}


def _teams_text(text: str) -> str:
    """The signs that a card's text reads as emphasis, links or lists."""
    return re.sub(r"([\\\[\]*_`~])", r"\\\1", text)


def _parts(wanted: Post) -> tuple[str, str]:
    """The post's heading, and what follows it."""
    heading, _, intro = wanted.text.partition("\n\n")
    return heading, " ".join(intro.split())


FORMS: dict[str, Callable[[Post], dict[str, Any]]] = {"slack": slack, "teams": teams}
