"""What is wrong with a field is told in the reader's language."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from services.portal import i18n
from services.portal.field_errors import field_error_texts
from services.portal.field_messages import texts, translated
from services.portal.web.forms.parsing import parse_command
from services.portal.web.frame.formats import parse_amount
from shared.contracts import Malformed
from shared.contracts.commands import offered


@pytest.fixture
def german() -> Iterator[None]:
    chosen = i18n._language.set("de")
    yield
    i18n._language.reset(chosen)


def _facts(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("text", sorted(set(texts())))
def test_every_message_is_recognized_and_translated_with_its_facts(text: str, german: None) -> None:
    told = i18n.catalogs()["de"].gettext(text)
    facts = {name: f"<{name}>" for name in _facts(text)}
    assert told != text
    assert _facts(told) == _facts(text)
    assert translated(text.format_map(facts)) == told.format_map(facts)


def test_english_readers_get_the_message_as_it_was_made() -> None:
    for text in texts():
        message = text.format_map({name: f"<{name}>" for name in _facts(text)})
        assert translated(message) == message


@pytest.mark.usefixtures("german")
def test_a_form_names_the_field_and_the_mistake_in_german() -> None:
    model = offered()["order.add-note"]
    with pytest.raises(ValueError, match="text") as error:
        model.model_validate({"order_id": "c-1", "text": "x" * 5000})
    (text,) = field_error_texts(error.value, "order.add-note")
    assert re.fullmatch(r"Neue Notiz: Ist länger .* 4\.000 Zeichen", text)
    with pytest.raises(ValueError, match="text") as missing:
        parse_command(model, {"order_id": "c-1"})
    assert field_error_texts(missing.value) == ["Neue Notiz: Fehlt (Beispiel: Ring twice)"]
    with pytest.raises(Malformed) as amount:
        parse_amount("1,2,3", "USD", "amount")
    (text,) = field_error_texts(amount.value)
    assert re.fullmatch(r"Betrag: Muss ein Betrag sein, zum Beispiel [\d.]+", text)


@pytest.mark.usefixtures("german")
def test_a_message_that_nobody_listed_stays_as_it_is() -> None:
    assert translated("was eaten by the dog") == "was eaten by the dog"


def test_the_numbers_of_a_message_are_written_as_the_language_does(german: None) -> None:
    assert translated("must be at most 10,000") == "Darf höchstens 10.000 sein"
    either = i18n.catalogs()["de"].gettext("or")
    assert translated("must be open or dropped") == f"Muss open {either} dropped sein"
