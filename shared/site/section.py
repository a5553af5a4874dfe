"""The base class of the sections of `config/site.yaml`."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the file. An unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
