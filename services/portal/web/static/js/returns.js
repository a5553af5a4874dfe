// Only what was received has a condition and a disposition.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-arrival]")) return;
  const received = event.target.value === "received";
  for (const each of all("[data-received]", event.target.closest(".grid"))) each.disabled = !received;
});
