"""The settings of the notify service: `WAYBILL_NOTIFY_SMTP_HOST` and so on."""

from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.notify.mail.addresses import is_deliverable
from shared.runtime.settings import Settings


class NotifySettings(Settings):
    """The settings. Nothing is sent unless `notify_smtp_host` is set.

    notify_smtp_host      the mail server, which passes mails on.
    notify_smtp_security  `starttls` encrypts after connecting, `tls` from the start.
    notify_smtp_cafile    authorities that may have signed the server's certificate, if not the
                          system's.
    notify_from           the sender: `Tea Shop <orders@shop.example>`.
    notify_templates      a folder whose templates replace the shipped ones of the same name.
    """

    notify_smtp_host: str = ""
    notify_smtp_port: int = Field(default=587, ge=1, le=65535)
    notify_smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    notify_smtp_username: str | None = None
    notify_smtp_password: SecretStr | None = None
    notify_smtp_cafile: Path | None = None
    notify_from: str = ""
    notify_templates: Path | None = None

    @field_validator("notify_smtp_cafile")
    @classmethod
    def _is_file(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError(f"the file {file} doesn't exist")
        return file

    @field_validator("notify_templates")
    @classmethod
    def _is_folder(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError(f"the folder {folder} doesn't exist")
        return folder

    @field_validator("notify_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if value and not (value.isprintable() and is_deliverable(parseaddr(value)[1])):
            raise ValueError("write it as Tea Shop <orders@shop.example>")
        return value

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        if self.notify_smtp_host and not self.notify_from:
            raise ValueError("WAYBILL_NOTIFY_SMTP_HOST needs WAYBILL_NOTIFY_FROM")
        if (self.notify_smtp_username is None) != (self.notify_smtp_password is None):
            raise ValueError("set both WAYBILL_NOTIFY_SMTP_USERNAME and _PASSWORD, or neither")
        if self.notify_smtp_password is not None and self.notify_smtp_security == "none":
            raise ValueError(
                "WAYBILL_NOTIFY_SMTP_PASSWORD needs WAYBILL_NOTIFY_SMTP_SECURITY=starttls or tls: "
                "it would be sent in the clear"
            )
        return self
