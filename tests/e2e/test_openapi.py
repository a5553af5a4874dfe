"""Schemathesis sends valid and invalid requests to the API and checks it against its OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
METHODS = {"GET", "PUT", "POST", "DELETE", "PATCH"}
LIMITS = settings(
    database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)


@pytest.fixture
def known(system: System, desk: Desk, order: str, sku: str) -> dict[str, str]:
    """Returns existing records by parameter and field, so that requests find something."""
    customer = {"customer_id": f"cu-{order}", "name": "Mercy Taylor"}
    created = system.reply(system.post("customer.create", customer["customer_id"], customer))
    assert created["outcome"] == "accepted"
    system.receive(sku, 1_000_000)
    system.place(order, shipment(sku), customer=customer)
    system.event(order, "shipment.inventory-assigned", "1")
    eventually(lambda: desk.knows(order), within=30)
    return {
        "order_id": order,
        "number": str(system.event(order, "order.placed").data["order_number"]),
        "shipment_id": "1",
        "line_id": "1",
        "payment_id": "p-1",
        "customer_id": customer["customer_id"],
        "sku": sku,
        "warehouse": "seattle",
        "market": "US",
        "shipping_method": "standard",
    }


def test_every_answer_is_one_that_the_description_has(
    desk: Desk, known: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Every answer has a documented status, content type and schema; invalid requests fail."""
    load_all_checks()
    described = schemathesis.openapi.from_url(f"{desk.url}/api/openapi.json")
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 60
    often, drawn = request.config.getoption("--requests"), request.config.getoption("--seed")
    token = {"Authorization": f"Bearer {desk.token('supervisor', 'warehouse', 'operator')}"}
    with requests.Session() as session:
        for operation in operations:

            @seed(drawn)
            @settings(LIMITS, max_examples=often)
            @given(case=_requests(operation, known))
            def holds(case: Any) -> None:
                case.call_and_validate(session=session, headers=token, checks=CHECKS)

            holds()


def _requests(operation: Any, known: Mapping[str, str]) -> st.SearchStrategy[Any]:
    """Sends valid requests, some of them about existing records, and invalid ones."""
    fit = operation.as_strategy(GenerationMode.POSITIVE)
    about_something = fit.map(lambda case: _put_in(case, known))
    return st.one_of(fit, about_something, operation.as_strategy(GenerationMode.NEGATIVE))


def _put_in(case: Any, known: Mapping[str, str]) -> Any:
    """Replaces ids with existing ones, except for deletions, which work only once."""
    if not case.path.endswith(".delete"):
        for fields in (case.path_parameters, case.query, case.body):
            if isinstance(fields, dict):
                fields |= {name: value for name, value in known.items() if name in fields}
    return case


def test_what_cannot_be_done_to_an_address_is_told_with_what_can(desk: Desk) -> None:
    with httpx.Client(base_url=desk.url, timeout=30) as anybody:
        paths = anybody.get("/api/openapi.json").json()["paths"]
        for path, methods in paths.items():
            can = {method.upper() for method in methods}
            for method in METHODS - can:
                if path.startswith("/api/commands/") and method == "GET":
                    continue  # it asks for the outcome of the command with this id
                answer = anybody.request(method, path.replace("{", "").replace("}", ""))
                assert answer.status_code == 405, (method, path)
                assert set(answer.headers["allow"].split(", ")) == can, (method, path)
