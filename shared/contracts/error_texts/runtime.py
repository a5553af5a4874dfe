"""Rejections that every service can give, whatever the command."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

RUNTIME: Mapping[str, ErrorText] = {
    "id-reused": ErrorText("{what} exists already with other content.", "Use a new id."),
    "deleted": ErrorText("{what} was deleted{when}{by}.", "Use a new id."),
    "version-conflict": ErrorText(
        "It is at version {version}, not {expected}: it has been changed in the meantime.",
        "Look at what has changed, then try again.",
    ),
}
