// Says every 15 seconds that this page is open, and shows who else has it open.
const BEAT = 15000;
const present = one("#presence[data-presence]");
let lastDoing = "";

// The dialog that is open, by its name in the address that it came from; or a note being written.
let dialogName = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "dialog-content") {
    dialogName = (event.detail.pathInfo.requestPath.match(/\/dialog\/([a-z-]+)/) || ["", ""])[1];
  }
});
function doingNow() {
  if (dialog.open) return dialogName;
  return one("#live textarea[name=text]")?.value ? "note" : "";
}
function beatBody(fields) {
  const body = new FormData();
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  body.set("csrf", headers["X-CSRF-Token"] || "");
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}
async function beat() {
  if (document.hidden) return; // nobody looks at it
  lastDoing = doingNow();
  try {
    const answer = await fetch(present.dataset.presence, { method: "POST", body: beatBody({ doing: lastDoing }) });
    const shown = (await answer.text()).trim();
    if (!answer.ok || answer.redirected || present.dataset.shown === shown) return;
    present.dataset.shown = shown;
    present.innerHTML = shown;
  } catch {
    // The next one tells.
  }
}
if (present) {
  const leave = () => navigator.sendBeacon(present.dataset.presence, beatBody({ left: "true" }));
  const soon = () => setTimeout(() => { if (doingNow() !== lastDoing) beat(); }, 50);
  beat();
  setInterval(beat, BEAT);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  document.addEventListener("htmx:afterSettle", soon);
  document.addEventListener("change", soon);
  dialog.addEventListener("close", soon);
  // The server tells at once when somebody comes, goes, or does something else.
  document.addEventListener("waybill-present", beat);
}
