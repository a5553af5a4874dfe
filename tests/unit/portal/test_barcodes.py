"""Barcodes on printed pages."""

from services.portal.web.frame.barcodes import barcode


def test_bars_are_black_on_white_without_a_style_that_the_policy_forbids() -> None:
    drawn = barcode("PO1000001")
    assert "style=" not in drawn
    assert drawn.count('fill="white"') == 1
    assert drawn.count('fill="black"') > 20
