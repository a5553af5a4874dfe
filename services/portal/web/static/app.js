// What pages need beyond htmx: dialogs, selection in lists, live changes.
"use strict";
(() => {
  const one = (what, from = document) => from.querySelector(what);
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const dialog = one("#dialog");
  const OPEN_MENUS = "details.dropdown[open], details.menu[open]";

  // Tells the server the reader's time zone, for times on pages.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;

  let hideTimer;
  function showMessage(text) {
    const place = one("#said");
    place.textContent = text;
    // Hiding and showing it puts it on top of a dialog that was opened meanwhile.
    if (place.matches(":popover-open")) place.hidePopover();
    place.showPopover();
    clearTimeout(hideTimer);
    hideTimer = setTimeout(() => { place.hidePopover(); place.textContent = ""; }, 8000);
  }

  // A flash message of the previous page.
  const flash = document.cookie.split("; ").find((each) => each.startsWith("said="));
  if (flash) {
    document.cookie = "said=; path=/; max-age=0";
    showMessage(decodeURIComponent(flash.slice(5)));
  }

  // Dialogs: loading content into the dialog opens it; closing returns the focus to the opener.
  let opener = null;
  function closeDialog() { if (dialog.open) dialog.close(); }
  dialog.addEventListener("close", () => {
    if (one("[data-changed]", dialog)) location.reload(); // the list behind it has changed
    one("#dialog-content").replaceChildren();
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target && event.detail.target.id === "dialog-content" && !dialog.open) {
      const menu = event.detail.elt.closest("details.menu");
      opener = menu ? one("summary", menu) : event.detail.elt;
      if (menu) menu.open = false;
    }
  });
  // Not before the content has settled: until then the browser would submit its form without htmx.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "dialog-content") return;
    if (!dialog.open) dialog.showModal();
    const first = one("[autofocus], input:not([type=hidden]), select, textarea, button[type=submit]", dialog);
    if (first) first.focus();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig && event.detail.requestConfig.elt.matches("[data-closes]") && event.detail.xhr.status < 400) closeDialog();
    showSelection();
  });
  // Field errors arrive with the results; the field itself is not replaced while somebody types.
  document.addEventListener("htmx:afterSettle", () => {
    for (const note of all(".wrong")) {
      const field = one(`[aria-describedby="${note.id}"]`);
      if (note.textContent) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
  });

  // Renews the idempotency key: the next submission is another command, not a repeat.
  function renewKey(form) {
    const key = one("[name=key]", form);
    if (key) key.value += "+";
  }

  // Errors are shown in the form, or at the top of the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status < 400) return;
    const form = event.detail.requestConfig.elt.closest("form");
    const place = (form && one(".refusals", form)) || one("#refusals") || one("#said");
    if (form && event.detail.xhr.status === 409) renewKey(form);
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    event.detail.target = place;
    event.detail.swapOverride = "innerHTML";
  });
  document.addEventListener("htmx:sendError", () => showMessage("The portal doesn't answer. Please try again in a moment."));

  // A command was carried out.
  document.addEventListener("waybill-done", (event) => {
    closeDialog();
    for (const open of all(OPEN_MENUS)) open.open = false;
    showMessage(event.detail.said);
    const form = event.target.closest("#live form");
    if (form) {
      form.reset();
      renewKey(form);
    }
    refresh();
  });

  // Reloads the live part of the page. Edited fields, open menus and the focus are kept.
  const FIELDS = "textarea, select, input:not([type=hidden])";
  const selectorOf = (field) => `${field.tagName}[name="${field.name}"]`;
  const editedFields = (live) => all(FIELDS, live).filter((field) => field.value !== field.defaultValue && field.tagName !== "SELECT");
  let refreshing = false;
  let refreshAgain = false;
  let refreshAfterRequest = false;
  async function refresh() {
    const live = one("#live");
    if (!live) return;
    if (refreshing) { refreshAgain = true; return; }
    refreshing = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
      if (!fresh || answer.redirected) { location.reload(); return; }
      // A form that waits for its response must stay: otherwise its text could be sent again.
      if (one(".htmx-request", live)) { refreshAfterRequest = true; return; }
      const kept = editedFields(live).map((field) => [selectorOf(field), field.value]);
      const focus = live.contains(document.activeElement) ? document.activeElement : null;
      const label = focus && (focus.getAttribute("aria-label") || focus.textContent.trim());
      const open = all("details[open] > summary[aria-label]", live).map((each) => each.getAttribute("aria-label"));
      live.replaceWith(fresh);
      htmx.process(fresh);
      for (const [where, value] of kept) {
        const field = one(where, fresh);
        if (field) field.value = value;
      }
      for (const summary of all("details > summary[aria-label]", fresh)) {
        if (open.includes(summary.getAttribute("aria-label"))) summary.parentElement.open = true;
      }
      if (focus) {
        const same = focus.name ? one(selectorOf(focus), fresh)
          : all("a, button, summary", fresh).find((each) => (each.getAttribute("aria-label") || each.textContent.trim()) === label);
        if (same) same.focus();
      }
    } catch {
      showMessage("The portal doesn't answer. Please try again in a moment.");
    } finally {
      refreshing = false;
      if (refreshAgain) { refreshAgain = false; refresh(); }
    }
  }

  document.addEventListener("htmx:afterRequest", () => {
    if (refreshAfterRequest) { refreshAfterRequest = false; refresh(); }
  });

  document.addEventListener("click", (event) => {
    const at = event.target.closest("button, a, summary");
    if (!at) return;
    if (at.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      showMessage(at.dataset.why);
    } else if (at.matches("[data-close]")) {
      closeDialog();
    } else if (at.matches("[data-refresh]")) {
      refresh();
    } else if (at.matches("[data-reload-list]")) {
      list.hidden = true;
      htmx.ajax("GET", location.href, { target: "#found", swap: "outerHTML" });
    } else if (at.matches("[data-print]")) {
      window.print();
    } else if (at.matches("[data-sku]")) {
      const form = at.closest("form");
      for (const field of all("[data-fill]", form)) field.value = at.dataset[field.dataset.fill] || "";
      one(".products", form).replaceChildren();
      one("[name=quantity]", form).focus();
    } else if (at.matches("[data-choose-customer]")) {
      const id = document.createElement("input");
      id.type = "hidden";
      id.name = "customer_id";
      id.value = at.dataset.chooseCustomer;
      const text = document.createElement("p");
      text.textContent = `Customer: ${at.dataset.label}`;
      one("#customer-chosen").replaceChildren(id, text);
      one("#customers-to-choose").replaceChildren();
      one("[name=search]", at.closest("form") || document).value = "";
      one("button[type=submit]").focus();
    } else if (at.id === "chosen-none") {
      chosen.clear();
      saveSelection();
      one("#choose-all")?.focus(); // the focused button is gone
    }
  }, true);

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

  // Only one menu is open; Escape or a click elsewhere closes it.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.dropdown, details.menu") && event.target.open) {
      for (const other of all(OPEN_MENUS)) if (other !== event.target) other.open = false;
      if (event.target.matches("details.menu")) placeMenu(event.target);
    }
  }, true);
  document.addEventListener("click", (event) => {
    for (const open of all(OPEN_MENUS)) if (!open.contains(event.target)) open.open = false;
  });
  // In the customer search, arrow keys move through the matches and Enter selects one. Enter never
  // submits the form.
  // While matches for the latest input are loading, Enter waits for them: older ones don't count.
  const SEARCH = "form [type=search][hx-target='#customers-to-choose']";
  let outdated = false;
  let entered = false;
  function takeMatch() {
    const matches = all("#customers-to-choose button");
    if (matches.length === 1) matches[0].click();
    else if (matches.length) matches[0].focus();
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches(SEARCH)) { outdated = true; entered = false; }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "customers-to-choose") return;
    outdated = false;
    if (entered) { entered = false; takeMatch(); }
  });
  document.addEventListener("keydown", (event) => {
    const search = event.target.closest(SEARCH);
    const matches = all("#customers-to-choose button");
    const at = matches.indexOf(document.activeElement);
    if (search && event.key === "Enter") {
      event.preventDefault();
      if (outdated) entered = true; else takeMatch();
    } else if ((search || at >= 0) && (event.key === "ArrowDown" || event.key === "ArrowUp") && matches.length) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) one("[name=search]").focus(); else matches[Math.min(next, matches.length - 1)].focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of all(OPEN_MENUS)) {
      open.open = false;
      one("summary", open).focus();
    }
  });

  // The selection in this list, kept while paging and filtering, separately for each kind.
  const choosing = one("#chosen");
  const kind = choosing ? choosing.dataset.kind : "";
  const label = choosing ? choosing.dataset.label || kind : "";
  // The selection is kept on pages below the list, and cleared on all other pages.
  for (const [key, where] of [["chosen-order", "/orders"], ["chosen-cart", "/carts"]]) {
    if (!location.pathname.startsWith(where)) sessionStorage.removeItem(key);
  }
  const chosen = new Set(JSON.parse(sessionStorage.getItem(`chosen-${kind}`) || "[]"));
  function saveSelection() {
    sessionStorage.setItem(`chosen-${kind}`, JSON.stringify([...chosen]));
    showSelection();
  }
  function showSelection() {
    if (!choosing) return;
    const boxes = all("[data-choose]");
    for (const box of boxes) box.checked = chosen.has(box.dataset.choose);
    const every = one("#choose-all");
    if (every) every.checked = boxes.length > 0 && boxes.every((box) => box.checked);
    choosing.hidden = chosen.size === 0;
    const text = `${chosen.size} ${label}${chosen.size === 1 ? "" : "s"} selected`;
    one("#chosen-count").textContent = chosen.size ? text : "";
    one("#chosen-ids").replaceChildren(...[...chosen].map((id) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = kind;
      field.value = id;
      return field;
    }));
    const gone = all("[data-gone]").filter((each) => chosen.delete(each.dataset.gone));
    if (gone.length) saveSelection();
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-choose]")) {
      if (box.checked) chosen.add(box.dataset.choose); else chosen.delete(box.dataset.choose);
      saveSelection();
    } else if (box.id === "choose-all") {
      for (const each of all("[data-choose]")) {
        if (box.checked) chosen.add(each.dataset.choose); else chosen.delete(each.dataset.choose);
      }
      saveSelection();
    }
    toggleDateFields();
  });

  // On small screens the filters are folded behind a button, so that the orders come first.
  const filters = one("#filters");
  const unfold = one("#show-filters");
  if (filters && unfold) {
    filters.classList.add("folds");
    unfold.addEventListener("click", () => {
      const open = filters.classList.toggle("unfolded");
      unfold.setAttribute("aria-expanded", String(open));
    });
  }

  // A closed drop-down shows how many of its boxes are ticked.
  function countTicked() {
    for (const summary of all("#filters details.dropdown > summary")) {
      const ticked = all("input:checked", summary.parentElement).length;
      summary.textContent = summary.textContent.replace(/ \(\d+\)$/, "") + (ticked ? ` (${ticked})` : "");
    }
  }

  function toggleDateFields() {
    countTicked();
    const created = one("#filters [name=created]");
    for (const label of all("[data-shown-for]")) label.hidden = created.value !== label.dataset.shownFor;
  }
  toggleDateFields();
  showSelection();

  // A live list offers to show changes instead of reloading: rows don't move under the mouse.
  const list = one("[data-live-list]");
  if (list && window.EventSource) {
    const news = new EventSource(`/live?about=${encodeURIComponent(list.dataset.liveList)}`);
    news.addEventListener("changed", () => { list.hidden = false; });
    window.addEventListener("pagehide", () => news.close());
  }

  // A live page refreshes itself, unless somebody is typing: then it offers to show the changes.
  const live = one("#live[data-live]");
  if (live && window.EventSource) {
    const news = new EventSource(`/live?about=${encodeURIComponent(live.dataset.live)}`);
    news.addEventListener("changed", () => {
      if (dialog.open || editedFields(one("#live")).length) one("#hint").hidden = false; else refresh();
    });
    window.addEventListener("pagehide", () => news.close());
  }
})();
