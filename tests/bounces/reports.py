"""What mail servers send back, in the shapes that are met: by RFC 3464, in prose, and what is no bounce at all."""

from __future__ import annotations

from email.message import EmailMessage

MESSAGE_ID = "<1e7b2f6e-0000-4000-8000-000000000001@trygghet.example.org>"
TO = "anna@cast.example.org"
PATH = "studs+abc@trygghet.example.org"


def original(message_id: str = MESSAGE_ID, to: str = TO) -> str:
    """The head of our letter, as reports enclose it."""
    return f"Received: from trygghet.example.org\nFrom: Trygghet <paminnelser@trygghet.example.org>\nTo: {to}\nSubject: =?utf-8?q?L=C3=B6ftet?=\nMessage-ID: {message_id}\n\n"


def dsn(
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 User unknown",
    *,
    action: str = "failed",
    message_id: str = MESSAGE_ID,
    to: str = TO,
    sender: str = "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    text: str = "I'm sorry to have to inform you that your message could not be delivered.",
) -> bytes:
    """A report by RFC 3464, as Postfix, Sendmail, Exchange and Office 365 write them."""
    code = f"Diagnostic-Code: {said}\n" if said else ""
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: {PATH}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        f"--=b\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n\n"
        f"--=b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\nArrival-Date: Tue, 1 Oct 2024 08:00:00 +0200\n\n"
        f"Final-Recipient: rfc822; {to}\nOriginal-Recipient: rfc822;{to}\nAction: {action}\nStatus: {status}\n{code}\n"
        f"--=b\nContent-Type: text/rfc822-headers\n\n{original(message_id, to)}\n--=b--\n"
    ).encode()


def plain(
    subject: str, text: str, *, sender: str = "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>", message_id: str = MESSAGE_ID, **head: str
) -> bytes:
    """A report in prose with our letter at its end."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, PATH, subject
    for name, value in head.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\n{original(message_id)}")
    return mail.as_bytes()


QMAIL = plain(
    "failure notice",
    f"Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
    f"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<{TO}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    "--- Below this line is a copy of the message.\n",
)
EXIM = plain(
    "Mail delivery failed: returning message to sender",
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
    f"recipients. This is a permanent error. The following address(es) failed:\n\n  {TO}\n"
    f"    SMTP error from remote mail server after RCPT TO:<{TO}>:\n    host mx.example.org [192.0.2.1]: 550 5.1.1 <{TO}>: Recipient address rejected\n\n"
    "------ This is a copy of the message, including all the headers. ------\n",
    Auto_Submitted="auto-replied",
    X_Failed_Recipients=TO,
)
SENDMAIL = plain(
    "Returned mail: see transcript for details",
    f"The original message was received at Tue, 1 Oct 2024 08:00:00 +0200\n\n   ----- The following addresses had permanent fatal errors -----\n<{TO}>\n\n"
    "   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n>>> DATA\n<<< 552 5.2.2 Mailbox full\n554 5.0.0 Service unavailable\n\n"
    "   ----- Original message follows -----\n",
)
EXCHANGE = plain(
    "Undeliverable: Löftet går ut",
    f"Your message\n\n  To:      {TO}\n  Subject: Löftet går ut\n\ndid not reach the following recipient(s):\n\n"
    f"{TO} on Tue, 1 Oct 2024 08:00:00 +0200\n    The recipient name is not recognized: 550 5.1.1 User unknown\n"
    "    MSEXCH:IMS:Organisation:Site:MX 0 (000C05A6) Unknown Recipient\n",
    sender="System Administrator <postmaster@mx.example.org>",
)
EXIM_WARNING = plain(
    "Warning: message 1abc delayed 24 hours",
    f"A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.org.\n\n"
    f"The address to which the message has not yet been delivered is:\n\n  {TO}\n    Delay reason: 451 4.7.1 Greylisted\n\n"
    "No action is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated.\n",
    Auto_Submitted="auto-replied",
)
VACATION = plain(
    "Autosvar: Löftet går ut",
    "Hej! Jag är ledig till 5 oktober. 550 kollegor svarar i stället.",
    sender="Anna <anna@cast.example.org>",
    Auto_Submitted="auto-replied",
)
VACATION_UNMARKED = plain("Frånvaro: Löftet går ut", "Jag är på semester.", sender="Anna <anna@cast.example.org>")
HUMAN = plain("Sv: Löftet går ut", "Hej, vi har skickat in den nu. Kan ni sluta påminna?", sender="Anna <anna@cast.example.org>")
SOMEBODY_ELSES = plain("failure notice", f"I'm afraid I wasn't able to deliver.\n<{TO}>:\nNo such user. (#5.1.1)\n", message_id="<annat@example.org>")
