"""Turns a notification into a mail: its texts from templates, its headers from the settings."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import orjson
from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from services.notify.mail.addresses import deliverable
from services.notify.mail.settings import NotifySettings
from services.notify.mail.smtp import Mail
from shared.contracts.money import decimals
from shared.contracts.notifications import (
    NOTIFICATIONS,
    Delayed,
    Notification,
    NotifiedShipment,
    Refunded,
    ReturnReceived,
    Shipped,
)

SHIPPED = Path(__file__).parent / "templates"
FALLBACK = "en"
SUBJECT = "Subject: "
LONGEST_SUBJECT = 200
_GAPS = re.compile(r"\n{3,}")  # templates leave some where a part is empty


class NotComposed(Exception):
    """No mail can be made of a notification; the message says why."""


class Composer:
    """Composes mails. The templates of the settings' folder replace the shipped ones.

    A template is `<language>/<kind>.txt`, whose first line is `Subject: …`, and
    `<language>/<kind>.html`. A language without templates is written to in English.
    """

    def __init__(self, settings: NotifySettings) -> None:
        own = settings.notify_templates
        self._folders = [folder for folder in (own, SHIPPED) if folder]
        name, address = parseaddr(settings.notify_from)
        self._sender = deliverable(address) or ""
        self._from = str(Address(name, addr_spec=self._sender)) if self._sender else ""
        self._shop = name
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in self._folders])
        self._templates = Environment(
            loader=loader,
            autoescape=select_autoescape(("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def compose(self, notification: Notification, message_id: str, at: datetime) -> Mail:
        """Returns the mail of a notification. Raises `NotComposed`.

        message_id  the same whenever the same mail is made again
        """
        recipient = deliverable(notification.customer.email)
        if recipient is None:
            raise NotComposed("customer.email: no mail can be sent to this address")
        language = self.language(notification.language)
        subject, text, html = self._render(notification, language)
        message = EmailMessage(policy=SMTP)
        message["From"] = self._from
        message["To"] = Address(_one_line(notification.customer.name or ""), addr_spec=recipient)
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{message_id}@{self._sender.rpartition('@')[2]}>"
        # Automatic answers, such as those of people on holiday, must not come back.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = language
        return Mail(self._sender, recipient, message.as_bytes())

    def language(self, wanted: str) -> str:
        """Returns the language to write in: the wanted one, its base language, or English."""
        for each in (wanted, wanted.partition("-")[0]):
            if _is_language(each) and any((folder / each).is_dir() for folder in self._folders):
                return each
        return FALLBACK

    def check(self, example: Mapping[str, Any]) -> None:
        """Renders every template of every language. Raises `NotComposed`, which names the file.

        example  the fields of an invented notification
        """
        languages = {
            each.name
            for folder in self._folders
            for each in folder.iterdir()
            if each.is_dir() and _is_language(each.name)
        }
        for model in NOTIFICATIONS:
            values = {name: example[name] for name in model.model_fields if name in example}
            for language in sorted(languages):
                self._render(model.model_validate_json(orjson.dumps(values)), language)

    def _render(self, notification: Notification, language: str) -> tuple[str, str, str]:
        values = _values(notification, _locale(language)) | {"shop": self._shop}
        text = self._rendered(f"{language}/{kind_of(notification)}.txt", values)
        html = self._rendered(f"{language}/{kind_of(notification)}.html", values)
        subject, _, body = text.partition("\n")
        if not subject.startswith(SUBJECT):
            where = f"{language}/{kind_of(notification)}.txt"
            raise NotComposed(f"{where}: its first line has to be “Subject: …”")
        text = _GAPS.sub("\n\n", body).strip() + "\n"
        return _one_line(subject.removeprefix(SUBJECT))[:LONGEST_SUBJECT], text, html

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            return self._templates.get_template(name).render(values)
        except (TemplateError, OSError, UnicodeError, ValueError, TypeError) as error:
            raise NotComposed(f"the template {name}: {type(error).__name__}: {error}") from error


def kind_of(notification: Notification) -> str:
    """Returns the kind of a notification, which names its templates: `shipped`."""
    return notification.type.split(".")[2]


def _values(notification: Notification, locale: Locale) -> dict[str, Any]:
    """What templates know, beside the sender's name (`shop`): see docs/notifications.md."""

    def money(amount: Decimal) -> str:
        return str(
            format_currency(amount, notification.currency, _pattern(notification.currency, locale),
                            locale=locale, currency_digits=False)
        )  # fmt: skip

    remaining = [each for each in notification.shipments if not each.canceled]
    about = getattr(notification, "shipment_id", None)
    concerned = [each for each in notification.shipments if each.shipment_id == about]
    shipments = concerned if isinstance(notification, Shipped | Delayed) else remaining
    return {
        "number": notification.order_number,
        "name": notification.customer.name or "",
        "shipments": [_shipment(each, locale) for each in shipments],
        "shipping": sum((each.shipping_cost + each.shipping_tax for each in remaining), Decimal()),
        "discount": notification.order_discount,
        "total": notification.total,
        "tracking_number": notification.tracking_number
        if isinstance(notification, Shipped)
        else None,
        "amount": notification.amount if isinstance(notification, Refunded) else None,
        "goods": notification.goods if isinstance(notification, ReturnReceived) else (),
        "more_expected": isinstance(notification, ReturnReceived) and notification.more_expected,
        "money": money,
        "notification": notification,
    }


def _shipment(shipment: NotifiedShipment, locale: Locale) -> dict[str, Any]:
    address = shipment.address
    place = " ".join(filter(None, (address.postal_code, address.city)))
    parts = (address.name, address.line1, address.line2, place, address.region)
    country = locale.territories.get(address.country, address.country)
    return {"lines": shipment.lines, "address": [*filter(None, parts), country]}


def _pattern(currency: str, locale: Locale) -> str:
    """The locale's pattern, with the decimals of the contract; the locale's own might round."""
    pattern = str(locale.currency_formats["standard"].pattern)
    digits = decimals(currency)
    whole = "0." + "0" * digits if digits else "0"
    return pattern.replace("0.00", whole)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(FALLBACK)


def _is_language(name: str) -> bool:
    return 0 < len(name) <= 35 and name.replace("-", "").isalnum() and name.isascii()


def _one_line(text: str) -> str:
    """Text for a header: whatever breaks a line would begin another header."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
