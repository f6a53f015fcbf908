// Check a draft: what is typed is checked as it is typed. The page works without.
"use strict";
(() => {
  const one = (selector, inside = document) => inside.querySelector(selector);
  const form = one("form[data-live]");
  if (!form) return;
  const PAUSE_MS = 500; // after the last key
  const { text, left } = form.elements;
  const letter = one("[data-letter]");
  const own = (node) => (node.firstChild ?? node).textContent; // without the number of its mark
  let last = 0; // the newest question: an answer to an older one is dropped
  let timer;

  const put = (part, html) => part.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);

  async function ask(chosen) {
    const turn = ++last;
    const asked = new FormData(form);
    if (chosen) asked.set(chosen.name, chosen.value);
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: asked, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const told = await answer.json();
      if (turn !== last) return;
      if (chosen) text.value = told.text;
      left.value = told.left;
      put(letter, told.letter);
      put(one("[data-found]"), told.found);
      put(one("[data-parts]"), told.parts);
      one("[data-title]").textContent = told.title;
      if (chosen) (one("[data-mark]") ?? text).focus();
    } catch { if (chosen) form.requestSubmit(one(`[value="${chosen.value}"]`)); /* typing on asks again */ }
  }

  // What was not touched keeps its marks until the answer comes.
  function follow() {
    const old = [...letter.childNodes].map(own).join("");
    const now = text.value;
    let from = 0;
    while (from < old.length && old[from] === now[from]) from += 1;
    let back = 0;
    while (back < Math.min(old.length, now.length) - from && old.at(-1 - back) === now.at(-1 - back)) back += 1;
    let place = 0;
    let first = 0; // of what stays as it was, before the change and after it
    let rest = null;
    const gone = [];
    for (const node of letter.childNodes) {
      const start = place;
      place += own(node).length;
      if (place <= from) first = place;
      else if (start >= old.length - back) { rest = node; place = start; break; } else gone.push(node);
    }
    gone.forEach((node) => node.remove());
    letter.insertBefore(document.createTextNode(now.slice(first, rest ? now.length - (old.length - place) : now.length)), rest);
  }

  form.classList.add("live");
  letter.hidden = false;
  letter.setAttribute("aria-hidden", "true");
  follow();
  text.addEventListener("input", () => {
    follow();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("button[form=draft]");
    if (!button) return;
    event.preventDefault();
    clearTimeout(timer);
    ask(button);
  });

  // ── n and p go from mark to mark.
  addEventListener("keydown", (event) => {
    const by = { n: 1, p: -1 }[event.key];
    if (!by || document.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || one("dialog[open]")) return;
    const cards = [...document.querySelectorAll("[data-mark]")];
    const here = cards.indexOf(document.activeElement.closest("[data-mark]"));
    cards[here < 0 ? (by > 0 ? 0 : cards.length - 1) : (here + by + cards.length) % cards.length]?.focus();
  });

  const copy = one("[data-copies]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(text.value); } catch { text.select(); document.execCommand("copy"); }
    copy.textContent = copy.dataset.copied;
  });
})();
