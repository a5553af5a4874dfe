// The focus is never lost: if its place vanishes, it goes to the nearest part that is still there.
let focused = null;
document.addEventListener("focusin", (event) => { focused = event.target; });

function keepFocus() {
  if (!focused || (document.activeElement && document.activeElement !== document.body)) return;
  const menu = focused.isConnected && focused.closest("details:not([open])");
  if (focused.isConnected && !menu) return;
  const open = all("dialog[open]").pop();
  const place = open || (menu && one("summary", menu)) || one("#main");
  const first = open ? one("[autofocus], input:not([type=hidden]), select, textarea, button", open) : place;
  (first || place).focus({ preventScroll: true });
}
new MutationObserver(keepFocus).observe(document.body, { childList: true, subtree: true });
document.addEventListener("toggle", (event) => { if (event.target.matches("details")) keepFocus(); }, true);
