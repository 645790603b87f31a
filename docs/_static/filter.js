/* A box that filters the table below it, row by row, by every word that is typed. Without this script the table is whole. */
(function () {
  "use strict";
  document.querySelectorAll(".ops-filter").forEach(function (area, number) {
    var rows = Array.prototype.slice.call(area.querySelectorAll("tbody tr"));
    if (rows.length < 2) return;
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var box = document.createElement("div");
    var label = document.createElement("label");
    var input = document.createElement("input");
    var count = document.createElement("p");
    box.className = "ops-filter-box";
    input.type = "search";
    input.id = "ops-filter-" + number;
    input.autocomplete = "off";
    label.htmlFor = input.id;
    label.textContent = "Filter";
    count.setAttribute("role", "status");
    function apply() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, index) {
        var fits = words.every(function (word) { return texts[index].indexOf(word) >= 0; });
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      count.textContent = words.length ? shown + " of " + rows.length : "";
    }
    input.addEventListener("input", apply);
    box.appendChild(label);
    box.appendChild(input);
    box.appendChild(count);
    area.insertBefore(box, area.firstChild);
    apply();
  });
})();
