/* Texts that people send or paste as they stand: a button below each copies it. Without it they select it by hand. */
"use strict";
(function () {
  const commands = ".highlight-console pre, .highlight-yaml pre, .highlight-sql pre";
  const wanted = document.querySelector(".ops-copied") ? ".ops-copied pre" : commands;
  for (const pre of document.querySelectorAll(wanted)) {
    const button = document.createElement("button"), said = document.createElement("span");
    button.type = "button";
    button.className = "ops-copy";
    button.textContent = "Copy";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.textContent.replace(/\n$/, ""));
        said.textContent = " Copied.";
      } catch {
        getSelection().selectAllChildren(pre);
        said.textContent = " Selected: copy it.";
      }
    });
    const row = document.createElement("p");
    row.append(button, said);
    pre.closest("[class*=highlight-]").after(row);
  }
})();
