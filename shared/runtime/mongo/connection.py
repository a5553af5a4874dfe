"""How a client of ours reaches MongoDB, with whatever security the settings ask for."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings


def connect(settings: Settings, **options: Any) -> AsyncIOMotorClient:
    """A client for the event loop; `options` as MongoDB's own. Raises `SettingsError`."""
    return _client(AsyncIOMotorClient, settings, options)


def connect_blocking(settings: Settings, **options: Any) -> MongoClient:
    """A client that blocks, for tools. Raises `SettingsError`."""
    return _client(MongoClient, settings, options)


def access(settings: Settings) -> dict[str, Any]:
    """How to sign in and whom to trust, as any client takes it; the URI may say more."""
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
    """The hosts in a MongoDB URI: what may be shown of it."""
    try:
        found = parse_uri(uri)["nodelist"]
    except PyMongoError:
        return "an address that isn't a MongoDB URI"
    return ",".join(f"{host}:{port}" for host, port in found)


def _client(kind: Any, settings: Settings, options: dict[str, Any]) -> Any:
    try:
        return kind(settings.mongo.get_secret_value(), **access(settings), **options)
    except (PyMongoError, OSError, ValueError) as error:
        # What pymongo says of a URI may quote a part of it, and any part may be the password.
        wrong = "WAYBILL_MONGO, or a file of WAYBILL_MONGO_CAFILE or WAYBILL_MONGO_CERTFILE"
        raise SettingsError(f"{wrong}, can't be used ({type(error).__name__})") from None
