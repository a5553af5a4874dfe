// Dialogs: loading content into the dialog opens it; closing returns the focus to the opener.
const dialog = one("#dialog");

let opener = null;
function closeDialog() { if (dialog.open) dialog.close(); }
dialog.addEventListener("close", () => {
  if (one("[data-changed]", dialog)) location.reload(); // the list behind it has changed
  one("#dialog-content").replaceChildren();
  // A refresh may have replaced the opener by its like.
  const back = opener && (opener.isConnected ? opener : likeOf(opener, one("#main")));
  if (back) back.focus();
  opener = null;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target && event.detail.target.id === "dialog-content" && !dialog.open) {
    const menu = event.detail.elt.closest("details.menu");
    opener = menu ? one("summary", menu) : event.detail.elt;
    if (menu) menu.open = false;
  }
});
// Not before the content has settled: until then the browser would submit its form without htmx.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "dialog-content") return;
  if (!dialog.open) dialog.showModal();
  const first = one("[autofocus]", dialog) || one("input:not([type=hidden]), select, textarea, button[type=submit]", dialog);
  if (first) first.focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig && requestConfig.elt.matches("[data-closes]") && xhr.status < 400) closeDialog();
});
onClick("[data-close]", closeDialog);
