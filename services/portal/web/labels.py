"""Fields of commands as the forms call them."""

LABELS = {"line1": "Address", "line2": "Address, second line"}


def label(field: str) -> str:
    """`address.postal_code` is Postal code."""
    name = field.rpartition(".")[2]
    return LABELS.get(name, name.replace("_", " ").capitalize())
