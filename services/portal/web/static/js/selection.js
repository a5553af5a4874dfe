// The selection in a list, kept while paging and filtering, separately for each kind.
const choosing = one("#chosen");
const kind = choosing ? choosing.dataset.kind : "";
// The selection is kept on pages below the list, and cleared on all other pages.
for (const [key, where] of [["chosen-order", "/orders"], ["chosen-cart", "/carts"]]) {
  if (!location.pathname.startsWith(where)) sessionStorage.removeItem(key);
}
const chosen = new Set(JSON.parse(sessionStorage.getItem(`chosen-${kind}`) || "[]"));
function saveSelection() {
  sessionStorage.setItem(`chosen-${kind}`, JSON.stringify([...chosen]));
  showSelection();
}
function showSelection() {
  if (!choosing) return;
  const boxes = all("[data-choose]");
  for (const box of boxes) box.checked = chosen.has(box.dataset.choose);
  const every = one("#choose-all");
  if (every) every.checked = boxes.length > 0 && boxes.every((box) => box.checked);
  choosing.hidden = chosen.size === 0;
  const text = chosen.size === 1 ? choosing.dataset.one : choosing.dataset.several;
  one("#chosen-count").textContent = chosen.size ? text.replace("{n}", chosen.size) : "";
  for (const place of all("#chosen-ids, [data-chosen-ids]")) place.replaceChildren(...[...chosen].map((id) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = kind;
    field.value = id;
    return field;
  }));
  for (const each of all("[data-needs-choice]")) {
    if (chosen.size) each.removeAttribute("aria-disabled"); else each.setAttribute("aria-disabled", "true");
  }
  const gone = all("[data-gone]").filter((each) => chosen.delete(each.dataset.gone));
  if (gone.length) saveSelection();
}
// With Shift, by mouse or by Space, everything from the box that was used last becomes as this one.
let lastUsed = "";
let withShift = false;
for (const type of ["keydown", "keyup", "pointerdown"]) {
  addEventListener(type, (event) => { withShift = event.shiftKey; }, true);
}
function chooseRange(to) {
  const boxes = all("[data-choose]");
  const from = withShift ? boxes.findIndex((each) => each.dataset.choose === lastUsed) : -1;
  const ends = [from, boxes.indexOf(to)].sort((a, b) => a - b);
  for (const box of from < 0 ? [to] : boxes.slice(ends[0], ends[1] + 1)) {
    if (to.checked) chosen.add(box.dataset.choose); else chosen.delete(box.dataset.choose);
  }
  lastUsed = to.dataset.choose;
  saveSelection();
}
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-choose]")) chooseRange(box);
  else if (box.id === "choose-all") {
    for (const each of all("[data-choose]")) {
      if (box.checked) chosen.add(each.dataset.choose); else chosen.delete(each.dataset.choose);
    }
    saveSelection();
  }
});
// With Shift a browser would select the texts between the clicks.
document.addEventListener("mousedown", (event) => {
  if (!event.shiftKey || !event.target.matches("[data-choose]")) return;
  event.preventDefault();
  event.target.focus();
});

onClick("#chosen-none", () => {
  chosen.clear();
  lastUsed = "";
  saveSelection();
  // The focused button is gone; a phone shows no head of the table.
  all("#choose-all, [data-choose]").find((each) => each.getClientRects().length)?.focus();
});
document.addEventListener("htmx:afterSwap", showSelection);
showSelection();
