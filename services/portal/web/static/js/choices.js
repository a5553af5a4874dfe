// The reader's choices, which the server reads from cookies: theme and language.
function remember(name, value) {
  const seconds = value ? 31536000 : 0;
  document.cookie = `${name}=${value}; path=/; max-age=${seconds}; samesite=lax`;
}
onClick("[data-sets-theme]", (at) => {
  const theme = at.dataset.setsTheme;
  remember("theme", theme);
  if (theme) document.documentElement.dataset.bsTheme = theme;
  else delete document.documentElement.dataset.bsTheme;
  for (const each of all("[data-sets-theme]")) each.setAttribute("aria-pressed", String(each === at));
});
onClick("[data-language]", (at) => {
  remember("language", at.dataset.language);
  location.reload();
});
