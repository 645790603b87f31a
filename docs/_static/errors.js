/* "I see an error": deadlines in the reader's zone, the connector in every link, words to copy. Without it the page says
   every promise in words. Nothing is sent anywhere. */
"use strict";
(() => {
  const block = document.querySelector("script.ops-clock");
  if (!block) return;
  const data = JSON.parse(block.textContent), root = block.closest("article");
  const all = (what) => [...root.querySelectorAll(what)];
  const given = new URLSearchParams(location.search);
  const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_./:@-]{0,119}$/;
  const SHOWN = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  function make(tag, about, ...inside) {
    const made = Object.assign(document.createElement(tag), about);
    made.append(...inside);
    return made;
  }

  // Minutes since 1970, with fractions; null: outside the weeks that this page knows.
  function due(minutes, place, at) {
    if (place < 0) return at + minutes;
    if (at < data.from) return null;
    const edges = data.hours[place];
    let left = minutes;
    for (let i = 0; i < edges.length; i += 2) {
      const start = Math.max(edges[i], at), end = edges[i + 1];
      if (end <= start) continue;
      if (start + left <= end) return start + left;
      left -= end - start;
    }
    return null;
  }
  const told = (at, more) => new Intl.DateTimeFormat("en-GB", { ...SHOWN, ...more }).format(at);
  function when(minute) {
    const at = new Date(Math.floor(minute) * 60000), utc = told(at, { timeZone: "UTC" });
    if (!at.getTimezoneOffset()) return utc + " UTC";
    const same = told(at, {}).split(",")[0] === utc.split(",")[0];
    return told(at, { timeZoneName: "short" }) + " (" + (same ? utc.split(", ")[1] : utc) + " UTC)";
  }

  const reported = make("input", { type: "datetime-local", id: "ops-reported" });
  const choice = make("select", { id: "ops-connector" }, make("option", { value: "" }, "any"));
  const known = make("details", { className: "ops-known-here", hidden: true });
  const rows = new Map();
  for (const row of all(".ops-known tbody tr")) {
    const link = row.querySelector("td:first-child a");
    const name = link && new URL(link.href).pathname.split("/").pop().replace(/\.html$/, "");
    if (!name) continue;
    rows.set(name, row);
    choice.append(make("option", { value: name }, link.textContent));
  }
  const stale = make("p", { className: "ops-stale" });
  stale.setAttribute("role", "status");
  const box = make("div", { className: "ops-report" },
    make("label", { htmlFor: choice.id }, "Connector"), choice,
    make("label", { htmlFor: reported.id }, "Reported"), reported,
    make("small", {}, "Empty: now. The promise counts from the user's first message."));
  block.before(box, stale, known);
  if (rows.has(given.get("connector"))) choice.value = given.get("connector");

  const dues = all(".ops-due").map((node) => {
    const level = data.levels[Number((/ops-level-(\d+)/.exec(node.className) || [])[1])];
    const line = make("p", { className: "ops-by" });
    node.prepend(line);
    return { level, line };
  });
  function tick() {
    const at = (reported.value ? Date.parse(reported.value) : Date.now()) / 60000;
    let unknown = false;
    for (const { level, line } of dues) {
      const [first, second] = level.slice(0, 2).map((minutes) => due(minutes, level[3], at));
      unknown ||= first === null;
      put(line, first === null ? "" : "Answer by " + when(first)
        + (second === null ? "" : "\nA way round by " + when(second)));
    }
    put(stale, unknown ? "This page knows business hours from " + when(data.from) + " until " + when(data.until)
      + ". Outside of them count from the words." : "");
  }

  function carry() {
    const carried = { connector: choice.value, warehouse: given.get("warehouse") };
    for (const link of all(".ops-answer li:first-child a")) {
      const url = new URL(link.href);
      for (const [name, value] of Object.entries(carried)) {
        if (value && PLAIN.test(value)) url.searchParams.set(name, value);
        else url.searchParams.delete(name);
      }
      link.href = url.href;
    }
    const row = rows.get(choice.value), parts = all(".ops-known thead th").slice(1);
    known.hidden = !row;
    if (row) known.replaceChildren(make("summary", {}, "Known already of " + row.cells[0].textContent.trim()),
      ...parts.map((head, index) => make("div", {}, make("strong", {}, head.textContent),
        ...[...row.cells[index + 1].childNodes].map((node) => node.cloneNode(true)))));
    const here = new URL(location.href);
    if (choice.value) here.searchParams.set("connector", choice.value);
    else here.searchParams.delete("connector");
    try { history.replaceState(null, "", here); } catch { /* refused for files by some browsers */ }
  }

  for (const words of all(".ops-tell")) {
    const button = make("button", { type: "button", className: "ops-copy" }, "Copy");
    const text = [...words.querySelectorAll("p")].map((p) => p.textContent.replace(/\s+/g, " ").trim()).join("\n\n");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(words.querySelector("p"));
        button.textContent = "Selected: copy it";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    words.append(button);
  }

  function open() {
    const mark = document.getElementById(location.hash.slice(1));
    const fold = mark && mark.closest("details");
    if (!fold) return;
    fold.open = true;
    fold.scrollIntoView({ behavior: "instant" });
  }

  choice.addEventListener("change", carry);
  reported.addEventListener("input", tick);
  addEventListener("hashchange", open);
  setInterval(tick, 15000);
  tick();
  carry();
  open();
})();
