"""Builds a service's AsyncAPI document from the contract's classes."""

import re
from collections.abc import Iterable
from typing import Any

from faststream.specification.asyncapi.v3_0_0.schema.channels import Channel
from faststream.specification.asyncapi.v3_0_0.schema.components import Components
from faststream.specification.asyncapi.v3_0_0.schema.info import ApplicationInfo
from faststream.specification.asyncapi.v3_0_0.schema.message import Message as Described
from faststream.specification.asyncapi.v3_0_0.schema.operations import Action, Operation
from faststream.specification.asyncapi.v3_0_0.schema.schema import ApplicationSchema
from faststream.specification.asyncapi.v3_0_0.schema.utils import Reference

from shared.contracts import Message, Topic
from shared.contracts.replies import Reply
from shared.runtime.decider.service import Service
from shared.runtime.settings import Settings

VERSION = "1.0.0"

_ENVELOPE = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "maxLength": 256},
        "ce_source": {"type": "string", "maxLength": 256},
        "ce_type": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "description": "The aggregate's id."},
        "ce_correlationid": {"type": "string"},
        "ce_causationid": {"type": "string"},
        "ce_actor": {"type": "string", "examples": ["csr:17"]},
        "ce_replyto": {"type": "string", "description": "The topic for the command's outcome."},
        "ce_expectedversion": {"type": "string", "pattern": r"^\d+$"},
        "ce_dryrun": {
            "type": "string",
            "enum": ["true", "false"],
            "description": "On commands: only reply what the command would do.",
        },
        "ce_sequence": {
            "type": "string",
            "description": "Position among the aggregate's events, without gaps.",
        },
        "traceparent": {"type": "string"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


def describe(service: Service, settings: Settings) -> ApplicationSchema:
    """Returns the AsyncAPI 3.0 document of a service, with the topics' names on this cluster."""
    reads = list(service.reads)
    writes: list[type[Message]] = [*_published(service), Reply]
    described: dict[str, Described | Reference] = {}
    schemas: dict[str, dict[str, Any]] = {}
    for model in {*reads, *writes}:
        described[_name(model)] = _describe(model)
        schemas |= _schemas(model)
    channels = {
        topic.name: Channel(
            address=settings.topic(topic),
            description=f"{topic.about} Key: {'/'.join(topic.key)}.",
            messages={
                _name(model): Reference(**{"$ref": f"#/components/messages/{_name(model)}"})
                for model in sorted({*reads, *writes}, key=_name)
                if model.topic is topic
            },
        )
        for topic in _topics([*reads, *writes])
    }
    operations = {
        f"{action.value}-{topic.name}": Operation(
            action=action,
            channel=Reference(**{"$ref": f"#/channels/{topic.name}"}),
            messages=[
                Reference(**{"$ref": f"#/channels/{topic.name}/messages/{_name(model)}"})
                for model in models
                if model.topic is topic
            ],
        )
        for action, models in ((Action.RECEIVE, reads), (Action.SEND, writes))
        for topic in _topics(models)
    }
    return ApplicationSchema(
        info=ApplicationInfo(
            title=f"Waybill {service.name} service",
            version=VERSION,
            description="CloudEvents 1.0 over Kafka. Services write binary mode and read both.",
        ),
        defaultContentType="application/json",
        channels=channels,
        operations=operations,
        components=Components(
            messages=dict(sorted(described.items())),
            schemas={"Envelope": _ENVELOPE, **dict(sorted(schemas.items()))},
        ),
    )


def _published(service: Service) -> list[type[Message]]:
    events = (event for decider in service.deciders for event in decider.events)
    outgoing = (model for decider in service.deciders for model in decider.publishes)
    return [*events, *outgoing]


def _topics(models: Iterable[type[Message]]) -> list[Topic]:
    return list({model.topic.name: model.topic for model in models}.values())


def _name(model: type[Message]) -> str:
    """A component's name: topic and type, since a type may be on several topics."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"{model.topic.name}--{model.type}")


def _describe(model: type[Message]) -> Described:
    return Described(
        name=model.type,
        title=model.__name__,
        summary=(model.__doc__ or "").strip(),
        contentType="application/json",
        headers={"$ref": "#/components/schemas/Envelope"},
        payload={"$ref": f"#/components/schemas/{_name(model)}"},
    )


def _schemas(model: type[Message]) -> dict[str, dict[str, Any]]:
    """The schemas of the model and of its parts, by component name."""
    schema = model.model_json_schema(
        mode="serialization", ref_template=f"#/components/schemas/{_name(model)}.{{model}}"
    )
    parts = schema.pop("$defs", {})
    return {_name(model): schema} | {f"{_name(model)}.{name}": part for name, part in parts.items()}
