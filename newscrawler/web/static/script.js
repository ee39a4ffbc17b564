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
    const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
    for (const time of document.querySelectorAll("time[datetime$=Z]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.title = time.textContent;
      time.textContent = (time.dataset.prefix ? time.dataset.prefix + " " : "") + whole.format(at);
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone || "local";
  };

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const entries = () => [...document.querySelectorAll(".entry")];
  const here = () => document.querySelector(".entry.here");
  const step = (by) => {
    const all = entries();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    all.forEach((each) => each.classList.toggle("here", each === next));
    (next.querySelector("h3 a, h2 a") || next.querySelector("a"))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const follow = (selector) => document.querySelector(selector)?.click();
  const keys = {
    "/": () => { const field = document.querySelector("main [data-key='/']") || document.querySelector("[data-key='/']"); field?.focus(); field?.select(); },
    j: () => step(1),
    k: () => step(-1),
    o: () => (here()?.querySelector("h3 a, h2 a") || here()?.querySelector("a"))?.click(),
    "[": () => follow("a[rel~=prev]"),
    "]": () => follow("a[rel~=next]"),
    g: () => follow(".nameplate"),
    d: theme,
    "?": () => document.getElementById("keys").showModal(),
  };

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try { await navigator.clipboard.writeText(text); } catch { getSelection().selectAllChildren(document.getElementById(button.dataset.copy)); return; }
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  document.addEventListener("DOMContentLoaded", () => {
    times();
    for (const hidden of document.querySelectorAll("[data-theme-toggle], .copy, .keys")) hidden.hidden = false;
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
    }
  });
})();
