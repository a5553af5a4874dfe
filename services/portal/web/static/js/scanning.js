// A barcode scanner types what it reads, wherever the focus is: it belongs into the page's box.
document.addEventListener("keydown", (event) => {
  const box = one("[data-scans]");
  if (!box || dialog.open || event.key.length !== 1 || event.key === " ") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  box.focus(); // the character follows the focus
  box.select();
});
