// Says behind each time how long ago that was, in the page's language, and again every
// minute. The page itself never does: the same state gives the same bytes.
"use strict";
(() => {
  const language = document.documentElement.lang;
  if (!window.Intl || !Intl.RelativeTimeFormat || !Intl.RelativeTimeFormat.supportedLocalesOf(language).length) return;
  const form = (style) => new Intl.RelativeTimeFormat(language, { style });
  const long = form("long"), short = form("short"), narrow = form("narrow"); // by the room there is
  const now = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");
  const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

  const ago = (form, seconds) => {
    for (const [unit, length] of units) {
      const n = Math.trunc(seconds / length);
      // "1 year ago" would stand for 23 months, too.
      if (n && !(unit === "year" && Math.abs(n) < 2)) return form.format(n, unit);
    }
    return now;
  };

  const told = [];
  for (const time of document.querySelectorAll("time[datetime*=T]")) { // not the days
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    const span = document.createElement("span");
    span.className = "ago";
    time.after(" ", span);
    told.push({ at, span, form: time.closest(".clock") ? narrow : time.closest("td") ? short : long });
  }

  const tell = () => {
    const asOf = Date.now();
    for (const { at, span, form } of told) {
      const text = ago(form, (at - asOf) / 1000);
      if (span.textContent !== text) span.textContent = text;
    }
  };
  tell();
  setInterval(tell, 60000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(); });
})();
