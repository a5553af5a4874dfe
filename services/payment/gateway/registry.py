"""The registry of providers: the files in `providers/`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from services.payment.gateway import providers
from services.payment.gateway.provider import Provider, Tell
from shared.contracts import Malformed
from shared.site import Site


def names() -> list[str]:
    """Returns the names that `config/site.yaml` may use for providers."""
    return sorted(module.name for module in pkgutil.iter_modules(providers.__path__))


def make_all(tell: Tell) -> Mapping[str, Provider]:
    """Creates every provider; returns them by name."""
    return {name: import_module(f"{providers.__name__}.{name}").make(tell) for name in names()}


def check(site: Site) -> None:
    """Raises `Malformed`, naming the field, if a payment method's provider isn't known."""
    known = names()
    for method_id, method in site.payment_methods.items():
        if method.provider is not None and method.provider not in known:
            place = f"payment_methods.{method_id}.provider"
            words = f"no provider is called {method.provider}; there are {', '.join(known)}"
            raise Malformed(place, words)
