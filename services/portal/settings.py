"""The portal's own settings, `WAYBILL_PORTAL_…`, beside those that every process has."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.portal.webhooks.addresses import networks
from shared.monitoring.processes import parse_targets
from shared.runtime.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]


class PortalSettings(Settings):
    """The settings of the portal.

    portal_secure_cookies  False allows cookies over plain HTTP, to localhost only.
    portal_stay_days       how long "Stay signed in" keeps a session; 0 doesn't offer it.
    portal_assets          the folder into which `make setup` put styles, scripts and icons.
    portal_url             the portal's public address, to which OpenID Connect redirects back.
    portal_watches         the addresses of the services, for the health page.
    portal_expiring_days   how many days before it expires an authorization is listed.
    portal_bulk_job_days   how many days a bulk job and its results are kept.
    portal_webhooks        whether this process delivers webhooks.
    portal_webhook_seconds  the longest that one request may take.
    portal_webhook_park_hours  after how long an order's failing deliveries wait for an operator.
    portal_webhook_days    how many days deliveries are kept once they were delivered or parked.
    portal_webhook_secret_hours  how long a replaced secret stays valid.
    portal_webhook_networks  networks that may be reached though they aren't public.
    portal_webhook_loopback  allows http, to this machine only: for trying out.
    portal_oidc_issuer     the OpenID Connect issuer; empty: local accounts only.
    """

    portal_secure_cookies: bool = True
    portal_session_hours: int = Field(default=12, ge=1, le=24 * 7)
    portal_stay_days: int = Field(default=14, ge=0, le=30)
    portal_wait_seconds: float = Field(default=5.0, gt=0, le=60)
    portal_expiring_days: int = Field(default=2, ge=0, le=365)
    portal_bulk_job_days: int = Field(default=30, ge=1, le=365)
    portal_assets: Path = PROJECT / "node_modules"
    portal_url: str = ""
    portal_watches: str = ""
    portal_webhooks: bool = True
    portal_webhook_seconds: float = Field(default=10.0, ge=0.1, le=30)
    portal_webhook_park_hours: float = Field(default=24.0, gt=0, le=24 * 14)
    portal_webhook_days: float = Field(default=7.0, gt=0, le=90)
    portal_webhook_secret_hours: float = Field(default=24.0, ge=0, le=24 * 30)
    portal_webhook_networks: str = ""
    portal_webhook_loopback: bool = False
    portal_oidc_issuer: str = ""
    portal_oidc_client_id: str = ""
    portal_oidc_client_secret: SecretStr = SecretStr("")
    portal_oidc_label: str = "Single sign-on"
    portal_oidc_name_claim: str = "preferred_username"
    portal_oidc_roles_claim: str = "roles"

    @field_validator("portal_watches")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        parse_targets(value)
        return value

    @field_validator("portal_webhook_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks(value)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = (self.portal_oidc_issuer, self.portal_oidc_client_id, self.portal_url)
        if any(given[:2]) and not all(given):
            raise ValueError(
                "OpenID Connect needs WAYBILL_PORTAL_OIDC_ISSUER, WAYBILL_PORTAL_OIDC_CLIENT_ID "
                "and WAYBILL_PORTAL_URL"
            )
        return self
