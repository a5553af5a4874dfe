"""Converts needs to access control lists for Kafka's `StandardAuthorizer`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1
from aiokafka.protocol.api import Request
from pydantic import BaseModel

from ops.errors import ToolError, kafka_unreachable
from ops.security.rights.needs import Needs
from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings

Operation = Literal["read", "write", "describe"]
Resource = Literal["topic", "group"]
PRINCIPAL = "User:{}"

# Their numbers in Kafka's protocol.
_RESOURCES = {"topic": 2, "group": 3}
_PATTERNS = {"literal": 3, "prefixed": 4}
_OPERATIONS = {"read": 3, "write": 4, "describe": 8}
_ALLOW, _ANYWHERE = 3, "*"


class Rule(BaseModel):
    """One entry of an access control list: allows an operation on a resource, from any host."""

    principal: str
    operation: Operation
    resource: Resource
    pattern: Literal["literal", "prefixed"]
    name: str


def rules(needs: Iterable[Needs], prefix: str, principal: str = PRINCIPAL) -> list[Rule]:
    """Returns all rules; `principal` is Kafka's name of a user, with `{}` for the user's name.

    The rights to read and write include the right to describe, and the right to write includes
    idempotent production, so no other rules are needed.
    """
    return [rule for each in needs for rule in _of(each, prefix, principal.format(each.user))]


def command(rule: Rule, servers: str) -> str:
    """Returns the shell command that adds the rule with Kafka's own tool."""
    return (
        f"kafka-acls.sh --bootstrap-server {servers} --add --allow-principal '{rule.principal}' "
        f"--operation {rule.operation} --{rule.resource} '{rule.name}' "
        f"--resource-pattern-type {rule.pattern}"
    )


async def apply(settings: Settings, wanted: Sequence[Rule]) -> None:
    """Adds the rules to Kafka; existing rules stay.

    Raises `UnreachableError`, or `ToolError` with Kafka's reason if it refuses.
    """
    client = AIOKafkaClient(**connection(settings))
    try:
        await client.bootstrap()
        answer = await client.send(client.get_random_node(), _Create(wanted))
        for code, words in answer.creation_responses:
            if code:
                raise ToolError(
                    f"Kafka refused the access rules: {words or for_code(code).__name__}",
                    "Kafka needs an authorizer, and you need the right to alter the cluster.",
                )
    except (KafkaError, OSError) as error:
        raise kafka_unreachable(settings.kafka, error) from error
    finally:
        await client.close()


def _of(needs: Needs, prefix: str, principal: str) -> Iterator[Rule]:
    allowed: tuple[tuple[Resource, Operation, tuple[str, ...]], ...] = (
        ("topic", "read", needs.reads),
        ("topic", "write", needs.writes),
        ("topic", "describe", needs.watched_topics),
        ("group", "read", needs.groups),
        ("group", "describe", needs.watched_groups),
    )
    for resource, operation, names in allowed:
        for name in names:
            yield Rule(
                principal=principal,
                operation=operation,
                resource=resource,
                pattern="prefixed" if name.endswith("*") else "literal",
                name=prefix + name.removesuffix("*"),
            )


class _Create(Request[CreateAclsRequest_v1]):
    """A request with all rules; aiokafka's own request has only one."""

    API_KEY = CreateAclsRequest_v1.API_KEY

    def __init__(self, wanted: Sequence[Rule]) -> None:
        self._wanted = wanted

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class([_row(rule) for rule in self._wanted])


def _row(rule: Rule) -> tuple[int, str, int, str, str, int, int]:
    return (
        _RESOURCES[rule.resource],
        rule.name,
        _PATTERNS[rule.pattern],
        rule.principal,
        _ANYWHERE,
        _OPERATIONS[rule.operation],
        _ALLOW,
    )
