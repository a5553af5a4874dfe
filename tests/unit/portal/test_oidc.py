"""Sign-in with OpenID Connect, against valid and forged answers of the issuer."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from services.portal.auth.oidc import Oidc, SignInRefused
from services.portal.settings import PortalSettings

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig"})


class SignIns:
    """The collection of started sign-ins, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    async def insert_one(self, document: dict[str, Any]) -> None:
        self.kept[document["_id"]] = document

    async def find_one_and_delete(self, query: dict[str, Any]) -> dict[str, Any] | None:
        return self.kept.pop(query["_id"], None)


class Issuer:
    """Issues tokens for Anna with these `claims`, signed with this `key`."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}
        self.document = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json=self.document)
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        self.asked = parse_qs(request.content.decode())
        if self.asked["code"] != ["good"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        token = jwt.encode({"alg": "RS256", "kid": "k-1"}, self.claims, self.key)
        body = {"access_token": "a", "token_type": "Bearer", "id_token": token}
        return httpx.Response(200, json=body)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def oidc(issuer: Issuer) -> Oidc:
    settings = PortalSettings(
        portal_oidc_issuer=ISSUER,
        portal_oidc_client_id="waybill",
        portal_url="https://portal.example",
    )
    return Oidc(settings, {"sign_ins": SignIns()}, httpx.MockTransport(issuer))  # type: ignore[arg-type]


async def start(oidc: Oidc, issuer: Issuer, **claims: Any) -> str:
    """Starts a sign-in and prepares the issuer's claims; returns the state."""
    address, state = await oidc.begin("/orders")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://portal.example/sign-in/oidc/back"]
    now = int(datetime.now(UTC).timestamp())
    issuer.claims = {
        "iss": ISSUER,
        "aud": "waybill",
        "sub": "17",
        "exp": now + 300,
        "iat": now,
        "nonce": asked["nonce"][0],
        "preferred_username": "anna",
        "roles": ["csr", "astronaut"],
    } | claims
    return state


async def test_identified_person_gets_the_roles_that_the_portal_knows(oidc, issuer):
    state = await start(oidc, issuer)
    found = await oidc.finish(state, state, "good")
    assert (found.account, found.roles, found.where) == ("sso:anna", ("csr",), "/orders")
    assert issuer.asked["code_verifier"]


async def test_state_can_be_used_once(oidc, issuer):
    state = await start(oidc, issuer)
    await oidc.finish(state, state, "good")
    with pytest.raises(SignInRefused):
        await oidc.finish(state, state, "good")


async def test_a_sign_in_that_another_browser_began_is_refused(oidc, issuer):
    state = await start(oidc, issuer)
    with pytest.raises(SignInRefused):
        await oidc.finish(state, "another", "good")


@pytest.mark.parametrize(
    "forged",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"nonce": "another"},
        {"roles": []},
        {"roles": ["astronaut"]},
        {"preferred_username": None, "sub": None},
    ],
)
async def test_invalid_claims_are_refused(oidc, issuer, forged):
    state = await start(oidc, issuer, **forged)
    with pytest.raises(SignInRefused):
        await oidc.finish(state, state, "good")


async def test_token_with_another_signature_is_refused(oidc, issuer):
    state = await start(oidc, issuer)
    issuer.key = OTHER_KEY
    with pytest.raises(SignInRefused):
        await oidc.finish(state, state, "good")


async def test_a_code_that_the_issuer_refuses_is_refused(oidc, issuer):
    state = await start(oidc, issuer)
    with pytest.raises(SignInRefused):
        await oidc.finish(state, state, "bad")


async def test_discovery_document_of_another_issuer_is_refused(oidc, issuer):
    issuer.document["issuer"] = "https://evil.example"
    with pytest.raises(SignInRefused):
        await oidc.begin("/")


def test_incomplete_configuration_is_refused():
    with pytest.raises(ValueError, match="WAYBILL_PORTAL_URL"):
        PortalSettings(portal_oidc_issuer=ISSUER, portal_oidc_client_id="waybill")
