// What makes the page nicer where scripts run: completion, and keys to get about. Everything works without.
"use strict";

(() => {
  const box = document.getElementById("q");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Completion: a listbox below the search box, as ARIA's combobox pattern has it.

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  box.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) box.setAttribute(name, value);

  let typed = box.value;
  let asking = null;
  let waiting = 0;

  const options = () => [...list.children];
  const current = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

  // What is still to be asked or answered would open the list again, or take a choice for what was typed.
  function rest() {
    clearTimeout(waiting);
    if (asking) asking.abort();
  }

  function close() {
    rest();
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(texts) {
    list.replaceChildren(...texts.map((text, place) => {
      const option = document.createElement("li");
      option.id = `suggestion-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dir = "auto";
      option.textContent = text;
      return option;
    }));
    list.hidden = !texts.length;
    box.setAttribute("aria-expanded", String(texts.length > 0));
    box.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    rest();
    const before = current();
    if (before >= 0) options()[before].setAttribute("aria-selected", "false");
    const option = options()[place];
    box.value = option ? option.textContent : typed;
    if (option) {
      option.setAttribute("aria-selected", "true");
      box.setAttribute("aria-activedescendant", option.id);
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  async function suggest() {
    rest();
    if (!typed.trim() || box.selectionStart !== typed.length) return close();
    asking = new AbortController();
    try {
      const address = `${box.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return close();
      const [of, texts] = await answer.json();
      if (of === box.value && document.activeElement === box) show(texts.filter((text) => text !== of));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  box.addEventListener("input", (event) => {
    if (event.isComposing) return;
    typed = box.value;
    rest();
    waiting = setTimeout(suggest, 80);
  });
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(current() + 1 < count ? current() + 1 : -1);
    else if (event.key === "ArrowUp") choose(current() < 0 ? count - 1 : current() - 1);
    else if (event.key === "Escape") { box.value = typed; close(); } else return;
    event.preventDefault();
  });
  box.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== box) close(); }, 150));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("li");
    if (!option) return;
    event.preventDefault();
    box.value = option.textContent;
    box.form.requestSubmit();
  });

  // Keys: / to the box, j and k along the articles, ? for what there is. They can be turned off.

  const dialog = document.getElementById("keys");
  const use = document.getElementById("use-keys");
  const button = document.getElementById("show-keys");
  const KEPT = "newsstand-keys";
  try { use.checked = localStorage.getItem(KEPT) !== "off"; } catch { /* nothing is kept here */ }
  use.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, use.checked ? "on" : "off"); } catch { /* likewise */ }
  });
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());

  function walk(step) {
    const links = all(".hit h2 a");
    if (!links.length) return;
    const place = links.indexOf(document.activeElement);
    const next = place < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(place + step, 0), links.length - 1);
    links[next].focus();
    links[next].closest("li").scrollIntoView({ block: "nearest" });
  }

  function follow(relation) {
    const link = one(`.neighbours a[rel="${relation}"]`);
    if (link) link.click();
  }

  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest("input, textarea, select, dialog");
    if (inField || event.ctrlKey || event.metaKey || event.altKey || !use.checked) return;
    const done = {
      "/": () => { box.focus(); box.select(); },
      j: () => (one(".neighbours") ? follow("next") : walk(1)),
      k: () => (one(".neighbours") ? follow("prev") : walk(-1)),
      "?": () => dialog.showModal(),
    }[event.key];
    if (!done) return;
    event.preventDefault();
    done();
  });

  // Menus close when something else is done.

  document.addEventListener("click", (event) => {
    for (const menu of all(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest(".menu[open]");
    if (menu) { menu.open = false; one("summary", menu).focus(); }
  });

  // The filter of a long facet works while typing on what is listed.

  const having = document.querySelector("[data-filters]");
  if (having) {
    const values = [...document.getElementById(having.dataset.filters)?.children ?? []];
    having.addEventListener("input", () => {
      const wanted = having.value.trim().toLocaleLowerCase();
      for (const value of values) value.hidden = !one(".label", value).textContent.toLocaleLowerCase().includes(wanted);
    });
  }

  // The latest bars are the ones to see first where not all fit.

  const bars = one(".bars");
  if (bars) bars.scrollLeft = bars.scrollWidth;
})();
