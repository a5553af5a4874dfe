"""What `/metrics` of every process has, with its labels."""

import asyncio
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.cart.app import SERVICE as CART
from services.notify.app import SERVICE as NOTIFY
from services.notify.mail.settings import NotifySettings
from services.order.app import SERVICE as ORDER
from services.payment.app import SERVICE as PAYMENT
from services.portal.app import Portal
from services.portal.settings import PortalSettings
from services.shipment.app import SERVICE as SHIPMENT
from shared.runtime.app import App
from shared.runtime.settings import Settings
from tests.unit.given import SITE

NOWHERE = "mongodb://127.0.0.1:1"
_ENDINGS = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
}


def processes() -> list[Any]:
    """A process of each service, unconnected; the mailer is on."""
    nowhere: dict[str, Any] = {"mongo": NOWHERE, "kafka": "127.0.0.1:1"}
    plain = Settings(**nowhere)
    mails = NotifySettings(**nowhere, notify_smtp_host="localhost", notify_from="a@shop.example")
    services = [(CART, plain), (ORDER, plain), (PAYMENT, plain), (SHIPMENT, plain), (NOTIFY, mails)]
    apps = [App(service, settings, SITE) for service, settings in services]
    return [*apps, Portal(PortalSettings(**nowhere), SITE)]


async def samples(process: Any) -> set[str]:
    """The names of the samples in the process's answer to Prometheus."""
    transport = httpx.ASGITransport(app=process.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://process") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    return {
        f"{family.name}{ending}"
        for family in text_string_to_metric_families(answer.text)
        if not family.name.endswith("_created")
        for ending in _ENDINGS[family.type]
    }


def series(metric: str, label: str, value: str) -> bool:
    """Whether a new process has a counter with this label already, at 0."""
    return any(
        sample.name == metric and sample.labels.get(label) == value
        for process in processes()
        for family in process.metrics.registry.collect()
        for sample in family.samples
    )


async def names() -> set[str]:
    """The names of all samples of all processes."""
    return set().union(*await asyncio.gather(*map(samples, processes())))


def labels() -> dict[str, set[str]]:
    """The labels of each metric, by the name of the metric without an ending."""
    return {
        name: set(collector._labelnames)
        for process in processes()
        for collector, known in process.metrics.registry._collector_to_names.items()
        for name in known
        if hasattr(collector, "_labelnames")
    }
