"""Judges a page as the eye does: from the pixels of its screenshot."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

ENOUGH, LARGE_ENOUGH = 4.5, 3.0  # WCAG 2.2, 1.4.3
# Edges of letters are softened: at two pixels a point the middle of a stroke still loses a little.
SOFTENED = 0.8
SHARES = (0.2126, 0.7152, 0.0722)
_SRGB = np.arange(256, dtype=np.float32) / 255
LINEAR = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4)
MOST = 12  # faults of one view that are told

# Every text and every control that is meant to be seen: where it is, how it is meant to look, and
# whether a mouse at its middle hits it. What is scrolled away within an area can be reached.
COLLECT = """() => {
  const found = [];
  // What is opened on the page is what is looked at; the page behind it may be covered.
  const OPEN = "dialog[open], details.menu[open] > ul, details.dropdown[open] > fieldset";
  const top = document.querySelector(OPEN) || document.body;
  // What is clipped away is for screen readers alone.
  const clipped = (e) => {
    for (let p = e; p; p = p.parentElement) {
      if (getComputedStyle(p).clipPath === "inset(50%)") return true;
    }
    return false;
  };
  const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && !e.closest(".hidden, .skip, [hidden], svg, option, noscript") && !clipped(e);
  const clip = (e, r) => {
    let box = { l: r.left, t: r.top, r: r.right, b: r.bottom }, reach = false;
    for (let p = e; p && p !== document.documentElement; p = p.parentElement) {
      const s = getComputedStyle(p);
      const scrolls = /auto|scroll/.test(s.overflowX + s.overflowY);
      if (p !== e && (scrolls || /hidden|clip/.test(s.overflowX + s.overflowY))) {
        const q = p.getBoundingClientRect();
        const within = { l: Math.max(box.l, q.left), t: Math.max(box.t, q.top),
          r: Math.min(box.r, q.right), b: Math.min(box.b, q.bottom) };
        if (scrolls && JSON.stringify(within) !== JSON.stringify(box)) reach = true;
        box = within;
      }
      if (s.position === "fixed") break; // a dialog clips what is in it; nothing clips a dialog
    }
    return { box, reach };
  };
  // What lies under a bar at the bottom edge comes into view by scrolling.
  const bar = [...document.querySelectorAll("[data-bar]")]
    .find((e) => getComputedStyle(e).position === "fixed");
  const open = top.closest("dialog, details");
  const end = bar && !open ? bar.getBoundingClientRect().top : innerHeight;
  // What a scrolled page has under a heading that stays comes into view by scrolling, too.
  const heading = (e) => {
    for (let p = e; p; p = p.parentElement) {
      if (getComputedStyle(p).position === "sticky") return p;
    }
    return null;
  };
  const add = (e, r, words, control) => {
    if (r.width < 2 || r.height < 2) return;
    const { box, reach } = clip(e, r);
    const s = getComputedStyle(e);
    const size = parseFloat(s.fontSize), bold = parseInt(s.fontWeight, 10) >= 700;
    const x = (box.l + box.r) / 2, y = (box.t + box.b) / 2;
    const low = bar && bar.contains(e) ? innerHeight : end;
    // A strip of a text at the edge of what scrolls can't be judged; it comes into view.
    const strip = reach && (box.b - box.t) < 0.6 * r.height;
    const inside = !strip && x >= 0 && y >= 0 && x < innerWidth && y < low;
    const inView = inside && box.r > box.l && box.b > box.t;
    const hit = inView ? document.elementFromPoint(x, y) : null;
    const over = scrollY && hit && heading(hit);
    if (over && !over.contains(e)) return;
    const off = e.closest("[aria-disabled=true], :disabled, label:has(:disabled)");
    found.push({ words: words.trim().slice(0, 60), control, reach, inView,
      left: r.left, right: r.right, box: [box.l, box.t, box.r, box.b],
      large: size >= 24 || (bold && size >= 18.66), disabled: !!off, colour: s.color,
      hit: !hit || e.contains(hit) || hit.contains(e)
        || [...(e.labels || [])].some((l) => l.contains(hit)),
      over: hit ? hit.tagName + "." + hit.className : "" });
  };
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    if (!n.data.trim() || !shown(n.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
    if (rects.length) add(n.parentElement, rects[0], n.data, false);
  }
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const e of top.querySelectorAll(CONTROLS)) {
    const words = e.getAttribute("aria-label") || e.textContent || e.name || "";
    if (shown(e)) add(e, e.getBoundingClientRect(), words, true);
  }
  const dialog = document.querySelector("dialog[open]");
  const inDialog = dialog ? dialog.scrollWidth - dialog.clientWidth : 0;
  return { found, wide: document.documentElement.scrollWidth, width: innerWidth, inDialog };
}"""

# The page places an open menu on `scroll` events, which come with the next frame: what is measured
# before that isn't where the screenshot shows it.
SCROLL = """(top) => new Promise((done) => {
  scrollTo(0, top);
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@dataclass(frozen=True)
class Fault:
    """Something that a person couldn't see, reach or click."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what!r} {self.why}"


def faults(page: Page) -> list[Fault]:
    """Everything on the page, as far down as it goes, that breaks what the eye needs."""
    found: list[Fault] = []
    seen = 0.0
    while True:
        page.evaluate(SCROLL, seen)
        at = page.evaluate("scrollY")
        found += _faults_here(page)
        total = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        if at >= total - 1 or page.locator("dialog[open]").count() or len(found) > MOST:
            break
        seen = at + page.evaluate("innerHeight") - 80
    page.evaluate("scrollTo(0, 0)")
    return list(dict.fromkeys(found))[:MOST]


def _faults_here(page: Page) -> list[Fault]:
    told: dict[str, Any] = page.evaluate(COLLECT)
    pixels = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    scale = pixels.shape[1] / told["width"]
    found = []
    if told["wide"] > told["width"] + 1:
        found.append(Fault("the page", f"scrolls sideways: {told['wide']} of {told['width']} px"))
    if told["inDialog"] > 0:
        found.append(Fault("the dialog", f"scrolls sideways: {told['inDialog']} px are hidden"))
    for item in told["found"]:
        what = item["words"] or "a control without words"
        outside = item["left"] < -1 or item["right"] > told["width"] + 1
        if outside and not item["reach"]:
            found.append(Fault(what, f"reaches from {item['left']:.0f} to {item['right']:.0f} px"))
        if not item["inView"]:
            continue
        if not item["hit"]:
            found.append(Fault(what, f"lies under {item['over']}"))
        elif not item["control"] and not item["disabled"]:
            needed = LARGE_ENOUGH if item["large"] else ENOUGH
            contrast = _contrast(pixels, [edge * scale for edge in item["box"]])
            if contrast is not None and contrast < needed * SOFTENED:
                found.append(Fault(what, f"has a contrast of {contrast:.1f} ({item['colour']})"))
    return found


def _luminance(pixels: np.ndarray) -> np.ndarray:
    """The relative luminance (WCAG 2.2) of each pixel."""
    return np.asarray(sum(LINEAR[pixels[..., n]] * share for n, share in enumerate(SHARES)))


def _contrast(pixels: np.ndarray, box: list[float]) -> float | None:
    """The contrast between what fills a text's rectangle and what stands out most from it."""
    left, top, right, bottom = (round(max(edge, 0)) for edge in box)
    part = _luminance(pixels[top:bottom, left:right]).ravel()
    if part.size < 30:
        return None  # scrolled away, but for a sliver
    values, counts = np.unique(part.round(3), return_counts=True)
    ground = float(values[counts.argmax()])
    extremes = np.quantile(part, [0.001, 0.999])
    return max(
        (max(ground, float(ink)) + 0.05) / (min(ground, float(ink)) + 0.05) for ink in extremes
    )
