"""Kafka and MongoDB as in production: TLS everywhere, and every client has to authenticate.

Kafka has a listener for passwords (SCRAM), one for certificates, and an authorizer that denies
everything that no access rule allows. MongoDB is a replica set with a key file, TLS and users.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Any

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from pymongo import MongoClient

from ops.local.engines.kafka import ApacheKafka
from ops.local.engines.mongo import Mongod
from ops.local.engines.ports import HOST, recall
from ops.local.engines.replica_set import NAME
from ops.security.certificates import Authority, write
from tests.polling import eventually

ADMIN = "admin"
QUIET = {"log_level": 0}


class SecureKafka(ApacheKafka):
    """The ports for SCRAM, for controllers and for certificates."""

    wanted = (19392, 19393, 19394)

    @property
    def mutual(self) -> str:
        """The address for clients with certificates."""
        return f"{HOST}:{recall(self._ports)[2]}"

    def settings(self, *ports: int) -> dict[str, object]:
        """See `ApacheKafka`."""
        clients, controllers, certificates = ports
        mutual = "listener.name.{}.ssl.client.auth"
        scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        return {
            **super().settings(clients, controllers),
            "listeners": f"CLIENTS://{HOST}:{clients},CONTROLLER://{HOST}:{controllers},"
            f"MUTUAL://{HOST}:{certificates}",
            "advertised.listeners": f"CLIENTS://{HOST}:{clients},MUTUAL://{HOST}:{certificates}",
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,MUTUAL:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name": "MUTUAL",
            mutual.format("mutual"): "required",
            mutual.format("controller"): "required",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.home / "kafka.pem",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.home / "ca.pem",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.clients.scram-sha-512.sasl.jaas.config": scram,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:CN=kafka;User:CN={ADMIN}",
        }

    def answers(self) -> bool:
        """Whether it listens; clients need rights to find out more."""
        return True


class SecureMongod(Mongod):
    """A `mongod` with a key file, a certificate and its authority."""

    wanted = (27417,)

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """See `Mongod`."""
        return [
            *super().prepare(ports),
            "--auth",
            f"--keyFile={self.home / 'replica-set.key'}",
            "--tlsMode=requireTLS",
            f"--tlsCertificateKeyFile={self.home / 'mongo.pem'}",
            f"--tlsCAFile={self.home / 'ca.pem'}",
            "--tlsAllowConnectionsWithoutCertificates",
        ]

    def answers(self) -> bool:
        """Whether it listens; the replica set is initiated by an administrator."""
        return True


class SecureEngines:
    """Both engines, with an administrator and the users that tests create.

    `ca` is the authority's certificate, `stranger` that of another authority.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = Authority()
        self._broker, self._database = SecureKafka(folder), SecureMongod(folder)
        self.ca = write(folder / "ca.pem", self._authority.pem)
        self.stranger = write(folder / "stranger.pem", Authority("a stranger").pem)
        self.admin = write(folder / "admin.pem", self._authority.issue(ADMIN))
        self.passwords = {ADMIN: token_urlsafe(12)}
        for home, name in ((self._broker.home, "kafka"), (self._database.home, "mongo")):
            write(home / "ca.pem", self._authority.pem)
            write(home / f"{name}.pem", self._authority.issue(name, [HOST, "localhost"]))
        write(self._database.home / "replica-set.key", token_hex(96).encode())

    @property
    def kafka(self) -> str:
        """The address for names with passwords."""
        return self._broker.address

    @property
    def mutual(self) -> str:
        """The address for certificates."""
        return self._broker.mutual

    @property
    def mongo(self) -> str:
        """A URI without a user."""
        return self._database.address.removesuffix("&directConnection=true")

    def start(self) -> SecureEngines:
        """Returns once the administrator can sign in to both; stops both if that fails."""
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda e: e.start(), (self._broker, self._database)))
            self._enter_mongo()
            eventually(self._is_open, within=60)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stops both."""
        for engine in (self._broker, self._database):
            engine.stop()

    def add(self, *users: str) -> None:
        """Creates users of Kafka with passwords and without rights."""
        for user in users:
            self.passwords[user] = token_urlsafe(12)
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        asked = [
            UserScramCredentialUpsertion(user, info, self.passwords[user].encode())
            for user in users
        ]
        admin = AdminClient(self.clients(ADMIN))
        for done in admin.alter_user_scram_credentials(asked).values():
            done.result(30)

    def clients(self, user: str) -> dict[str, Any]:
        """Returns confluent-kafka's settings for a user; the administrator has a certificate."""
        common = {**QUIET, "ssl.ca.location": str(self.ca)}
        if user == ADMIN:
            pair = str(self.admin)
            return {
                **common,
                "bootstrap.servers": self.mutual,
                "security.protocol": "SSL",
                "ssl.certificate.location": pair,
                "ssl.key.location": pair,
            }
        return {
            **common,
            "bootstrap.servers": self.kafka,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": user,
            "sasl.password": self.passwords[user],
        }

    def settings(self, user: str) -> dict[str, str]:
        """Returns the environment of a process that signs in as `user`, with its password files."""
        file = str(write(self._folder / f"{user}.password", self.passwords[user].encode()))
        common = {
            "WAYBILL_MONGO": self.mongo,
            "WAYBILL_MONGO_USERNAME": user,
            "WAYBILL_MONGO_PASSWORD_FILE": file,
            "WAYBILL_MONGO_CAFILE": str(self.ca),
            "WAYBILL_KAFKA_CAFILE": str(self.ca),
        }
        if user == ADMIN:
            return {
                **common,
                "WAYBILL_KAFKA": self.mutual,
                "WAYBILL_KAFKA_SECURITY": "SSL",
                "WAYBILL_KAFKA_CERTFILE": str(self.admin),
                "WAYBILL_MONGO_CERTFILE": str(self.admin),
            }
        return {
            **common,
            "WAYBILL_KAFKA": self.kafka,
            "WAYBILL_KAFKA_SECURITY": "SASL_SSL",
            "WAYBILL_KAFKA_USERNAME": user,
            "WAYBILL_KAFKA_PASSWORD_FILE": file,
        }

    def database(self, user: str = ADMIN) -> MongoClient[dict[str, Any]]:
        """Returns a client of MongoDB that signs in as `user`."""
        return MongoClient(
            self.mongo,
            tz_aware=True,
            username=user,
            password=self.passwords[user],
            tls=True,
            tlsCAFile=str(self.ca),
        )

    def _enter_mongo(self) -> None:
        """Creates the first user, which MongoDB allows only once and only from the same machine."""
        here = (
            f"mongodb://{self.mongo.partition('://')[2].partition('/')[0]}/?directConnection=true"
        )
        with MongoClient[dict[str, Any]](here, tls=True, tlsCAFile=str(self.ca)) as client:
            members = [{"_id": 0, "host": here.partition("://")[2].partition("/")[0]}]
            client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
            eventually(lambda: client.admin.command("hello")["isWritablePrimary"], within=30)
            client.admin.command("createUser", ADMIN, pwd=self.passwords[ADMIN], roles=["root"])

    def _is_open(self) -> bool:
        with suppress(Exception):
            return bool(AdminClient(self.clients(ADMIN)).list_topics(timeout=2).brokers)
        return False
