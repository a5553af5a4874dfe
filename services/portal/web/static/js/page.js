// What the other parts use; and the reader's time zone, for times on pages.
const one = (what, from = document) => from.querySelector(what);
const all = (what, from = document) => [...from.querySelectorAll(what)];

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;

// Calls `act` with the button or link that was clicked, if it matches. It hears of clicks before
// htmx does.
function onClick(what, act) {
  document.addEventListener("click", (event) => {
    const at = event.target.closest("button, a, summary");
    if (at && at.matches(what)) act(at, event);
  }, true);
}

// A line at the top while htmx waits for an answer.
let waiting = 0;
document.addEventListener("htmx:beforeSend", () => { waiting += 1; one("#loading").hidden = false; });
document.addEventListener("htmx:afterRequest", () => {
  waiting = Math.max(0, waiting - 1);
  one("#loading").hidden = waiting === 0;
});
