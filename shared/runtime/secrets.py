"""Reads secrets from files: `WAYBILL_KAFKA_PASSWORD_FILE` names the file with the password."""

import os
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

ENDING = "_FILE"


class SettingsError(Exception):
    """Invalid settings: names which ones, and why. The message never shows a secret value."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each secret setting from the first line of the file that `<setting>_FILE` names.

    Raises `SettingsError` if the file can't be read, or if the secret is given twice.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """See pydantic-settings; the value is None if no file is named."""
        variable = f"{self.config['env_prefix']}{field_name}".upper()
        found = secret(variable) if is_secret(field) and variable + ENDING in os.environ else None
        return found, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The values of all settings that are read from files."""
        named = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in named.items() if value is not None}


def secret(variable: str) -> str | None:
    """Reads a secret from the environment, or from the file that it names; None if neither is set.

    Raises `SettingsError` if the file can't be read, or if the secret is given twice.
    """
    value, file = os.environ.get(variable), os.environ.get(variable + ENDING)
    if not file:
        return value
    if value:
        raise SettingsError(f"{variable} and {variable}{ENDING} are both set: keep one of them")
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{variable}{ENDING}: {file}: {why}") from None
    if not lines or not lines[0]:
        raise SettingsError(f"{variable}{ENDING}: {file}: its first line is empty")
    return lines[0]


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is a secret."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)
