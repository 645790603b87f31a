/* The bundle of all runbooks shows the one that the address names, and its list otherwise. Needs night.js. */
"use strict";
function choose() {
  const target = document.getElementById(location.hash.slice(1));
  const list = document.querySelector("nav details");
  list.open = !target;
  for (const book of books) {
    book.root.hidden = !book.root.contains(target);
    if (book.root.hidden || book.begun) continue;
    book.begun = true;
    runbook(book);
  }
  if (target) target.scrollIntoView();
}
choose();
window.addEventListener("hashchange", choose);
