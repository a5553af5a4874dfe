"""What a mail says, and that nothing in a notification can change its form."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from services.notify.mail.composing import Composer, NotComposed
from services.notify.mail.example import EXAMPLE
from tests.unit.given import NOW
from tests.unit.notify.mail.builders import SHOP, notification, settings

KINDS = ("confirmed", "changed", "shipped", "delayed", "canceled", "refunded", "return-received")


def composed(kind: str = "confirmed", composer: Composer | None = None, **more: Any) -> Any:
    """The mail as the customer's program reads it."""
    mail = (composer or Composer(settings())).compose(notification(kind, **more), "m-1", NOW)
    return cast("EmailMessage", message_from_bytes(mail.content, policy=default))


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_text_in_every_language(kind: str, language: str) -> None:
    message = composed(kind, language=language)
    assert message["Content-Language"] == language
    assert "PO1000001" in message["Subject"]
    for part in ("plain", "html"):
        assert "Mercy Taylor" in text(message, part)
        assert ("Tea mug" in text(message, part)) is (kind not in ("canceled", "refunded"))


def test_amounts_are_written_as_the_language_does() -> None:
    assert "$23.61" in text(composed())
    assert "23,61\xa0$" in text(composed(language="de"))
    assert "¥2,361" in text(composed(currency="JPY", total="2361"))


def test_the_tracking_number_is_told() -> None:
    assert "1Z999AA10123456784" in text(composed("shipped"))
    assert "Tracking" not in text(composed("shipped", tracking_number=None))


@pytest.mark.parametrize(("language", "words"), [("en", "still expected"), ("de", "stehen noch")])
def test_a_return_says_what_arrived_and_whether_more_is_expected(language: str, words: str) -> None:
    for part in ("plain", "html"):
        said = text(composed("return-received", language=language), part)
        assert "1 × Tea mug" in said
        assert words in said
        said = text(composed("return-received", language=language, more_expected=False), part)
        assert words not in said


def test_the_internal_reason_of_a_cancellation_is_not_told() -> None:
    message = composed("canceled", reason="Looks like fraud")
    assert "fraud" not in text(message) + text(message, "html")


@pytest.mark.parametrize(("wanted", "written"), [("de-AT", "de"), ("sv", "en"), ("../x", "en")])
def test_a_language_without_templates_falls_back(wanted: str, written: str) -> None:
    assert composed(language=wanted)["Content-Language"] == written


def test_markup_in_a_name_is_text() -> None:
    line = {**EXAMPLE["shipments"][0]["lines"][0], "name": "<b>Mug</b> & {{ 7 * 7 }}"}
    shipments = [{**EXAMPLE["shipments"][0], "lines": [line]}]
    html = text(composed(shipments=shipments), "html")
    assert "&lt;b&gt;Mug&lt;/b&gt; &amp; {{ 7 * 7 }}" in html
    assert "<b>" not in html


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x85"])
def test_a_name_adds_no_header(line_break: str) -> None:
    name = f"Mercy{line_break}Bcc: all@shop.example"
    one = notification()
    customer = one.customer.model_copy(update={"name": name})
    number = f"PO1{line_break}Bcc: all@shop.example"
    hostile = one.model_copy(update={"customer": customer, "order_number": number})
    mail = Composer(settings()).compose(hostile, "m-1", NOW)
    message = message_from_bytes(mail.content, policy=default)
    assert message["Bcc"] is None
    assert mail.recipient == "mercy@shop.example"
    assert [each.addr_spec for each in message["To"].addresses] == ["mercy@shop.example"]


def test_a_name_with_a_comma_and_quotes_is_one_recipient() -> None:
    message = composed(customer={"name": 'Taylor, "M" <x@y>', "email": "mercy@shop.example"})
    (only,) = message["To"].addresses
    assert (only.display_name, only.addr_spec) == ('Taylor, "M" <x@y>', "mercy@shop.example")


def test_a_mail_says_who_sent_it_and_that_no_person_did() -> None:
    message = composed()
    assert (message["From"], message["Auto-Submitted"]) == (SHOP, "auto-generated")
    assert message["Message-ID"] == "<m-1@shop.example>"


def test_an_international_domain_is_encoded() -> None:
    mail = Composer(settings()).compose(
        notification(customer={"name": "M", "email": "m@müller.example"}), "m-1", NOW
    )
    assert mail.recipient == "m@xn--mller-kva.example"


def test_a_template_of_the_site_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/confirmed.txt").write_text("Subject: Yay {{ number }}\n\nHi {{ name }}")
    composer = Composer(settings(notify_templates=tmp_path))
    composer.check(EXAMPLE)
    message = composed(composer=composer)
    assert message["Subject"] == "Yay PO1000001"
    assert text(message) == "Hi Mercy Taylor\n"
    assert "Thank you" in text(message, "html")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Hello", "its first line has to be"),
        ("Subject: {{ nothing }}", "'nothing' is undefined"),
        ("Subject: {% if %}", "TemplateSyntaxError"),
    ],
)
def test_a_wrong_template_is_refused_with_its_name(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/shipped.txt").write_text(content)
    with pytest.raises(NotComposed, match=r"en/shipped\.txt") as error:
        Composer(settings(notify_templates=tmp_path)).check(EXAMPLE)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"notify_from": ""}, "WAYBILL_NOTIFY_SMTP_HOST needs WAYBILL_NOTIFY_FROM"),
        ({"notify_from": "Tea Shop"}, "write it as Tea Shop <orders@shop.example>"),
        ({"notify_smtp_username": "u"}, "set both"),
        (
            {
                "notify_smtp_username": "u",
                "notify_smtp_password": "p",
                "notify_smtp_security": "none",
            },
            "in the clear",
        ),
        ({"notify_templates": Path("/nowhere")}, "doesn't exist"),
    ],
)
def test_wrong_settings_are_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        type(settings())(**{"notify_smtp_host": "mail", "notify_from": SHOP, **given})
