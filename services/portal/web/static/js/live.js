// Changes elsewhere, told by the server as they happen.

// A live list offers to show changes instead of reloading: rows don't move under the mouse.
const list = one("[data-live-list]");
if (list && window.EventSource) {
  const news = new EventSource(`/live?about=${encodeURIComponent(list.dataset.liveList)}`);
  news.addEventListener("changed", () => { if (list.dataset.news) tellNews(list); else list.hidden = false; });
  window.addEventListener("pagehide", () => news.close());
}

// A live page refreshes itself, unless somebody is typing: then it offers to show the changes.
const live = one("#live[data-live]");
if (live && window.EventSource) {
  const news = new EventSource(`/live?about=${encodeURIComponent(live.dataset.live)}`);
  news.addEventListener("changed", () => {
    if (dialog.open || editedFields(one("#live")).length) one("#hint").hidden = false; else refresh();
  });
  news.addEventListener("present", () => document.dispatchEvent(new Event("waybill-present")));
  window.addEventListener("pagehide", () => news.close());
}

onClick("[data-reload-list]", () => {
  list.hidden = true;
  htmx.ajax("GET", location.href, { target: "#found", swap: "outerHTML" });
});
