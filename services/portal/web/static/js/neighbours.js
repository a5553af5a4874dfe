// The orders before and after this one in the list that one came from. The list says which it has:
// `order-list` is {address, ids, after}.
function listedOrders() {
  try {
    const list = JSON.parse(sessionStorage.getItem("order-list"));
    const fine = list && Array.isArray(list.ids) && /^\/orders(\?|$)/.test(list.address);
    return fine ? list : null;
  } catch {
    return null;
  }
}
const neighbours = one("#neighbours");
const listed = neighbours && listedOrders();
const position = listed ? listed.ids.indexOf(neighbours.dataset.order) : -1;
if (position >= 0) {
  const [before, after] = [one("[rel=prev]", neighbours), one("[rel=next]", neighbours)];
  for (const [link, id] of [[before, listed.ids[position - 1]], [after, listed.ids[position + 1]]]) {
    if (id) link.href = `/orders/${encodeURIComponent(id)}`; else link.setAttribute("aria-disabled", "true");
  }
  one("span", neighbours).textContent = neighbours.dataset.position
    .replace("{n}", position + 1).replace("{all}", `${listed.ids.length}${listed.after ? "+" : ""}`);
  one("#back-to-list").href = listed.address;
  neighbours.hidden = false;
}
