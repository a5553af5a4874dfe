// The list of orders: its views, its columns, its rows, and what has happened since it was shown.
const orderRows = () => all("#rows tr[data-order]");

// What the order page goes by for the next and the previous order.
function keepOrderList() {
  const found = one("#found[data-address]");
  if (!found) return;
  const next = one("#rows [data-after]");
  const ids = orderRows().map((row) => row.dataset.order);
  sessionStorage.setItem("order-list", JSON.stringify({
    address: found.dataset.address, ids, after: next ? next.dataset.after : null,
  }));
}

// What goes by the search follows it, though it stands outside of what a search replaces.
function followSearch() {
  const found = one("#found[data-query]");
  if (!found) return;
  const query = found.dataset.query;
  // Of several views of the same orders, the one that was opened; it is what an update is offered for.
  const like = all("[data-view]").filter((tab) => tab.dataset.view === query);
  const current = like.find((tab) => tab.dataset.viewId === sessionStorage.getItem("view")) || like[0];
  for (const tab of all("[data-view]")) {
    if (tab === current) tab.setAttribute("aria-current", "page"); else tab.removeAttribute("aria-current");
  }
  if (current && one("[data-view-id]")) sessionStorage.setItem("view", current.dataset.viewId || "");
  for (const link of all("[data-exports]")) {
    const all_ = link.dataset.exports ? "every=yes" : "";
    link.href = `/orders.csv?${[query, all_].filter(Boolean).join("&")}`;
  }
  const chosenColumns = all("[data-column][aria-pressed=true]").map((each) => each.dataset.column);
  const saved = new URLSearchParams(query);
  if (!saved.has("columns")) saved.set("columns", ["number", ...chosenColumns].join("."));
  const shown = { search: saved.toString(), based_on: sessionStorage.getItem("view") || "" };
  for (const opener of all("[data-view-dialog]")) opener.setAttribute("hx-vals", JSON.stringify(shown));
  const names = new Set([...new URLSearchParams(query).keys()]);
  for (const other of ["q", "sort", "columns", "start", "end"]) names.delete(other);
  one("#filters-set").textContent = names.size ? `(${names.size})` : "";
}

function showOrderList() {
  keepOrderList();
  followSearch();
}
document.addEventListener("htmx:afterSettle", showOrderList);
showOrderList();
if (matchMedia("(max-width: 50rem)").matches && one("#filter-fields.unfolded")) one("#show-filters").click();

onClick("[data-view]", (at) => sessionStorage.setItem("view", at.dataset.viewId || ""));

onClick("[data-column]", (at) => {
  at.setAttribute("aria-pressed", String(at.getAttribute("aria-pressed") !== "true"));
  const names = all("[data-column][aria-pressed=true]").map((each) => each.dataset.column);
  remember("columns", ["number", ...names].join("."));
  const here = new URL(location.href);
  here.searchParams.delete("columns");
  htmx.ajax("GET", here.pathname + here.search, { target: "#found", swap: "outerHTML" });
});

// A click anywhere in a row opens its order, unless it selects text or meets something of its own.
document.addEventListener("click", (event) => {
  const row = event.target.closest("#rows tr[data-order]");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  if (event.target.closest("td, th").querySelector("input")) return;
  const link = one("th a", row);
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener"); else link.click();
});

// Tells how many orders are newer, or that some have changed.
let newsAsked = 0;
async function tellNews(place) {
  const asked = ++newsAsked;
  const first = orderRows()[0];
  const at = new URL(place.dataset.news, location.href);
  at.search = location.search;
  at.searchParams.delete("after");
  if (first && !new URL(location.href).searchParams.has("after")) at.searchParams.set("first", first.dataset.place);
  const answer = await fetch(at, { credentials: "same-origin" }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  const text = await answer.text();
  if (asked !== newsAsked) return; // a later answer may have come first
  place.innerHTML = text;
  htmx.process(place);
  place.hidden = false;
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "rows") return;
  one("#list-news").hidden = true;
  one("#rows a")?.focus({ preventScroll: true }); // the button that had the focus is gone
});
