// The keyboard: j and k move, Enter opens, a says that it was wrong, r leaves it, / searches.  Everything works without this file.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("tr[data-open]")];
  let here = -1;

  const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select");

  const move = (by) => {
    if (!rows.length) return false;
    rows[here]?.classList.remove("here");
    here = Math.min(rows.length - 1, Math.max(0, here + by));
    rows[here].classList.add("here");
    rows[here].querySelector(".what a")?.focus({ preventScroll: true });
    rows[here].scrollIntoView({ block: "nearest" });
    return true;
  };

  const follow = (selector) => {
    const link = document.querySelector(selector);
    link?.click();
    return Boolean(link);
  };

  const judge = (action) => {
    const form = document.getElementById("wrong");
    if (form) {
      const button = form.querySelector(`button[value=${action}]`);
      const note = form.querySelector("textarea");
      if (!button || !note) return false;
      if (document.activeElement === button) return false;
      note.focus();
      note.dataset.action = action;
      return true;
    }
    if (here < 0) return false;
    location.assign(`${rows[here].dataset.open}#wrong`);
    return true;
  };

  const keys = {
    j: () => move(1) || follow("a[data-key=j]"),
    k: () => move(-1) || follow("a[data-key=k]"),
    a: () => judge("reopen"),
    r: () => judge("dismiss"),
    x: () => (here < 0 ? false : (rows[here].querySelector("input[type=checkbox]")?.click(), true)),
    "/": () => (document.getElementById("search")?.focus(), true),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const element = event.target;
    if (element.matches("#wrong textarea") && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      document.querySelector(`#wrong button[value=${element.dataset.action || "reopen"}]`)?.click();
      return;
    }
    if (isTyping(element)) {
      if (event.key === "Escape") element.blur();
      return;
    }
    if (keys[event.key]?.()) event.preventDefault();
  });

  for (const row of rows) {
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a, input, button, label, td.tick") && !String(getSelection())) location.assign(row.dataset.open);
    });
  }

  // Drag over the hours to list what was rejected in them; each bar is a link without this.
  for (const chart of document.querySelectorAll("svg.hours[data-from]")) {
    const step = Number(chart.dataset.step);
    const last = Math.round((chart.viewBox.baseVal.width - 40) / step) - 1;
    const brush = chart.querySelector(".brush");
    const hourAt = (event) => {
      const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
      return Math.min(last, Math.max(0, Math.floor(x / step)));
    };
    const name = (hours) => new Date(Date.parse(chart.dataset.from) + hours * 3600000).toISOString().slice(0, 13);
    let from = -1;
    let to = -1;
    const draw = () => {
      brush.setAttribute("x", Math.min(from, to) * step - 2);
      brush.setAttribute("width", from === to ? 0 : (Math.abs(to - from) + 1) * step);
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = to = hourAt(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (from < 0) return;
      to = hourAt(event);
      draw();
    });
    window.addEventListener("pointerup", () => {
      if (from >= 0 && from !== to) {
        location.assign(`/rejected?since=${name(Math.min(from, to))}&until=${name(Math.max(from, to) + 1)}`);
      }
      from = -1;
    });
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("click", (event) => { if (from !== to) event.preventDefault(); });
  }

  // On a narrow screen the sections scroll beside each other: the one that one is in comes into sight.
  for (const link of document.querySelectorAll("nav [aria-current]")) {
    link.parentElement.scrollLeft = link.offsetLeft - (link.parentElement.clientWidth - link.offsetWidth) / 2;
  }

  document.documentElement.classList.add("has-script");
  if (location.hash === "#wrong") document.querySelector("#wrong textarea")?.focus();
})();
