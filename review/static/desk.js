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

  if (location.hash === "#wrong") document.querySelector("#wrong textarea")?.focus();
})();
