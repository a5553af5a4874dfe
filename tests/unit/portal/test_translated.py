"""Every page and dialog in another language: no text of the portal stays English.

The translation of this test puts brackets around what it translates. What is left outside is data
of the fixture, or a text that nobody marked for translation.
"""

from __future__ import annotations

import gettext
import html
import re
from collections.abc import Iterator

import httpx
import pycountry
import pytest
from babel import Locale

from services.portal import data_texts, i18n
from tests.forms import action_of, fields_of
from tests.unit.given import SITE
from tests.unit.portal.test_forms import FILLED
from tests.unit.portal.test_wrong_input import (
    CART,
    CART_DIALOGS,
    CSRF,
    CUSTOMER,
    CUSTOMER_DIALOGS,
    FIRST,
    ORDER_DIALOGS,
    RETURN_DIALOGS,
    client,
    main_of,
)
from tests.unit.portal.test_wrong_input import DIALOGS as FORM_DIALOGS

__all__ = ["client"]

OPEN, CLOSE = "\u27e6", "\u27e7"
INNERMOST = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
UNSEEN = re.compile(
    r"(?s)<head.*?</head>|<script.*?</script>|<style.*?</style>|<svg.*?</svg>|<pre.*?</pre>"
)
SAID = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
# Data, names and what reads the same in every language.
DATA = re.compile(
    r"""(?x) [a-z]+(?:[.-][a-z-]+)+
    |Mercy|Taylor|mercy@example\.com|Pike|Pl\b|Seattle|WA\b|United|States|US\b|USD|anna
    |Coventry|Rotterdam|Osaka|Japan|Sweden|Kingdom|Waybill|Standard|Express|days|day\b|Next|next
    |Australia|Germany|France|Ireland|Netherlands|Norway|Telephone|payment|Bank|transfer|Check|Cash
    |Invoice|PayPal|vo?r\b|Tag(en)?|Minuten?|Stunden?|Sekunden?|in\b|Nov|GBP|JPY
    |psp_1|alert|script|Kafka|failed|malformed|rejected|waybill-\w+|x-own|order-\w+|dead-letters
    |order|cart|payment|shipment|notify|portal|events|commands|requests|levels|releases|topics
    |Linen|dress|Silk|scarf|Dress|Mug|SKU(-\w+)*|PO\d+|cu-\w+|c-\w+|p-\w+|a-1|job-1|card|Credit
    |supervisor|operator|viewer|csr|warehouse|Deutsch|English|Ctrl|Alt|Shift|Space|Enter|Esc|CSV|PDF
    |\d+\w*|[A-Z]{2,}\w*|https?:\S+|/\S+
    """
)
SELLER = SITE.seller
NAMED = {*SITE.returns.reasons.values(), *SITE.returns.conditions.values()} | (
    {SELLER.name, *SELLER.address} if SELLER else set()
)
COUNTRIES = set(Locale("de").territories.values()) | {c.name for c in pycountry.countries}
WORD = re.compile(r"[^\W\d_]{3,}")

PAGES = [
    "/", "/orders", "/orders?status=OnHold", "/orders/c-1", "/orders/c-1?tab=notes",
    "/orders/c-1?tab=timeline", "/carts", "/customers", f"/customers/{CUSTOMER}", "/create",
    "/catalog", "/warehouse", "/warehouse/seattle/stock", "/warehouse/seattle/picking", "/jobs",
    "/jobs/job-1", "/operations/letters", f"/operations/letters/{FIRST.id}", "/operations/health",
    "/returns", "/returns/c-1/ret-1", "/returns/c-1/ret-1/slip",
    "/nowhere", "/orders/c-1/invoice", "/orders/c-1/slips",
]  # fmt: skip
DIALOGS = [
    *(f"/orders/c-1/dialog/{name}?shipment=1&line=1&payment=p-1" for name in ORDER_DIALOGS),
    *(f"/orders/c-1/returns/dialog/{name}?return=ret-1" for name in RETURN_DIALOGS),
    *(f"/carts/{CART}/dialog/{name}?shipment=1&line=1" for name in CART_DIALOGS),
    *(f"/customers/{CUSTOMER}/dialog/{name}?address=a-1" for name in CUSTOMER_DIALOGS),
]


class _Brackets(gettext.NullTranslations):
    """A translation that marks what it has translated."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture(autouse=True)
def _bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found = {"en": gettext.NullTranslations(), "de": _Brackets()}
    monkeypatch.setattr(i18n, "catalogs", lambda: found)
    data_texts._translated.cache_clear()
    yield
    data_texts._translated.cache_clear()


def left_english(page: str) -> list[str]:
    """The texts of a page that nobody has translated, without data."""
    seen = UNSEEN.sub(" ", page)
    texts = [*SAID.findall(seen), *re.split(r"<[^>]*>", seen)]
    found = []
    for text in map(html.unescape, texts):
        outside = text
        while outside != (shorter := INNERMOST.sub(" ", outside)):
            outside = shorter
        if outside.strip() in COUNTRIES | NAMED:
            continue
        outside = DATA.sub(" ", outside.partition(OPEN)[0].rpartition(CLOSE)[2])
        if WORD.search(outside):
            found.append(text.strip())
    return sorted(set(found))


@pytest.mark.parametrize("path", [*PAGES, *DIALOGS])
async def test_nothing_stays_english(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept-Language": "de"})

    assert answer.status_code in (200, 404, 503)
    assert left_english(answer.text) == []


WRONG = ("", "x" * 5000)


@pytest.mark.parametrize("path", FORM_DIALOGS)
async def test_no_refusal_of_a_form_stays_english(client: httpx.AsyncClient, path: str) -> None:
    page = main_of((await client.get(path)).text)
    action = action_of(page)
    right = {name: text or FILLED.get(name, "") for name, text in fields_of(page).items()}
    right |= {"customer_id": CUSTOMER} if action == "/create" else {}
    headers = {**CSRF, "Accept-Language": "de"}
    for name in right.keys() - {"key", "said", "then"}:
        for wrong in WRONG:
            answer = await client.post(action, data={**right, name: wrong}, headers=headers)
            assert answer.status_code < 400 or left_english(answer.text) == [], name
