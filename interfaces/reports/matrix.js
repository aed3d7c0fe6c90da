"use strict";
(() => {
  const table = document.getElementById("matrix");
  const form = document.getElementById("filters");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const labelCount = Number(table.dataset.labels);
  const lines = [...body.rows].map((row) => {
    const cells = [...row.cells];
    const labels = cells.slice(0, labelCount).map((cell) => cell.textContent);
    return { row, labels, devices: cells.slice(labelCount), text: labels.join(" ").toLowerCase() };
  });
  const search = document.getElementById("search");
  const device = document.getElementById("device");
  const status = document.getElementById("status");
  const choices = [...form.querySelectorAll("select[data-label]")];

  function fits(line) {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.every((word) => line.text.includes(word))) return false;
    if (!choices.every((each) => !each.value || line.labels[Number(each.dataset.label)] === each.value)) return false;
    if (!device.value && !status.value) return true;
    const cells = device.value ? [line.devices[Number(device.value)]] : line.devices;
    return cells.some((cell) => (status.value ? cell.dataset.status === status.value : cell.dataset.status));
  }

  function isLeftOut(place) {
    return device.value !== "" && Number(device.value) !== place;
  }

  function filter() {
    let count = 0;
    for (const line of lines) {
      line.row.hidden = !fits(line);
      count += line.row.hidden ? 0 : 1;
      line.devices.forEach((cell, place) => { cell.hidden = isLeftOut(place); });
    }
    heads.slice(labelCount).forEach((head, place) => { head.hidden = isLeftOut(place); });
    document.getElementById("shown").value = `${count} of ${lines.length} lines`;
  }

  function compareBy(place, sign) {
    const order = new Intl.Collator("en", { numeric: true });
    if (place < labelCount) {
      return (one, other) => sign * order.compare(one.labels[place], other.labels[place]);
    }
    const rank = (line) => line.devices[place - labelCount].dataset.rank;
    return (one, other) => {
      const [left, right] = [rank(one), rank(other)];
      // Lines without a cell of this device stay below, whichever way round.
      if (left === undefined || right === undefined) return (left === undefined) - (right === undefined);
      return sign * (left - right);
    };
  }

  function sortBy(place) {
    const descends = heads[place].getAttribute("aria-sort") === "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[place].setAttribute("aria-sort", descends ? "descending" : "ascending");
    const compare = compareBy(place, descends ? -1 : 1);
    body.append(...[...lines].sort(compare).map((line) => line.row));
  }

  function open() {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    }
  }

  heads.forEach((head, place) => {
    const button = head.querySelector("button");
    button.disabled = false;
    button.addEventListener("click", () => sortBy(place));
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", open);
  form.hidden = false;
  filter();
  open();
})();
