"""The one arithmetic of discounts, coupons and taxes: drafting, placing and editing share it."""
