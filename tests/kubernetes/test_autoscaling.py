"""Instances follow the lag of the groups that the code has, and never exceed the partitions.

KEDA's own schemas aren't here, so this also checks the fields that we use.
"""

from typing import Any

import pytest

from shared.contracts.topics import STARTED
from shared.runtime.kafka.consumer import group_of
from tests.kubernetes.overlays import named, settings_of

SCALED: dict[str, Any] = named("production", "ScaledObject")


def test_every_process_that_people_wait_for_is_scaled() -> None:
    assert SCALED.keys() == {*STARTED}
    assert not named("small", "ScaledObject")


@pytest.mark.parametrize("process", STARTED)
def test_partitions_are_the_ceiling(process: str) -> None:
    spec = SCALED[process]["spec"]
    partitions = int(settings_of("production")["WAYBILL_PARTITIONS"])
    assert 2 <= spec["minReplicaCount"] <= spec["maxReplicaCount"] <= partitions
    deployment = named("production", "Deployment")[spec["scaleTargetRef"]["name"]]
    assert "replicas" not in deployment["spec"], "applying it again would undo the scaling"


@pytest.mark.parametrize("process", STARTED)
def test_the_lag_is_that_of_the_processs_own_group(process: str) -> None:
    spec = SCALED[process]["spec"]
    (trigger,) = spec["triggers"]
    assert trigger["type"] == "kafka"
    settings, metadata = settings_of("production"), trigger["metadata"]
    assert metadata["consumerGroup"] == group_of(process)
    assert metadata["bootstrapServersFromEnv"] in settings
    assert int(metadata["lagThreshold"]) > 0
    # As the processes themselves sign in.
    assert settings["WAYBILL_KAFKA_SECURITY"] == "SASL_SSL"
    assert metadata["tls"] == "enable"
    mechanism = settings["WAYBILL_KAFKA_MECHANISM"].replace("SCRAM-SHA-", "scram_sha")
    assert metadata["sasl"] == mechanism
    assert all(isinstance(value, str) for value in metadata.values()), "KEDA reads only strings"
    signs_in = named("production", "TriggerAuthentication")[trigger["authenticationRef"]["name"]]
    given = {each["parameter"]: each for each in signs_in["spec"]["secretTargetRef"]}
    assert given.keys() == {"username", "password"}
    assert {each["name"] for each in given.values()} == {process}
