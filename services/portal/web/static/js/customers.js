// Fields that fill themselves: the customer of a new order, the product of a line.

// In the customer search, arrow keys move through the matches and Enter selects one. Enter never
// submits the form.
// While matches for the latest input are loading, Enter waits for them: older ones don't count.
const SEARCH = "form [type=search][hx-target='#customers-to-choose']";
let outdated = false;
let entered = false;
function takeMatch() {
  const matches = all("#customers-to-choose button");
  if (matches.length === 1) matches[0].click();
  else if (matches.length) matches[0].focus();
}
document.addEventListener("input", (event) => {
  if (event.target.matches(SEARCH)) { outdated = true; entered = false; }
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "customers-to-choose") return;
  outdated = false;
  if (entered) { entered = false; takeMatch(); }
});
document.addEventListener("keydown", (event) => {
  const search = event.target.closest(SEARCH);
  const matches = all("#customers-to-choose button");
  const at = matches.indexOf(document.activeElement);
  if (search && event.key === "Enter") {
    event.preventDefault();
    if (outdated) entered = true; else takeMatch();
  } else if ((search || at >= 0) && (event.key === "ArrowDown" || event.key === "ArrowUp") && matches.length) {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) one("[name=search]").focus(); else matches[Math.min(next, matches.length - 1)].focus();
  }
});

onClick("[data-choose-customer]", (at) => {
  const id = document.createElement("input");
  id.type = "hidden";
  id.name = "customer_id";
  id.value = at.dataset.chooseCustomer;
  const text = document.createElement("p");
  text.textContent = at.dataset.chosen;
  one("#customer-chosen").replaceChildren(id, text);
  one("#customers-to-choose").replaceChildren();
  one("[name=search]", at.closest("form") || document).value = "";
  one("#main button[type=submit]").focus();
});
onClick("[data-sku]", (at) => {
  const form = at.closest("form");
  // In a table, the product fills the first row that is free.
  const row = all("[data-row]", form).find((each) => !one("[data-fill=sku]", each).value) || form;
  for (const field of all("[data-fill]", row)) field.value = at.dataset[field.dataset.fill] || "";
  one(".products", form).replaceChildren();
  const quantity = one("[name=quantity], [data-quantity]", row);
  quantity.focus();
  quantity.select();
  quantity.dispatchEvent(new Event("input", { bubbles: true }));
});
