// Single keys, as the table on the page has them; and scanners, which type fast and end with Enter.
// Both wait for a pause: what a scanner types is no key.
const BURST_MS = 35;
const SHORTEST_CODE = 5;
const SEQUENCE_MS = 1000;
const keyDialog = one("#keys");
const isEditable = (at) => at.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
let burst = "";
let burstAt = 0;
let burstTimer;
let prefix = "";
let prefixAt = 0;

// On an order's page the next and the previous order of its list; elsewhere a row of the table.
function step(by) {
  const link = one(`#neighbours:not([hidden]) [rel=${by > 0 ? "next" : "prev"}]`);
  if (!link) row(by);
  else if (link.href) link.click();
}
function row(step) {
  const rows = all("main tbody tr").filter((each) => one("a[href]", each) && each.getClientRects().length);
  const at = rows.findIndex((each) => each.contains(document.activeElement));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(at + step, rows.length - 1))];
  if (next) one("th a[href], a[href]", next).focus();
}
const acts = {
  help: () => keyDialog.showModal(),
  search: () => { const field = all("main input[type=search]").find((each) => each.getClientRects().length); if (field) field.focus(); else openPalette(); },
  next: () => step(1),
  previous: () => step(-1),
  select: () => {
    const at = document.activeElement.closest("tr");
    const box = at && one("[data-choose]", at);
    if (box) box.click();
  },
  // A box itself hears Shift+Space from the browser.
  range: () => { if (!document.activeElement.matches("[data-choose]")) acts.select(); },
};

function obey(keys) {
  const rows = all("[data-keys]", keyDialog);
  const wanted = prefix && performance.now() - prefixAt < SEQUENCE_MS ? `${prefix} ${keys}` : keys;
  const found = rows.find((each) => each.dataset.keys === wanted) || rows.find((each) => each.dataset.keys === keys);
  prefix = "";
  if (found && found.dataset.go) location.assign(found.dataset.go);
  else if (found) acts[found.dataset.act]();
  else if (rows.some((each) => each.dataset.keys.startsWith(`${keys} `))) { prefix = keys; prefixAt = performance.now(); }
}
function endBurst() {
  const typed = burst;
  burst = "";
  if (document.cookie.split("; ").includes("keys=off")) return;
  const sequence = [...typed].join(" "); // somebody quick may press two keys within a burst
  if (typed.length === 1 || one(`[data-keys="${CSS.escape(sequence)}"]`, keyDialog)) obey(sequence);
}

async function scan(code) {
  try {
    const answer = await fetch(`/scan?code=${encodeURIComponent(code)}`, { headers: { "HX-Request": "true" } });
    const where = answer.headers.get("HX-Redirect");
    if (answer.status === 401) askToSignIn(() => scan(code));
    else if (where) location.assign(where);
    else {
      const text = await answer.text();
      showMessage(answer.headers.get("Content-Type").startsWith("text/plain") ? text : document.body.dataset.noAnswer);
    }
  } catch {
    showMessage(document.body.dataset.noAnswer);
  }
}

if (keyDialog) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // A page with a box for scanners sends every character there.
    if (isEditable(document.activeElement) || one("dialog[open], [data-scans]")) { burst = ""; return; }
    const inTime = event.timeStamp - burstAt <= BURST_MS;
    if (event.key === "Enter") {
      const code = burst;
      burst = "";
      clearTimeout(burstTimer);
      if (!inTime || code.length < SHORTEST_CODE) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      scan(code);
    } else if (event.key === " " && event.shiftKey && one("[data-choose]", document.activeElement.closest("tr") || keyDialog)) {
      if (!document.activeElement.matches("[data-choose]")) event.preventDefault(); // it would scroll
      obey("Shift+Space");
    } else if (event.key.length === 1 && event.key !== " ") {
      if (!inTime && burst.length === 1) endBurst();
      burst = inTime ? burst + event.key : event.key;
      burstAt = event.timeStamp;
      clearTimeout(burstTimer);
      burstTimer = setTimeout(endBurst, BURST_MS + 5);
    }
  }, true);
  onClick("[data-shows-keys]", () => acts.help());
  onClick("[data-close-keys]", () => keyDialog.close());
  keyDialog.addEventListener("click", (event) => { if (event.target === keyDialog) keyDialog.close(); });
  onClick("[data-sets-keys]", (at) => {
    const off = at.getAttribute("aria-pressed") === "true";
    remember("keys", off ? "off" : "");
    at.setAttribute("aria-pressed", String(!off));
  });
}
