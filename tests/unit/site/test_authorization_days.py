"""How long authorizations last is configuration; a wrong one is refused with its field."""

from pathlib import Path

import pytest

from shared.site import SiteError, load

CONFIG = Path(__file__).parents[3] / "config" / "site.yaml"
CARD = "credit-card: {name: Credit card, provider: simulated"


def site_with(tmp_path, settings, method=CARD):
    text = CONFIG.read_text(encoding="utf-8")
    assert method in text
    path = tmp_path / "site.yaml"
    path.write_text(text.replace(method, f"{method}, {settings}"), encoding="utf-8")
    return path


def test_authorizations_last_for_ever_unless_a_method_says_otherwise(tmp_path):
    methods = load(site_with(tmp_path, "authorization_days: 7")).payment_methods
    assert (methods["credit-card"].authorization_days, methods["credit-card"].renew) == (7, False)
    assert methods["paypal"].authorization_days is None
    methods = load(site_with(tmp_path, "authorization_days: 7, renew: true")).payment_methods
    assert methods["credit-card"].renew


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ("authorization_days: 0", "authorization_days"),
        ("authorization_days: 1.5", "authorization_days"),
        ("authorization_days: 3651", "authorization_days"),
        ("renew: perhaps", "renew"),
        ("renew: true", "renew"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(tmp_path, settings, field):
    with pytest.raises(SiteError, match=f"payment_methods.credit-card.{field}: "):
        load(site_with(tmp_path, settings))


def test_only_a_provider_can_renew(tmp_path):
    check = "check: {name: Check, manual: true"
    path = site_with(tmp_path, "authorization_days: 7, renew: true", check)
    with pytest.raises(SiteError, match=r"payment_methods\.check\.renew: only a method with"):
        load(path)
