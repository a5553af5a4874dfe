"""What each user needs is read off the code, and told as access lists and roles."""

import json

import pytest
from typer.testing import CliRunner

from ops.cli.main import app
from ops.security.rights import kafka, mongo
from ops.security.rights.needs import Needs, all_needs
from shared.contracts.topics import PROCESSES, SERVICES, TOPICS, dead_letter_topic
from shared.runtime.settings import Settings

BY_USER = {needs.user: needs for needs in all_needs()}


def test_everybody_who_runs_is_a_user() -> None:
    assert {*PROCESSES, "cli"} <= BY_USER.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_dead_letters_and_its_database(service: str) -> None:
    needs = BY_USER[service]
    assert dead_letter_topic(service) in needs.writes
    assert not {dead_letter_topic(other) for other in PROCESSES if other != service} & {
        *needs.writes
    }
    assert needs.databases == ((service, "readWrite"),)


@pytest.mark.parametrize(
    "topic", [topic.name for topic in TOPICS if topic.name.endswith(".events")]
)
def test_what_happened_is_told_by_one_alone(topic: str) -> None:
    """An operator sends again what had been told already, when it has died on its way."""
    users = {needs.user for needs in BY_USER.values() if topic in needs.writes}
    assert len(users - {"operator"}) == 1


def test_every_topic_has_who_writes_and_who_reads_it() -> None:
    for topic in TOPICS:
        assert [needs.user for needs in BY_USER.values() if topic.name in needs.writes], topic
        assert [needs.user for needs in BY_USER.values() if topic.name in needs.reads], topic


def test_whoever_looks_after_dead_letters_may_send_them_back() -> None:
    operator, portal = BY_USER["operator"], BY_USER["portal"]
    for needs in (operator, portal, BY_USER["cli"]):
        assert {*map(dead_letter_topic, PROCESSES), "dead-letters.verdicts"} <= {*needs.reads}
        assert "dead-letters.verdicts" in needs.writes
    compacted = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
    assert {topic.name for topic in TOPICS} - compacted == {*operator.writes}
    assert not [name for name in portal.writes if name.endswith(".events")]


def test_portal_knows_where_all_groups_stand_and_joins_none_but_its_own() -> None:
    portal = BY_USER["portal"]
    seen = {*portal.reads, *portal.writes, *portal.watched_topics}
    assert {topic.name for topic in TOPICS} <= seen
    assert {f"waybill-{name}" for name in SERVICES} <= {*portal.watched_groups}
    rules = kafka.rules([portal], "")
    joined = [r.name for r in rules if r.resource == "group" and r.operation == "read"]
    assert joined == ["waybill-portal", "waybill-portal-webhooks"]


def test_a_gateway_has_a_group_of_its_own() -> None:
    assert "waybill-payment-gateway" in BY_USER["payment"].groups
    assert "payment.commands" in BY_USER["payment"].writes


def test_rules_have_the_prefix_and_name_the_principal() -> None:
    needs = Needs("mail", reads=("order.events",), groups=("mail-*",))
    topic, group = kafka.rules([needs], "shop.", "User:CN={}")
    assert (topic.principal, topic.operation, topic.name) == (
        "User:CN=mail",
        "read",
        "shop.order.events",
    )
    assert (group.resource, group.pattern, group.name) == ("group", "prefixed", "shop.mail-")
    assert kafka.command(topic, "here:9092") == (
        "kafka-acls.sh --bootstrap-server here:9092 --add --allow-principal 'User:CN=mail' "
        "--operation read --topic 'shop.order.events' --resource-pattern-type literal"
    )


def test_roles_are_on_the_databases_of_these_settings() -> None:
    (user,) = mongo.users([BY_USER["order"], BY_USER["catalog"]], Settings(database="shop"))
    assert user.model_dump() == {
        "user": "order",
        "roles": [{"role": "readWrite", "db": "shop_order"}],
    }


def test_the_command_prints_what_may_be_piped() -> None:
    result = CliRunner().invoke(app, ["acls", "order", "--json", "--reply-topic", "desk.replies"])
    told = json.loads(result.stdout)
    assert {rule["principal"] for rule in told["kafka"]} == {"User:order"}
    writes = {rule["name"] for rule in told["kafka"] if rule["operation"] == "write"}
    assert {"order.events", "desk.replies", "waybill.replies"} <= writes
    assert [user["user"] for user in told["mongo"]] == ["order"]


def test_an_unknown_user_is_refused() -> None:
    result = CliRunner().invoke(app, ["acls", "ordr"])
    assert result.exit_code == 2
    assert "ordr" in result.output
