"""Connections to MongoDB, including TLS and sign-in."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings


def connect(settings: Settings, **options: Any) -> AsyncIOMotorClient:
    """Returns an asynchronous client with pymongo's `options`. Raises `SettingsError`."""
    return _client(AsyncIOMotorClient, settings, options)


def connect_blocking(settings: Settings, **options: Any) -> MongoClient:
    """Returns a blocking client, for tools. Raises `SettingsError`."""
    return _client(MongoClient, settings, options)


def sign_in_options(settings: Settings) -> dict[str, Any]:
    """Returns the sign-in and TLS options of a client; the URI may add more."""
    options: dict[str, Any] = {}
    if settings.mongo_username and settings.mongo_password:
        options["username"] = settings.mongo_username
        options["password"] = settings.mongo_password.get_secret_value()
    if settings.mongo_cafile or settings.mongo_certfile:
        options["tls"] = True
    if settings.mongo_cafile:
        options["tlsCAFile"] = str(settings.mongo_cafile)
    if settings.mongo_certfile:
        options["tlsCertificateKeyFile"] = str(settings.mongo_certfile)
    return options


def hosts(uri: str) -> str:
    """Returns the hosts in a MongoDB URI: the part without secrets."""
    try:
        found = parse_uri(uri)["nodelist"]
    except PyMongoError:
        return "an address that isn't a MongoDB URI"
    return ",".join(f"{host}:{port}" for host, port in found)


def _client(kind: Any, settings: Settings, options: dict[str, Any]) -> Any:
    try:
        return kind(settings.mongo.get_secret_value(), **sign_in_options(settings), **options)
    except (PyMongoError, OSError, ValueError) as error:
        # pymongo may quote a part of the URI, and any part may be the password.
        wrong = "WAYBILL_MONGO, or a file of WAYBILL_MONGO_CAFILE or WAYBILL_MONGO_CERTFILE"
        raise SettingsError(f"{wrong}, can't be used ({type(error).__name__})") from None
