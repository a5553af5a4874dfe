// Filters of a list, and what small screens fold behind a button.
for (const button of all("[data-unfolds]")) {
  const folded = one(`#${button.getAttribute("aria-controls")}`);
  folded.classList.add("folds");
  button.addEventListener("click", () => {
    const open = folded.classList.toggle("unfolded");
    button.setAttribute("aria-expanded", String(open));
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

document.addEventListener("change", toggleDateFields);
