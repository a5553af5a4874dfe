"""Contact details of customers."""

import pytest
from pydantic import ValidationError

from shared.contracts import Malformed
from tests.unit.cart.customer.builders import (
    CUSTOMER,
    EMPTY,
    MERCY,
    add,
    added,
    change,
    create,
    created,
    mercy,
    remove,
    update,
    updated,
)


def test_a_new_customer_is_active_with_an_empty_address_book():
    outcome = EMPTY.when(create()).then(created())
    assert outcome.status == "Active"
    assert outcome.after.state.addresses == {}


def test_a_stream_without_events_has_no_customer():
    assert EMPTY.status is None


@pytest.mark.parametrize("contact", [{"name": "Mercy Taylor"}, {"email": "mercy@example.com"}])
def test_a_name_or_an_email_is_enough(contact):
    command = create(**contact)
    command.check()
    EMPTY.when(command).then(created(**contact))


def test_a_customer_with_neither_name_nor_email_is_malformed():
    with pytest.raises(Malformed, match="name: a customer has a name or an email"):
        create(phone="+1 206 555 0100").check()


@pytest.mark.parametrize("contact", [{"name": ""}, {"name": " \u00a0"}, {"phone": ""}])
@pytest.mark.parametrize("command", [create, update])
def test_a_blank_name_or_phone_is_malformed(command, contact):
    with pytest.raises(ValidationError):
        command(**contact)


def test_a_repeated_customer_has_no_second_effect():
    mercy().when(create()).then()
    mercy(added()).when(create()).then()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Mercy Taylor"},
        {**MERCY, "name": "Taylor Hayes"},
        {**MERCY, "email": "taylor@example.com"},
        {**MERCY, "phone": None},
    ],
)
def test_another_customer_with_the_same_id_is_rejected(other):
    refused = mercy().when(create(**other)).rejected("id-reused")
    assert CUSTOMER in refused.reason.message


def test_creating_is_compared_with_the_current_details():
    now = {**MERCY, "name": "Mercy Hayes"}
    given = mercy(updated(**now))
    given.when(create(**now)).then()
    given.when(create()).rejected("id-reused")


@pytest.mark.parametrize(
    "changes",
    [{"name": "Mercy Hayes"}, {"email": "hayes@example.com"}, {"phone": "+44 20 7946 0000"}],
)
def test_an_update_keeps_other_fields_and_publishes_all_of_them(changes):
    outcome = mercy().when(update(**changes)).then(updated(**{**MERCY, **changes}))
    outcome.when(update(**changes)).then()


def test_an_update_may_add_a_field():
    given = EMPTY.events(created(name="Mercy Taylor"))
    given.when(update(email="mercy@example.com")).then(
        updated(name="Mercy Taylor", email="mercy@example.com")
    )


@pytest.mark.parametrize("same", [{}, {"name": "Mercy Taylor"}, MERCY])
def test_an_update_that_changes_nothing_has_no_effect(same):
    mercy().when(update(**same)).then()


@pytest.mark.parametrize("cleared", ["name", "email", "phone"])
def test_null_clears_a_field_and_the_event_carries_the_rest(cleared):
    outcome = mercy().when(update(**{cleared: None})).then(updated(**{**MERCY, cleared: None}))
    outcome.when(update(**{cleared: None})).then()


@pytest.mark.parametrize(
    ("contact", "cleared"),
    [
        (MERCY, {"name": None, "email": None}),
        ({"name": "Mercy"}, {"name": None}),
        ({"email": "mercy@example.com"}, {"email": None, "phone": "+1"}),
    ],
)
def test_a_customer_keeps_a_name_or_an_email(contact, cleared):
    given = EMPTY.events(created(**contact))
    refused = given.when(update(**cleared)).rejected("contact-needed")
    assert "name or an email" in refused.reason.message
    renamed = {**cleared, "name": "Grace Hayes"}
    given.when(update(**renamed)).says(updated(**renamed))


def test_an_update_leaves_the_address_book_alone():
    outcome = mercy(added()).when(update(name="Mercy Hayes"))
    assert list(outcome.after.state.addresses) == ["home"]


@pytest.mark.parametrize("command", [update(name="Mercy"), add(), change(), remove()])
def test_a_command_on_an_unknown_customer_is_rejected(command):
    refused = EMPTY.when(command).rejected("unknown-customer")
    assert CUSTOMER in refused.reason.message
