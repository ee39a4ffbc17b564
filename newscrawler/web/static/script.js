// The reading room without this script is complete; with it, it has keys, local times, and a switch for the night.
"use strict";
(() => {
  const root = document.documentElement;
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private windows refuse */ } };
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const chosen = remembered("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  root.classList.add("scripted");

  const theme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember("theme", root.dataset.theme);
  };

  const times = () => {
    // the form that pages have, in the reader's zone: 2026-11-22 13:30
    const whole = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
    for (const time of document.querySelectorAll("time[datetime$=Z]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.title = time.textContent;
      time.textContent = (time.dataset.prefix ? time.dataset.prefix + " " : "") + whole.format(at);
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone || "local";
  };

  // what was the last article when the visit before this one ended; half an hour without a look ends a visit
  const here = () => {
    const last = Number(document.querySelector("[data-last]")?.dataset.last);
    const tab = document.querySelector("[data-here]");
    if (!last || !tab || !tab.hidden) return;
    let known;
    try { known = JSON.parse(remembered("here")); } catch { known = null; }
    const before = known && Date.now() - known.at > 1800e3 ? known.last : known?.before;
    remember("here", JSON.stringify({ last, before, at: Date.now() }));
    if (!before) return;
    tab.querySelector("a").search = `?after=${before}`;
    tab.hidden = false;
  };

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const entries = () => [...document.querySelectorAll(".entry")];
  const marked = () => document.querySelector(".entry.here");
  const step = (by) => {
    const all = entries();
    if (!all.length) return;
    const at = all.indexOf(marked());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    all.forEach((each) => each.classList.toggle("here", each === next));
    (next.querySelector("h3 a, h2 a") || next.querySelector("a"))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    keepPlace(next);
  };
  // the place in a list, for whoever comes back to it
  const listed = () => `place ${location.pathname}${location.search}`;
  const keepPlace = (entry) => { try { sessionStorage.setItem(listed(), entries().indexOf(entry)); } catch { /* private windows refuse */ } };
  const findPlace = () => {
    if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
    let at = null;
    try { at = sessionStorage.getItem(listed()); } catch { return; }
    const entry = at === null ? null : entries()[at];
    entry?.classList.add("here");
    (entry?.querySelector("h3 a, h2 a") || entry?.querySelector("a"))?.focus({ preventScroll: true });
  };
  const follow = (selector) => document.querySelector(selector)?.click();
  const keys = {
    "/": () => { const field = document.querySelector("main [data-key='/']") || document.querySelector("[data-key='/']"); field?.focus(); field?.select(); },
    j: () => step(1),
    k: () => step(-1),
    o: () => (marked()?.querySelector("h3 a, h2 a") || marked()?.querySelector("a"))?.click(),
    "[": () => follow("a[rel~=prev]"),
    "]": () => follow("a[rel~=next]"),
    g: () => follow(".nameplate"),
    d: theme,
    "?": () => document.getElementById("keys").showModal(),
  };

  // what a button says when it is pressed, and when it is not
  const does = { s: ["seen", "unseen"], l: ["keep", "unkeep"], y: ["belongs", "undecide"], x: ["drop", "undecide"], f: ["follow", "unfollow"], p: ["part", "unpart"], t: ["back", "unback"] };
  const flip = (button) => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    const [verb, ...id] = button.value.split(":"), [on, off] = does[button.dataset.key];
    button.value = `${verb === on ? off : on}:${id.join(":")}`;
  };
  // the desk: a button says what it wants in its value; without this script the form is sent, and the page comes anew
  const says = (words) => { const place = document.getElementById("desk-says"); if (place) place.textContent = words; };
  // what tells of the whole list comes anew when one of it goes; of two such answers the later question's counts
  let asked = 0;
  const freshen = async () => {
    const mine = ++asked, old = [...document.querySelectorAll("[data-fresh]")];
    if (!old.length) return;
    let page;
    try { page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html"); } catch { return; }
    if (mine !== asked) return;
    for (const each of old) {
      const now = page.getElementById(each.id);
      if (now) each.replaceChildren(...now.childNodes);
    }
  };
  const post = async (event) => {
    const button = event.submitter;
    if (event.target.id !== "desk" || !button || !button.closest(".entry, article, .today")) return;
    event.preventDefault();
    const told = new URLSearchParams(new FormData(event.target));
    told.set("do", button.value);
    let answer;
    try {
      const reply = await fetch(event.target.action, { method: "POST", body: told, headers: { accept: "application/json" } });
      answer = await reply.json();
    } catch { answer = { ok: false, said: "The reading room does not answer. Nothing was changed." }; }
    says(answer.said);
    if (!answer.ok) return;
    const entry = button.closest(".entry");
    if (button.classList.contains("gone")) { step(1); entry.remove(); await freshen(); return; }
    if (button.value.startsWith("seen-all")) { for (const each of entries()) each.classList.add("seen"); return; }
    if (!button.hasAttribute("aria-pressed")) { location.reload(); return; }
    flip(button);
    const on = button.getAttribute("aria-pressed") === "true";
    if (button.dataset.key === "s") entry?.classList.toggle("seen", on);
    for (const other of button.parentElement.querySelectorAll("[data-key=y], [data-key=x]"))
      if (on && other !== button && "yx".includes(button.dataset.key) && other.getAttribute("aria-pressed") === "true") flip(other);
  };
  // a key of the desk: in the entry that is marked, else in the page; what takes out wants a marked one
  const press = (key) => {
    const wanted = `[data-key="${key}"]`;
    const elsewhere = key === "t" ? `main ${wanted}:not(.entry *)` : `main ${wanted}, nav ${wanted}`;
    const found = marked()?.querySelector(wanted) || document.querySelector(elsewhere);
    if (!found) return false;
    if (found.matches("button, a")) found.click(); else found.focus();
    return true;
  };

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try { await navigator.clipboard.writeText(text); } catch { getSelection().selectAllChildren(document.getElementById(button.dataset.copy)); return; }
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  // Drawing over a timeline is a search from the first day drawn over to the last; each bar's address says its own days
  const zoom = (plot) => {
    const bars = [...plot.querySelectorAll("a")];
    const day = (bar, name) => bar.getAttribute("href").match(new RegExp(name + "%3A([0-9-]+)"))?.[1];
    if (bars.length < 3 || !day(bars[0], "since")) return;
    const at = (event) => Math.max(0, Math.min(bars.length - 1, Math.floor((event.clientX - plot.getBoundingClientRect().left) / plot.getBoundingClientRect().width * bars.length)));
    const unit = plot.viewBox.baseVal.width / bars.length;
    let from = null, brush = null;
    plot.classList.add("zooms");
    plot.addEventListener("dragstart", (event) => event.preventDefault());
    plot.addEventListener("pointerdown", (event) => { if (event.button === 0) from = at(event); });
    addEventListener("pointermove", (event) => {
      if (from === null || (at(event) === from && !brush)) return;
      if (!brush) {
        brush = document.createElementNS(plot.namespaceURI, "rect");
        brush.setAttribute("class", "plot-brush");
        brush.setAttribute("height", plot.viewBox.baseVal.height);
        plot.append(brush);
      }
      brush.setAttribute("x", Math.min(from, at(event)) * unit);
      brush.setAttribute("width", (Math.abs(from - at(event)) + 1) * unit);
    });
    addEventListener("pointerup", (event) => {
      if (brush) {
        const [first, last] = [bars[Math.min(from, at(event))], bars[Math.max(from, at(event))]];
        plot.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
        location.href = first.getAttribute("href").replace(/until%3A[0-9-]+/, "until%3A" + day(last, "until"));
        brush.remove();
      }
      from = brush = null;
    });
  };

  const editor = () => {  // Datasette's, where the page has loaded it
    const field = document.getElementById("sql-editor");
    if (!field || !window.CodeMirror) return;
    const made = CodeMirror.fromTextArea(field, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true, extraKeys: { Tab: false, "Shift-Enter": () => field.form.submit() } });
    field.removeAttribute("id");
    made.getInputField().id = "sql-editor";  // its label is of what is typed into now
  };

  document.addEventListener("DOMContentLoaded", () => {
    times();
    here();
    findPlace();
    for (const entry of entries()) entry.addEventListener("click", () => keepPlace(entry));
    editor();
    document.querySelectorAll(".plot-bars").forEach(zoom);
    for (const hidden of document.querySelectorAll("[data-theme-toggle], .copy, .keys")) hidden.hidden = false;
    document.addEventListener("submit", post);
    document.querySelector("[data-theme-toggle]")?.addEventListener("click", theme);
    for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (/^[a-z]$/.test(event.key) && press(event.key)) event.preventDefault();
  });
})();
