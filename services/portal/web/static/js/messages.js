// Messages that show and go: of this page, or of the one before it.
let hideTimer;
function showMessage(text) {
  const place = one("#said");
  place.textContent = text;
  // Hiding and showing it puts it on top of a dialog that was opened meanwhile.
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
  clearTimeout(hideTimer);
  hideTimer = setTimeout(() => { place.hidePopover(); place.textContent = ""; }, 8000);
}

// A flash message of the previous page.
const flash = document.cookie.split("; ").find((each) => each.startsWith("said="));
if (flash) {
  document.cookie = "said=; path=/; max-age=0";
  showMessage(decodeURIComponent(flash.slice(5)));
}
