"""Rejections that any service may return for any command."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

RUNTIME: Mapping[str, ErrorText] = {
    "id-reused": ErrorText("{what} exists already with other content.", "Use a new id."),
    "id-reused.order": ErrorText("This id belongs to order {order}.", "Use a new id."),
    "id-reused.draft": ErrorText(
        "The draft's id belongs to order {order}, so the draft can't be placed.",
        "Start a new draft.",
    ),
    "deleted": ErrorText("{what} was deleted{when}{by}.", "Use a new id."),
    "version-conflict": ErrorText(
        "It is at version {version}, not {expected}: it has been changed in the meantime.",
        "Look at what has changed, then try again.",
    ),
}
