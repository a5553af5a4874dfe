"""Sign-in with OpenID Connect: the authorization code flow, with PKCE.

People are signed in with the roles that the issuer's token names; they need no local account.
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
TIMEOUT_SECONDS = 10.0
LIFETIME = timedelta(minutes=10)
LEEWAY = 60
# Local names have no colon, so a name from the issuer never equals a local one.
PREFIX = "sso:"


class SignInRefused(Exception):
    """The sign-in failed, or the person has no role here; the message says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person whom the issuer has identified, and the page to open."""

    account: str
    roles: tuple[str, ...]
    where: str


class Oidc:
    """One issuer. Methods raise `SignInRefused`, and pymongo's errors without MongoDB."""

    def __init__(
        self,
        settings: PortalSettings,
        database: AsyncIOMotorDatabase,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._sign_ins = database["sign_ins"]
        self._transport = transport
        self._document: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._sign_ins.create_index("expires", expireAfterSeconds=0)

    async def begin(self, where: str) -> tuple[str, str]:
        """Starts a sign-in; returns the issuer's address, and the state to keep in the browser."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        discovery = await self._discover()
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                discovery["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        await self._sign_ins.insert_one(
            {
                "_id": _hash(state),
                "nonce": nonce,
                "verifier": verifier,
                "where": where,
                "expires": datetime.now(UTC) + LIFETIME,
            }
        )
        return address, state

    async def finish(self, state: str, expected: str, code: str) -> Identity:
        """Finishes a sign-in. `expected` is the state that was kept in the browser.

        Each state can be used once.
        """
        if not hmac.compare_digest(state.encode(), expected.encode()):
            raise SignInRefused(
                "This sign-in was started in another browser. Please start again here."
            )
        begun = await self._sign_ins.find_one_and_delete(
            {"_id": _hash(state), "expires": {"$gt": datetime.now(UTC)}}
        )
        if begun is None:
            raise SignInRefused("This sign-in took too long. Please try again.")
        try:
            claims = await self._claims(code, begun)
        except (httpx.HTTPError, OAuthError, JoseError, KeyError, ValueError) as error:
            log.warning("invalid answer from the issuer", error=repr(error)[:300])
            raise SignInRefused(
                "The sign-in service sent an invalid answer. Please try again, or tell an operator."
            ) from None
        return Identity(*self._person(claims), begun["where"])

    async def _claims(self, code: str, begun: dict[str, Any]) -> dict[str, Any]:
        discovery = await self._discover()
        async with self._client() as client:
            token = await client.fetch_token(
                discovery["token_endpoint"], code=code, code_verifier=begun["verifier"]
            )
            keys = (await client.request("GET", discovery["jwks_uri"], withhold_token=True)).json()
        token_claims = jwt.decode(
            token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS
        )
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.portal_oidc_issuer},
            aud={"essential": True, "value": self._settings.portal_oidc_client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": begun["nonce"]},
        ).validate(token_claims.claims)
        return dict(token_claims.claims)

    def _person(self, claims: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
        name = claims.get(self._settings.portal_oidc_name_claim) or claims.get("sub")
        named = claims.get(self._settings.portal_oidc_roles_claim) or ()
        names = [named] if isinstance(named, str) else named
        roles = tuple(role for role in ROLES if role in names)
        if not isinstance(name, str) or not name:
            raise SignInRefused("The sign-in service didn't send your name. Tell an administrator.")
        if not roles:
            raise SignInRefused(
                f"Your account has none of the roles {', '.join(ROLES)}. Ask an administrator."
            )
        return PREFIX + name[:100], roles

    async def _discover(self) -> dict[str, Any]:
        """The issuer's discovery document; loaded once."""
        if not self._document:
            issuer = self._settings.portal_oidc_issuer
            address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                async with httpx.AsyncClient(
                    transport=self._transport, timeout=TIMEOUT_SECONDS
                ) as client:
                    document = (await client.get(address)).raise_for_status().json()
            except (httpx.HTTPError, ValueError):
                raise SignInRefused(
                    "The sign-in service doesn't answer. Please try again in a moment."
                ) from None
            if document.get("issuer") != issuer:
                raise SignInRefused(
                    "The sign-in service reports another issuer than configured. Tell an operator."
                )
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
            timeout=TIMEOUT_SECONDS,
        )


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
