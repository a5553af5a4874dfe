// Buttons that copy a text, and say so.
async function copyText(text) {
  if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
  // Without TLS browsers have no clipboard for scripts, but still copy what is selected.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
onClick("[data-copy]", (at) => {
  copyText(at.dataset.copy).then(() => { at.focus(); showMessage(at.dataset.copied); }, () => {});
});
