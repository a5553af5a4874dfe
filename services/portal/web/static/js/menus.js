// Menus and drop-downs: one is open at a time; Escape or a click elsewhere closes it.
const OPEN_MENUS = "details.dropdown[open], details.menu[open]";

// Places a menu above scrolling areas, completely inside the window.
function placeMenu(menu) {
  const list = one("ul", menu);
  const from = one("summary", menu).getBoundingClientRect();
  list.style.position = "fixed";
  const { width, height } = list.getBoundingClientRect();
  const below = from.bottom + height + 8 <= innerHeight || from.top < height + 8;
  list.style.right = "auto";
  list.style.left = `${Math.max(8, Math.min(from.right - width, innerWidth - width - 8))}px`;
  list.style.top = `${below ? Math.min(from.bottom, innerHeight - height - 8) : from.top - height - 4}px`;
}
document.addEventListener("scroll", (event) => {
  for (const menu of all("details.menu[open]")) if (event.target.contains(menu)) placeMenu(menu);
}, true);
addEventListener("resize", () => { for (const menu of all("details.menu[open]")) placeMenu(menu); });

document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.dropdown, details.menu") && event.target.open) {
    for (const other of all(OPEN_MENUS)) if (other !== event.target) other.open = false;
    if (event.target.matches("details.menu")) placeMenu(event.target);
  }
}, true);
document.addEventListener("click", (event) => {
  for (const open of all(OPEN_MENUS)) if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of all(OPEN_MENUS)) {
    open.open = false;
    one("summary", open).focus();
  }
});
