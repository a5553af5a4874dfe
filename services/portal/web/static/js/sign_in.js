// A session that has ended: signing in happens in place, nothing that was typed is lost, and what
// was asked for is asked for again.
const signInDialog = one("#sign-in");
let afterSignIn = [];

// Only the account whose page this is may go on with it.
async function showSignIn(answer) {
  one("article", signInDialog).innerHTML = await answer.text();
  const name = one("[name=name]", signInDialog);
  name.value = document.body.dataset.account;
  name.readOnly = true;
  one("[name=password]", signInDialog).focus();
}
async function askToSignIn(again) {
  if (!signInDialog) { location.assign("/sign-in"); return; }
  if (again) afterSignIn.push(again);
  if (signInDialog.open) return;
  signInDialog.showModal();
  try { await showSignIn(await fetch("/sign-in", { headers: { "HX-Request": "true" } })); } catch { signInDialog.close(); showMessage(document.body.dataset.noAnswer); }
}

// The new session has another CSRF token; forms and requests of this page send it from now on.
function renewCsrf(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
  for (const field of all("input[name=csrf]")) field.value = token;
}

function goOn(token) {
  renewCsrf(token);
  const waiting = afterSignIn;
  afterSignIn = [];
  signInDialog.close();
  for (const again of waiting) again();
}

// Somebody signed in on another page, such as by single sign-on: its session is the browser's.
onClick("[data-signed-in]", async (at) => {
  const answer = await fetch("/customers");
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  const headers = body.getAttribute("hx-headers");
  if (headers && body.dataset.account === document.body.dataset.account) goOn(JSON.parse(headers)["X-CSRF-Token"]);
  else showMessage(at.dataset.signedIn);
});

if (signInDialog) {
  signInDialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = one("button", form);
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch("/sign-in", { method: "POST", body, headers: { "HX-Request": "true" } });
      const token = answer.headers.get("X-CSRF-Token");
      if (token) {
        goOn(token);
      } else await showSignIn(answer);
    } catch {
      showMessage(document.body.dataset.noAnswer);
    } finally {
      button.disabled = false;
    }
  });
  signInDialog.addEventListener("close", () => { afterSignIn = []; });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    if (xhr.status !== 401) return;
    event.preventDefault();
    const type = requestConfig.triggeringEvent ? requestConfig.triggeringEvent.type : "";
    askToSignIn(() => {
      if (!elt.isConnected) return;
      if (elt.matches("form") && type === "submit") elt.requestSubmit(); else if (type) htmx.trigger(elt, type);
    });
  });

  // Shortly before a session's fixed end, the page says so, while there is time to sign in again.
  const left = Number(document.body.dataset.secondsLeft);
  const longest = 2 ** 31 / 1000 - 1; // more than a timer can wait for; no page is open for so long
  if (left > 0 && left < longest) setTimeout(() => showMessage(document.body.dataset.ends), Math.max(0, left - 120) * 1000);
}
