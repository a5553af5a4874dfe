// Reloads the live part of the page. Edited fields, open menus and the focus are kept.
const FIELDS = "textarea, select, input:not([type=hidden])";
const labelOf = (at) => at.getAttribute("aria-label") || at.textContent.trim();
const likeOf = (at, within) => all("a, button, summary", within).find((each) => labelOf(each) === labelOf(at));
const selectorOf = (field) => field.id ? `#${CSS.escape(field.id)}` : `${field.tagName}[name="${field.name}"]`;
const editedFields = (live) => all(FIELDS, live).filter((field) => field.value !== field.defaultValue && field.tagName !== "SELECT");
let refreshing = false;
let refreshAgain = null; // what to do about a change that an answer on its way may not show
let refreshAfterRequest = false;
let refreshAfterPress = false;

// Offers to show a change instead of showing it. An answer that was asked for before doesn't have
// it, so the offer stays when that answer comes.
let offers = 0;
const offer = () => { offers += 1; one("#hint").hidden = false; };

// Shows a change, unless somebody is typing: then it is offered.
function showChange() {
  if (dialog.open || editedFields(one("#live")).length) offer();
  else if (refreshing) refreshAgain ??= showChange;
  else refresh();
}

// Menus and whatever else can be opened, by what stays the same when the page is read again.
function folded(within) {
  const found = new Map(), count = {};
  for (const each of all("details", within)) {
    const label = each.dataset.keeps || labelOf(one("summary", each));
    count[label] = (count[label] || 0) + 1;
    found.set(`${count[label]} ${label}`, each);
  }
  return found;
}

// A click counts only if the element under it stays from the press to the release.
let pressed = false;
const press = () => { pressed = true; };
const release = () => setTimeout(() => {
  pressed = false;
  if (refreshAfterPress) { refreshAfterPress = false; refresh(); }
});
addEventListener("pointerdown", press, true);
addEventListener("pointerup", release, true);
addEventListener("pointercancel", release, true);
addEventListener("pointermove", (event) => { if (pressed && !event.buttons) release(); }, true);
addEventListener("keydown", (event) => { if (event.key === " ") press(); }, true);
addEventListener("keyup", release, true);
addEventListener("blur", release);

async function refresh() {
  const live = one("#live");
  if (!live) return;
  if (refreshing) { refreshAgain = refresh; return; }
  refreshing = true;
  try {
    const asked = location.href, offersBefore = offers;
    const answer = await fetch(asked, { credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") { askToSignIn(refresh); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
    if (!fresh || answer.redirected) { location.reload(); return; }
    // Something else was chosen meanwhile: the answer shows what was there before.
    if (location.href !== asked) { refreshAgain = refresh; return; }
    // A form that waits for its response must stay: otherwise its text could be sent again.
    if (one(".htmx-request", live)) { refreshAfterRequest = true; return; }
    if (pressed) { refreshAfterPress = true; return; }
    const kept = editedFields(live).map((field) => [selectorOf(field), field.value]);
    const focus = live.contains(document.activeElement) ? document.activeElement : null;
    const open = [...folded(live)].filter(([, each]) => each.open).map(([label]) => label);
    live.replaceWith(fresh);
    htmx.process(fresh);
    if (offers !== offersBefore) one("#hint", fresh).hidden = false;
    for (const [where, value] of kept) {
      const field = one(where, fresh);
      if (field) field.value = value;
    }
    const foldedNow = folded(fresh);
    for (const label of open) if (foldedNow.has(label)) foldedNow.get(label).open = true;
    if (focus) {
      const same = focus.name ? one(selectorOf(focus), fresh)
        : likeOf(focus, fresh);
      if (same) same.focus();
    }
  } catch {
    showMessage(document.body.dataset.noAnswer);
  } finally {
    refreshing = false;
    const again = refreshAgain;
    refreshAgain = null;
    if (again) again();
  }
}

document.addEventListener("htmx:afterRequest", () => {
  if (refreshAfterRequest) { refreshAfterRequest = false; refresh(); }
});

onClick("[data-refresh]", refresh);
