"""The arithmetic of discounts, coupons and taxes, for drafts, new orders and edits alike."""
