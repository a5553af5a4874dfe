"""Signing in by OpenID Connect: the authorization code flow, with PKCE.

Whom the issuer vouches for is let in with the roles that it names; no account of ours is needed.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.auth.rights import ROLES
from services.portal.settings import PortalSettings

log = structlog.get_logger()

CALLBACK = "/sign-in/oidc/back"
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
PATIENCE = 10.0
LIFE = timedelta(minutes=10)
LEEWAY = 60
# Names of ours have no colon, so nobody from elsewhere is taken for one of us.
PREFIX = "sso:"


class NotVouched(Exception):
    """The issuer doesn't vouch for them, or not for anything here; the words say why."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the issuer vouches for, and where they wanted to go."""

    account: str
    roles: tuple[str, ...]
    where: str


class Oidc:
    """One issuer. Raises `NotVouched`, and pymongo's errors when MongoDB is away."""

    def __init__(
        self,
        settings: PortalSettings,
        database: AsyncIOMotorDatabase,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._begun = database["sign_ins"]
        self._transport = transport
        self._document: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._begun.create_index("expires", expireAfterSeconds=0)

    async def begin(self, where: str) -> tuple[str, str]:
        """The issuer's page to go to, and the state that the browser has to bring back."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        about = await self._discover()
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        await self._begun.insert_one(
            {
                "_id": _hash(state),
                "nonce": nonce,
                "verifier": verifier,
                "where": where,
                "expires": datetime.now(UTC) + LIFE,
            }
        )
        return address, state

    async def finish(self, state: str, expected: str, code: str) -> Vouched:
        """Who has come back from the issuer. `expected` is the state that their browser was given;
        each state counts once."""
        if not hmac.compare_digest(state.encode(), expected.encode()):
            raise NotVouched("This sign-in wasn't begun in this browser.")
        begun = await self._begun.find_one_and_delete(
            {"_id": _hash(state), "expires": {"$gt": datetime.now(UTC)}}
        )
        if begun is None:
            raise NotVouched("This sign-in took too long; please try again.")
        try:
            claims = await self._claims(code, begun)
        except (httpx.HTTPError, OAuthError, JoseError, KeyError, ValueError) as error:
            log.warning("an issuer's answer can't be used", error=repr(error)[:300])
            raise NotVouched("What the issuer says of you can't be used.") from None
        return Vouched(*self._person(claims), begun["where"])

    async def _claims(self, code: str, begun: dict[str, Any]) -> dict[str, Any]:
        about = await self._discover()
        async with self._client() as client:
            token = await client.fetch_token(
                about["token_endpoint"], code=code, code_verifier=begun["verifier"]
            )
            keys = (await client.request("GET", about["jwks_uri"], withhold_token=True)).json()
        told = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.portal_oidc_issuer},
            aud={"essential": True, "value": self._settings.portal_oidc_client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": begun["nonce"]},
        ).validate(told.claims)
        return dict(told.claims)

    def _person(self, claims: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
        name = claims.get(self._settings.portal_oidc_name_claim) or claims.get("sub")
        named = claims.get(self._settings.portal_oidc_roles_claim) or ()
        told = [named] if isinstance(named, str) else named
        roles = tuple(role for role in ROLES if role in told)
        if not isinstance(name, str) or not name:
            raise NotVouched("The issuer doesn't say who you are.")
        if not roles:
            raise NotVouched(f"Your account has none of the roles {', '.join(ROLES)}.")
        return PREFIX + name[:100], roles

    async def _discover(self) -> dict[str, Any]:
        """What the issuer says of itself; asked once."""
        if not self._document:
            issuer = self._settings.portal_oidc_issuer
            address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                async with httpx.AsyncClient(transport=self._transport, timeout=PATIENCE) as client:
                    document = (await client.get(address)).raise_for_status().json()
            except (httpx.HTTPError, ValueError):
                raise NotVouched("The issuer doesn't answer.") from None
            if document.get("issuer") != issuer:
                raise NotVouched("The issuer calls itself by another name.")
            self._document = document
        return self._document

    def _client(self) -> AsyncOAuth2Client:
        settings = self._settings
        return AsyncOAuth2Client(
            settings.portal_oidc_client_id,
            settings.portal_oidc_client_secret.get_secret_value() or None,
            scope="openid profile email",
            redirect_uri=settings.portal_url.rstrip("/") + CALLBACK,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=PATIENCE,
        )


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
