/* Messages at night: gaps as inputs, times worked out, what is missing visible in the copy as well. Needs night.js. */
"use strict";
(function () {
  const found = blocks.filter(({ data }) => data.gaps), warn = make("p", { className: "ops-refused", role: "status" });
  const store = memory("messages", warn);
  const when = (at) => day(at) + " " + utc(at);
  const words = (name) => store.values[name] || (name === "paged" && paged ? when(paged) : given[name]);
  // What was typed; what is worked out; the default, once the link says all that stands in it.
  function value([name, told, computed], minutes, now) {
    if (store.values[name]) return store.values[name];
    if (computed) return when(now + (computed === "now" ? 0 : minutes * MINUTE));
    // A part in brackets is left out while something in it is not known.
    return filled((told || "").replace(/\[([^\[\]]*)\]/g, (all, part) => filled(part)));
  }
  function filled(text) {
    let whole = Boolean(text);
    const full = text.replace(/\{([a-z][a-z0-9_]*)\}/g, (all, one) => words(one) || String(whole = false));
    return whole ? full : "";
  }
  function message({ data, root }) {
    const fill = slots(root, data.gaps.map(([name]) => name)), shown = {};
    let copied = false;
    let at = 0;
    function show(now) {
      at = now || at;
      for (const gap of data.gaps) shown[gap[0]] = value(gap, data.next, at);
      fill(shown);
    }
    const boxes = inputs(root.querySelector(".ops-gaps"), store.values, (name, text) => {
      store.values[name] = text;
      store.save();
      all.forEach((one) => one.typed(name, text));
    });
    root.querySelectorAll("pre").forEach((pre, index) => {
      pre.closest("[class*=highlight-]").after(copier(index ? "Copy body" : "Copy subject", () => {
        copied = true;
        show(Date.now());
        const copy = pre.cloneNode(true);
        for (const gap of copy.querySelectorAll(".ops-gap")) gap.textContent = "[" + gap.dataset.name + ": missing]";
        return [copy.textContent, ""];
      }));
    });
    show(Date.now());
    function typed(name, text) {
      for (const one of boxes) if (one.name === name && one.box.value.trim() !== text) one.box.value = text;
      show();
    }
    return { typed, again: () => { if (!copied) show(Date.now()); } };
  }
  document.querySelector("h1").after(warn);
  const all = found.map(message);
  refuseLinked([].concat(...found.map(({ data }) => data.gaps.map(([name]) => name))), warn);
  carry({}, given.runbook || "");
  setInterval(() => all.forEach((one) => one.again()), 5000);
  // The page has grown above what the address names.
  const target = document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView();
})();
