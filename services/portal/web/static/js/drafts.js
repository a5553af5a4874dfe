// The page of a draft: what is half typed survives a reload, and arrow keys choose an item.
const unsent = `unsent:${location.pathname}`;
const kept = (form) => all("input:not([type=hidden], [type=checkbox], [type=password])", form);
function keepUnsent() {
  const found = {};
  for (const form of all("form[data-keep]")) {
    for (const field of kept(form)) if (field.value !== field.defaultValue) found[`${form.id} ${field.name}`] = field.value;
  }
  if (Object.keys(found).length) sessionStorage.setItem(unsent, JSON.stringify(found));
  else sessionStorage.removeItem(unsent);
}
function restoreUnsent() {
  const found = JSON.parse(sessionStorage.getItem(unsent) || "{}");
  for (const form of all("form[data-keep]")) {
    for (const field of kept(form)) {
      const text = found[`${form.id} ${field.name}`];
      if (text === undefined) continue;
      field.value = text;
      for (let folded = field.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
    }
  }
}
restoreUnsent();
document.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) keepUnsent(); });
// Before the page refreshes itself: the next item is typed into the field that the form names.
document.addEventListener("waybill-done", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (!form) return;
  form.reset();
  keepUnsent();
  const results = one(".products", form);
  if (results) results.replaceChildren();
  if (form.dataset.next) one(`[name=${form.dataset.next}]`, form).focus();
}, true);

// Enter in the search takes the first match once the matches are those of the text.
let searching = null;
document.addEventListener("htmx:afterSettle", (event) => {
  if (!searching || event.detail.target !== one(searching.dataset.arrows)) return;
  const first = one("[data-sku]", event.detail.target);
  const wanted = searching.dataset.entered;
  delete searching.dataset.entered;
  searching = null;
  if (wanted && first) first.click();
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-arrows]")) { searching = event.target; delete searching.dataset.entered; }
});
document.addEventListener("keydown", (event) => {
  const search = event.target.closest("[data-arrows]");
  const results = search ? one(search.dataset.arrows) : event.target.closest("form[data-keep] .products");
  if (!results || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  const matches = all("[data-sku]", results);
  if (event.key === "Enter") {
    if (!search || !search.value.trim()) return;
    event.preventDefault();
    if (searching === search) search.dataset.entered = "yes"; else if (matches.length) matches[0].click();
    return;
  }
  if (!matches.length) return;
  event.preventDefault();
  const next = matches.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) one("[data-arrows]", results.closest("form")).focus(); else matches[Math.min(next, matches.length - 1)].focus();
});
