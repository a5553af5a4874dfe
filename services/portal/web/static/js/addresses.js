// Address fields of a customer on record: typing a name or a street offers the addresses that are
// known, as a combobox (WAI-ARIA), and choosing one fills in all fields. The focus stays in the field.
const SUGGESTS = "[data-suggests] :is([name='address.name'], [name='address.line1'])";
let suggestions = null; // the open or awaited list: { field, place, list, told, asked, timer }
let suggestionLists = 0;

const suggested = () => all("[role=option]", suggestions.list);

function offerSuggestions(field) {
  if (suggestions && suggestions.field === field) return;
  dropSuggestions();
  const place = field.closest("[data-suggests]");
  const list = document.createElement("div");
  list.id = `suggestions-${++suggestionLists}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset.list);
  const told = document.createElement("span");
  told.className = "hidden";
  told.setAttribute("role", "status");
  place.append(list, told);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  // A press of the mouse must not take the focus from the field, which would close the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) fillAddress(option);
  });
  suggestions = { field, place, list, told, asked: 0, timer: 0 };
}

function dropSuggestions() {
  if (!suggestions) return;
  const { field, list, told, timer } = suggestions;
  clearTimeout(timer);
  for (const name of ["role", "aria-autocomplete", "aria-expanded", "aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
  list.remove();
  told.remove();
  suggestions = null;
}

function closeSuggestions() {
  clearTimeout(suggestions.timer);
  suggestions.asked += 1; // an answer that is under way opens nothing
  suggestions.list.hidden = true;
  suggestions.field.setAttribute("aria-expanded", "false");
  suggestions.field.removeAttribute("aria-activedescendant");
}

function markSuggestion(option) {
  for (const each of suggested()) each.setAttribute("aria-selected", String(each === option));
  suggestions.field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function askSuggestions() {
  const mine = suggestions;
  const asked = ++mine.asked;
  const at = new URL(mine.place.dataset.suggests, location.href);
  at.searchParams.set("text", mine.field.value);
  const answer = await fetch(at, { credentials: "same-origin", headers: { "HX-Request": "true" } }).catch(() => null);
  const text = answer && answer.ok && !answer.redirected ? await answer.text() : "";
  if (mine !== suggestions || asked !== mine.asked) return; // the text or the field is another by now
  mine.list.innerHTML = text;
  const options = suggested();
  options.forEach((each, number) => { each.id = `${mine.list.id}-${number}`; });
  if (!options.length) { closeSuggestions(); mine.told.textContent = ""; return; }
  mine.list.hidden = false;
  // Right below the field, over what follows.
  mine.list.style.top = `${mine.field.getBoundingClientRect().bottom - mine.place.getBoundingClientRect().top}px`;
  mine.list.scrollIntoView({ block: "nearest" });
  mine.field.setAttribute("aria-expanded", "true");
  mine.field.removeAttribute("aria-activedescendant");
  mine.told.textContent = mine.place.dataset.offered.replace("{n}", options.length);
}

function fillAddress(option) {
  const { field, place, told } = suggestions;
  const address = JSON.parse(option.dataset.address);
  for (const [name, value] of Object.entries(address)) {
    const filled = one(`[name='address.${name}']`, place);
    if (filled) filled.value = value ?? "";
  }
  closeSuggestions();
  told.textContent = place.dataset.filled;
  // Once, for what keeps the form or foresees its outcome; it asks for no suggestions.
  field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "filled" }));
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches(SUGGESTS)) offerSuggestions(event.target);
});
document.addEventListener("focusout", (event) => {
  if (suggestions && event.target === suggestions.field) dropSuggestions();
});
document.addEventListener("input", (event) => {
  if (!suggestions || event.target !== suggestions.field || event.detail === "filled") return;
  clearTimeout(suggestions.timer);
  suggestions.asked += 1;
  suggestions.timer = setTimeout(askSuggestions, 150);
});
document.addEventListener("keydown", (event) => {
  if (!suggestions || event.target !== suggestions.field || event.isComposing) return;
  const open = !suggestions.list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!open) { askSuggestions(); return; }
    const options = suggested();
    const now = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const last = options.length - 1;
    if (event.key === "ArrowDown") markSuggestion(options[now < last ? now + 1 : 0]);
    else markSuggestion(options[now > 0 ? now - 1 : last]);
  } else if (event.key === "Enter" && open) {
    const option = suggested().find((each) => each.getAttribute("aria-selected") === "true");
    if (!option) return;
    event.preventDefault();
    fillAddress(option);
  } else if (event.key === "Escape" && open) {
    event.preventDefault(); // the list closes, not the dialog around it
    event.stopPropagation();
    closeSuggestions();
  }
}, true);
