"use strict";
/* Shows the line as the live process tells it: puts its HTML in place, holds rows still while they are in use, calls out a new red. */
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const box = one("[data-stream]");
  if (!box) return;
  const held = one("[data-held]"), mine = one("#mine");
  const READING = 5000, SILENCE = 25000, AGAIN = 2000;
  const tell = (what, detail) => document.dispatchEvent(new CustomEvent(`hotline:${what}`, { detail }));

  /* Rows hold still while the pointer or the keyboard is in them: nothing moves that somebody is about to click. */
  let touched = 0, inside = false, kept = null;
  box.addEventListener("pointerenter", () => { inside = true; touched = Date.now(); });
  box.addEventListener("pointerleave", () => { inside = false; release(); });
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) box.addEventListener(kind, () => { touched = Date.now(); });
  const inUse = () => (inside || box.contains(document.activeElement)) && Date.now() - touched < READING;
  const put = (selector, fresh) => one(selector, box).replaceWith(one(selector, fresh).cloneNode(true));
  const release = () => {
    if (kept) put("#line-rows", kept);
    kept = null;
    held.hidden = true;
  };
  held.addEventListener("click", () => { release(); scrollTo({ top: 0 }); });

  /* A new red is called out once in this window. */
  const lookForReds = () => {
    const here = one("#line-now", box).dataset.reds.split(" ").filter(Boolean);
    const first = sessionStorage.getItem("line-reds") === null, seen = new Set((sessionStorage.getItem("line-reds") || "").split(" "));
    sessionStorage.setItem("line-reds", here.join(" "));
    if (!first && here.some((id) => !seen.has(id))) tell("red", held.dataset.red);
  };

  /* My own part is asked for when my seat's mark has changed, but nothing that is being typed is lost. */
  const typing = () => mine.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), select");
  const refreshMine = async (fresh) => {
    const seat = one(`[data-seat="${box.dataset.seat}"]`, one("#line-rows", fresh));
    const mark = seat ? seat.dataset.mark : "";
    if (typing() || mark === (one("[data-mark]", mine).dataset.mark) || mark === mine.dataset.asked) return;
    const answer = await fetch(box.dataset.mine, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
    if (!answer.ok) return;
    const opened = new Set([...mine.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    mine.innerHTML = await answer.text();
    for (const summary of mine.querySelectorAll("details > summary")) if (opened.has(summary.textContent)) summary.parentElement.open = true;
    mine.dataset.asked = mark;  // an agent off duty has no mark; asking once is enough
  };

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    put("#line-now", fresh);
    kept = fresh;
    if (inUse()) held.hidden = false;
    else release();
    lookForReds();
    if (mine) refreshMine(fresh).catch(() => { /* the next event asks again */ });
  };

  /* The stream: the browser reconnects by itself; what it gives up on, or what has fallen silent, is opened anew. */
  let source = null, heard = 0;
  const open = () => {
    if (source) source.close();
    heard = Date.now();
    source = new EventSource(box.dataset.stream, { withCredentials: true });
    source.addEventListener("line", (event) => { heard = Date.now(); tell("connection", true); show(event.data); });
    source.addEventListener("beat", () => { heard = Date.now(); tell("connection", true); });
    source.addEventListener("lost", () => { heard = Date.now(); tell("connection", false); });
    source.addEventListener("signed-out", () => { source.close(); source = null; one("[data-signed-out]").hidden = false; tell("connection", false); });
    source.addEventListener("error", () => { tell("connection", false); });
  };
  setInterval(() => {
    if (kept && !inUse()) release();
    if (source && (source.readyState === EventSource.CLOSED || Date.now() - heard > SILENCE)) { tell("connection", false); open(); }
  }, AGAIN);
  lookForReds();
  open();
})();
