/* A page that has another address now: on to it, with the step and the values that the link carries. */
"use strict";
(() => {
  const link = document.querySelector("a[data-moved]");
  link.search = location.search;
  link.hash = location.hash;
  location.replace(link.href);
})();
