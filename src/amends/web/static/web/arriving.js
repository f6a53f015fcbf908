// Comfort for who arrives: the first screens, and mail on its way in. Every page works without it.
"use strict";
(() => {
  // ── The time zone of a new firm is the browser's, until somebody chooses another.
  document.querySelectorAll("select[data-zone]").forEach((field) => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isFresh = field.value === "UTC" && !field.form.querySelector("[aria-invalid]");
    if (isFresh && [...field.options].some((option) => option.value === here)) field.value = here;
  });

  // ── While mail is read: say when the desk does not answer, and stop saying it when it does.
  document.querySelectorAll("[data-away-from]").forEach((words) => setInterval(async () => {
    try {
      const answer = await fetch(words.dataset.awayFrom, { method: "HEAD" });
      words.hidden = answer.status < 500;
    } catch { words.hidden = false; }
  }, 3000));
})();
