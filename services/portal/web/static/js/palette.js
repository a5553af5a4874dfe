// The command palette: what the server finds, and what can be done on this page.
const palette = one("#palette");
const paletteText = palette && one("[name=text]", palette);
let beforePalette = null;
// While the answer for the latest text is awaited, Enter waits for it: older ones don't count.
let paletteOutdated = false;
let paletteEntered = false;

function openPalette() {
  if (!palette || one("dialog[open]")) return;
  beforePalette = document.activeElement;
  paletteText.value = "";
  paletteOutdated = false;
  paletteEntered = false;
  palette.showModal();
  paletteText.focus();
  htmx.trigger(paletteText, "look");
}
const paletteOptions = () => all("[role=option]:not(p)", palette);
function markOption(option) {
  for (const each of paletteOptions()) each.setAttribute("aria-selected", String(each === option));
  if (!option) { paletteText.removeAttribute("aria-activedescendant"); return; }
  paletteText.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

// The page's own buttons and menus, by name; those that are not possible now give the reason.
function pageActions(typed) {
  const found = all("#live .actions > *, #live details.menu > ul > li > *").map((at) => {
    const button = at.matches("button, a") ? at : one("button", at);
    const menu = at.closest("details.menu");
    return button && { button, label: (menu ? `${one("summary", menu).getAttribute("aria-label")}: ` : "") + button.textContent.trim() };
  });
  return found.filter((each) => each && each.label.toLowerCase().includes(typed.toLowerCase())).slice(0, 8);
}
function showActions() {
  const place = one("#palette-found");
  const actions = pageActions(paletteText.value.trim());
  if (actions.length) {
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", place.dataset.actions);
    for (const { button, label } of actions) {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.className = "item";
      const why = button.getAttribute("aria-disabled") === "true" ? button.dataset.why : "";
      option.textContent = label;
      if (why) {
        option.setAttribute("aria-disabled", "true");
        option.append(document.createElement("br"), Object.assign(document.createElement("small"), { textContent: why }));
      }
      option.addEventListener("click", () => { palette.close(); button.click(); });
      group.append(option);
    }
    const nothing = one("p[role=option]", place);
    if (nothing) nothing.remove();
    place.append(group);
  }
  paletteOptions().forEach((each, at) => { each.id = `palette-option-${at}`; });
  markOption(paletteOptions()[0]);
}

if (palette) {
  palette.addEventListener("close", () => {
    one("#palette-found").replaceChildren();
    if (beforePalette && beforePalette.isConnected) beforePalette.focus();
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "palette-found") return;
    one(".refusals", palette).replaceChildren();
    if (!palette.open) return;
    showActions();
    paletteOutdated = false;
    const first = paletteOptions()[0];
    if (paletteEntered && first) first.click();
    paletteEntered = false;
  });
  paletteText.addEventListener("input", () => { paletteOutdated = true; paletteEntered = false; });
  one("form", palette).addEventListener("submit", (event) => event.preventDefault());
  paletteText.addEventListener("keydown", (event) => {
    const options = paletteOptions();
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      markOption(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (paletteOutdated) paletteEntered = true; else if (options[at]) options[at].click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      palette.close();
    }
  });
  onClick("[data-palette]", openPalette);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette.open) palette.close(); else openPalette();
  });
}
