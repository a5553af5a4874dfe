// What becomes of a command: its errors, in the form or at the top of the page, or its result.

// Field errors arrive with the results; the field itself is not replaced while somebody types.
document.addEventListener("htmx:afterSettle", () => {
  for (const note of all(".wrong")) {
    const field = one(`[aria-describedby="${note.id}"]`);
    if (note.textContent) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  }
});

// Renews the idempotency key: the next submission is another command, not a repeat.
function renewKey(form) {
  const key = one("[name=key]", form);
  if (key) key.value += "+";
}

// Errors are shown in the form, or at the top of the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return;
  const form = event.detail.requestConfig.elt.closest("form");
  const place = (form && one(".refusals", form)) || one("#refusals") || one("#said");
  if (form && event.detail.xhr.status === 409) renewKey(form);
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.target = place;
  event.detail.swapOverride = "innerHTML";
});
document.addEventListener("htmx:sendError", () => showMessage(document.body.dataset.noAnswer));

// A command was carried out.
document.addEventListener("waybill-done", (event) => {
  closeDialog();
  for (const open of all(OPEN_MENUS)) open.open = false;
  showMessage(event.detail.said);
  const form = event.target.closest("#live form");
  if (form) {
    form.reset();
    renewKey(form);
  }
  refresh();
});

// A disabled button tells why it is.
onClick("[aria-disabled=true]", (at, event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  showMessage(at.dataset.why, JSON.parse(at.dataset.ways || "[]"));
});
// A link to what resolves it clicks the button for it, where the page has one.
onClick("[data-does]", (at, event) => {
  const button = one(`[data-action="${at.dataset.does}"]`);
  if (!button) return;
  event.preventDefault();
  if (one("#said").contains(at)) { at.blur(); hideMessage(); }
  button.focus();
  button.click();
});
onClick("[data-print]", () => window.print());
