"""What every part of `config/site.yaml` has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the file; a field that it doesn't know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
