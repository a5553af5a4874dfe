// Changes elsewhere, told by the server as they happen.

// Follows the changes of something. What is lost is told, and when it is back. An answer that ends
// the stream (a session that has ended, a portal that restarts) is followed by another try.
// What changed since the page was read, before this follows it, is told at once.
const LOST_AFTER_MS = 4000; // the server ends a stream from time to time; that is no loss
let lost = false;
function follow(about, act, present) {
  const query = new URLSearchParams({ about, since: document.body.dataset.read });
  const news = new EventSource(`/live?${query}`);
  let tellLost;
  const leave = () => { clearTimeout(tellLost); news.close(); };
  news.addEventListener("changed", act);
  if (present) news.addEventListener("present", present);
  news.addEventListener("open", () => {
    clearTimeout(tellLost);
    if (!lost) return;
    lost = false;
    showMessage(document.body.dataset.connected);
    act(); // what changed meanwhile wasn't told
  });
  news.addEventListener("error", () => {
    clearTimeout(tellLost);
    tellLost = setTimeout(() => {
      if (!lost) showMessage(document.body.dataset.lost);
      lost = true;
      if (news.readyState !== EventSource.CLOSED) return;
      removeEventListener("pagehide", leave);
      follow(about, act, present);
    }, LOST_AFTER_MS);
  });
  addEventListener("pagehide", leave);
}

// A live list offers to show changes instead of reloading: rows don't move under the mouse.
const list = one("[data-live-list]");
if (list && window.EventSource) {
  follow(list.dataset.liveList, () => { if (list.dataset.news) tellNews(list); else list.hidden = false; });
}

// A live page refreshes itself, unless somebody is typing: then it offers to show the changes.
const live = one("#live[data-live]");
if (live && window.EventSource) {
  follow(live.dataset.live, showChange, () => document.dispatchEvent(new Event("waybill-present")));
}

onClick("[data-reload-list]", () => {
  list.hidden = true;
  htmx.ajax("GET", location.href, { target: "#found", swap: "outerHTML" });
});
