// Comfort: every page works without.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (selector, inside = document) => inside.querySelector(selector);

  // ── Keys. Off in fields, with a modifier, and where turned off (WCAG 2.1.4).
  const places = { t: "/", c: "/clients", r: "/recoveries" };
  const SEQUENCE_MS = 1200; // for the second key
  let wentAt = 0;
  let leftAt = 0; // no shortcuts until the next page is there
  const leave = (link) => { if (link) { leftAt = Date.now(); link.click(); } };

  function step(by) {
    const rows = all("[data-row]").filter((row) => row.offsetParent !== null);
    const here = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    rows[here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1)]?.focus();
  }

  const keys = {
    "/": () => one("[data-find]")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => document.activeElement.closest("[data-row]")?.querySelector("[data-keep]")?.click(),
    l: () => leave(one('[data-key="l"]')),
    u: () => leave(one('[data-key="u"]')),
    "?": () => one("#keys")?.showModal?.(),
    g: () => { wentAt = Date.now(); },
  };

  document.addEventListener("keydown", (event) => {
    if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || one("dialog[open]")) return;
    if (Date.now() - leftAt < 2 * SEQUENCE_MS) return;
    if (event.key === "Enter" && event.target.matches("[data-row]:not(a)")) {
      one("a", event.target)?.click();
      return;
    }
    const goes = Date.now() - wentAt < SEQUENCE_MS && places[event.key];
    wentAt = 0;
    if (goes) location.assign(goes);
    else if (Object.hasOwn(keys, event.key)) keys[event.key]();
    else return;
    event.preventDefault();
  });

  // ── The focus: mistakes, else the first field. [data-copy] is selected.
  addEventListener("focusin", ({ target }) => target.matches("[data-copy]") && target.select());
  one("[data-focus], [autofocus]")?.focus();

  // ── Drafts: what is typed is kept here until it is saved.
  const KEEP = "amends:";
  const isText = (field) => field.name && !/hidden|password|file|submit/.test(field.type);
  const isTicked = (field) => /radio|checkbox/.test(field.type);

  function keepDraft(form) {
    const key = `${KEEP}${root.dataset.user}:${form.dataset.draft}`;
    const fields = [...form.elements].filter(isText);
    const read = () => fields.map((field) => (isTicked(field) ? field.checked : field.value));
    const fresh = JSON.stringify(read());
    if (!one("[aria-invalid]", form) && restore(localStorage.getItem(key), fields)) {
      one("[data-restored]", form)?.removeAttribute("hidden");
    }
    form.addEventListener("input", () => {
      const now = JSON.stringify(read());
      if (now === fresh) localStorage.removeItem(key);
      else localStorage.setItem(key, now);
    });
    form.addEventListener("submit", () => sessionStorage.setItem(`${KEEP}sent`, key));
  }

  function restore(text, fields) {
    const kept = JSON.parse(text ?? "[]");
    const fits = kept.length > 0 && kept.length === fields.length;
    if (fits) fields.forEach((field, place) => { field[isTicked(field) ? "checked" : "value"] = kept[place]; });
    return fits;
  }

  try { // it may be refused
    const sent = sessionStorage.getItem(`${KEEP}sent`);
    if (sent && root.dataset.user && !one("[aria-invalid], .err, [data-arrives]")) localStorage.removeItem(sent);
    sessionStorage.removeItem(`${KEEP}sent`);
    one("[data-sign-out]")?.addEventListener("submit", () => {
      Object.keys(localStorage).filter((key) => key.startsWith(KEEP)).forEach((key) => localStorage.removeItem(key));
    });
    all("form[data-draft]").forEach(keepDraft);
  } catch { /* then none is kept */ }

  // ── A form is sent once; unsaved, it asks before it is left.
  let isUnsaved = false;
  all("form[data-leave]").forEach((form) => form.addEventListener("input", () => { isUnsaved = true; }));
  window.addEventListener("beforeunload", (event) => { if (isUnsaved) event.preventDefault(); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    const file = one("[data-most]", form);
    if (form.dataset.sent || file?.validity.customError) {
      file?.reportValidity();
      event.preventDefault();
      return;
    }
    if (form.method === "post") form.dataset.sent = "yes";
    if (form.dataset.arrives) { event.preventDefault(); arrive(form); }
    isUnsaved = false;
    all("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
    root.classList.add("busy");
  });
  // Asked again until it arrives: the token in it keeps it single. Mistakes come back as without a script.
  async function arrive(form) {
    try {
      const told = { method: "POST", body: new FormData(form), headers: { Prefer: "return=minimal" }, redirect: "manual" };
      const { status } = await fetch("", told);
      if (status === 204) return location.assign(form.dataset.arrives);
      if (status < 500) return form.submit();
    } catch { /* no connection */ }
    one("[data-offline]", form).hidden = false;
    root.classList.remove("busy");
    setTimeout(arrive, 3000, form);
  }
  window.addEventListener("pageshow", (event) => { // back again: the form may be sent again
    if (!event.persisted) return;
    root.classList.remove("busy");
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  // ── A file too large says so before it is sent.
  all("[data-most]").forEach((field) => field.addEventListener("change", () => {
    const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
    field.setCustomValidity(size > Number(field.dataset.most) ? field.dataset.tooLarge : "");
    field.reportValidity();
  }));

  // ── Work under way: a part is fetched until it says [data-done]; then the page.
  async function follow(part) {
    try {
      const answer = await fetch(part.dataset.poll);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.redirected || one("[data-done]", page)) { location.reload(); return; }
      if (answer.ok) part.replaceChildren(...(one("[data-poll]", page) ?? page.body).childNodes);
    } catch { /* ask again */ }
    later(part);
  }
  const later = (part) => setTimeout(follow, 1000 * Number(part.dataset.every || 2), part);
  all("[data-poll]").forEach(later);
})();
