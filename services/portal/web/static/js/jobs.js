// The parts of a job's page that are replaced while it runs: nobody loses their place.
const jobOrders = () => one("#job-orders");
let jobHadFocus = false;
let jobScrolled = 0;
// Somebody who is in the table, or marks text in it, keeps it as it is.
document.addEventListener("htmx:beforeRequest", (event) => {
  const table = jobOrders();
  if (!table || event.detail.elt !== table) return;
  const marked = getSelection();
  const busy = !marked.isCollapsed && table.contains(marked.anchorNode);
  if (busy || table.contains(document.activeElement)) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "job") jobHadFocus = target.contains(document.activeElement);
  if (target.id === "job-orders") jobScrolled = one(".scroll", target)?.scrollLeft || 0;
});
document.addEventListener("htmx:afterSwap", () => {
  if (jobHadFocus && document.activeElement === document.body) one("#job").focus();
  jobHadFocus = false;
  const scroll = jobScrolled && one("#job-orders .scroll");
  if (scroll) scroll.scrollLeft = jobScrolled;
  jobScrolled = 0;
});
