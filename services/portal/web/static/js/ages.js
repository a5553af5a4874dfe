// Keeps "3 minutes ago" right while a page stays open.
const AGES = [["day", 86400], ["hour", 3600], ["minute", 60]];
const phrases = new Intl.RelativeTimeFormat(document.documentElement.lang || "en");
setInterval(() => {
  for (const time of all("time[data-ago]")) {
    const passed = (Date.now() - new Date(time.dateTime)) / 1000;
    const age = AGES.find(([, seconds]) => passed >= seconds);
    if (age && passed < 7 * 86400) time.textContent = phrases.format(-Math.round(passed / age[1]), age[0]);
  }
}, 60000);
