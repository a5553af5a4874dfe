// Messages that show and go: of this page, or of the one before it.
let hideTimer;
function showMessage(text, ways = []) {
  const place = one("#said");
  place.textContent = text;
  for (const way of ways) place.append(" ", linkOf(way));
  // Hiding and showing it puts it on top of a dialog that was opened meanwhile.
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
  clearTimeout(hideTimer);
  hideTimer = setTimeout(hideMessage, ways.length ? 20000 : 8000);
}
function hideMessage() {
  const place = one("#said");
  if (place.contains(document.activeElement)) { hideTimer = setTimeout(hideMessage, 8000); return; }
  if (place.matches(":popover-open")) place.hidePopover();
  place.textContent = "";
}

// A way out of what blocks an action: a link, or the page's own button for it.
function linkOf(way) {
  const link = document.createElement("a");
  link.href = way.href;
  link.textContent = way.label;
  if (way.action) link.dataset.does = way.action;
  return link;
}

// A flash message of the previous page.
const flash = document.cookie.split("; ").find((each) => each.startsWith("said="));
if (flash) {
  document.cookie = "said=; path=/; max-age=0";
  showMessage(decodeURIComponent(flash.slice(5)));
}
