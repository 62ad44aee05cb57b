"use strict";
/* Keeps the list fresh without moving what is being read, calls out a new red once, plays from a word, and knows the keys.
   Everything it does is a convenience: the pages work without it. */
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const live = one("[data-live]");
  const title = document.title;
  const REFRESH = 2000, READING = 10000;

  // What this window remembers: red orders it has seen, and those nobody has opened here yet.
  const remember = (name, numbers) => sessionStorage.setItem(name, [...numbers].join(" "));
  const recall = (name) => new Set((sessionStorage.getItem(name) || "").split(" ").filter(Boolean));

  /* The list is in use while the pointer or the keyboard's focus is in it and has moved lately. */
  let lastTouch = 0, hovering = false;
  const inUse = () => (hovering || live.contains(document.activeElement)) && Date.now() - lastTouch < READING;
  if (live) {
    live.addEventListener("pointerenter", () => { hovering = true; lastTouch = Date.now(); });
    live.addEventListener("pointerleave", () => { hovering = false; });
    for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) live.addEventListener(kind, () => { lastTouch = Date.now(); });
  }

  /* Live refresh */
  const rowsOf = (root) => new Map(all("#rows > li", root).map((row) => [row.dataset.number, row]));
  const update = (row, fresh) => {
    const link = one("a", row), freshLink = one("a", fresh);
    if (link.innerHTML !== freshLink.innerHTML) link.innerHTML = freshLink.innerHTML;
    link.className = freshLink.className;
    row.dataset.urgency = fresh.dataset.urgency;
    row.dataset.revision = fresh.dataset.revision;
    row.classList.remove("gone");
  };
  const keepStill = (old, fresh) => {
    for (const [number, row] of old) {
      if (fresh.has(number)) update(row, fresh.get(number));
      else { row.classList.add("gone"); row.title = one("[data-news]").dataset.gone; }
    }
    const news = [...fresh.keys()].filter((number) => !old.has(number));
    const button = one("[data-news]"), red = news.some((number) => fresh.get(number).dataset.urgency === "red");
    button.hidden = !news.length;
    button.classList.toggle("red", red);
    button.textContent = button.dataset.text.replace("{count}", news.length) + (red ? ` · ${button.dataset.red}` : "");
  };
  const rearrange = (target, source, old, fresh) => {
    const list = one("#rows", target), current = one("a[aria-current]", list);
    one("[data-news]").hidden = true;
    for (const [number, row] of old) if (!fresh.has(number)) row.remove();
    let place = list.firstElementChild;
    for (const [number, row] of fresh) {
      const known = old.get(number);
      if (known) update(known, row);
      else row.classList.add("fresh");
      const wanted = known || row;
      if (wanted === place) place = place.nextElementSibling;
      else list.insertBefore(wanted, place);
    }
    if (current && current.isConnected) current.setAttribute("aria-current", "page");
    const empty = one("#empty", target), freshEmpty = one("#empty", source);
    if (empty) empty.remove();
    if (freshEmpty) target.append(freshEmpty);
  };
  let waiting = null;
  const show = (source) => {
    waiting = source;
    one("#counts").replaceWith(one("#counts", source).cloneNode(true));
    const old = rowsOf(live), fresh = rowsOf(source);
    if (inUse()) keepStill(old, fresh);
    else rearrange(live, source, old, fresh);
    lookForReds();
  };
  const connected = (word) => {
    const dot = one("[data-connection]"), line = one("[data-lost]");
    dot.hidden = false;
    dot.classList.toggle("lost", !word);
    if (word) line.hidden = true;
    else if (line.hidden) {
      line.textContent = line.dataset.text.replace("{time}", one("[data-clock]").textContent);
      line.hidden = false;
    }
  };
  const refresh = async () => {
    if (document.hidden && ++unseen % 5) return;  // a hidden window looks every ten seconds, so that its title can call
    try {
      const answer = await fetch(live.dataset.live, { headers: { "X-Requested-With": "fetch" }, cache: "no-store", signal: timeout(8000) });
      if (answer.status === 401) { one("[data-signed-out]").hidden = false; one("[data-connection]").classList.add("lost"); stopped = true; return; }
      if (!answer.ok) throw new Error(String(answer.status));
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      connected(true);
    } catch { connected(false); }
  };
  const timeout = (ms) => { const stop = new AbortController(); setTimeout(() => stop.abort(), ms); return stop.signal; };
  let stopped = false, unseen = 0;
  const loop = async () => { await refresh(); if (!stopped) setTimeout(loop, REFRESH); };

  /* A new red: one tone, the title flashes until somebody is here, the row is outlined until it is opened. */
  let sound = null, flashing = 0;
  const tone = () => {
    if (!sound || sound.state !== "running") return;
    const source = sound.createOscillator(), volume = sound.createGain();
    source.frequency.value = 880;
    volume.gain.setValueAtTime(0.15, sound.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.7);
    source.connect(volume).connect(sound.destination);
    source.start();
    source.stop(sound.currentTime + 0.7);
  };
  const flash = (words) => {
    clearInterval(flashing);
    let on = false;
    flashing = setInterval(() => { on = !on; document.title = on ? `▲ ${words}` : title; }, 1000);
  };
  const calm = () => { clearInterval(flashing); document.title = title; };
  const lookForReds = () => {
    const here = new Set(one("#counts").dataset.reds.split(" ").filter(Boolean));
    const first = sessionStorage.getItem("seen") === null, seen = recall("seen"), unopened = recall("unopened");
    const fresh = [...here].filter((number) => !seen.has(number));
    if (!first) for (const number of fresh) unopened.add(number);
    for (const number of unopened) if (!here.has(number) || location.pathname.endsWith(`/${number}`)) unopened.delete(number);
    remember("seen", new Set([...seen, ...here]));
    remember("unopened", unopened);
    if (fresh.some((number) => unopened.has(number))) { tone(); flash(one("[data-news]").dataset.red); }
    for (const row of all("#rows > li")) row.classList.toggle("alarm", unopened.has(row.dataset.number));
  };
  document.addEventListener("hotline:red", (event) => { tone(); flash(event.detail); });
  document.addEventListener("hotline:connection", (event) => connected(event.detail));
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => {
    calm();
    sound = sound || new AudioContext();
    if (sound.state === "suspended") sound.resume();
  }, { passive: true });

  /* Transcript and player */
  for (const box of all("[data-recording]")) {
    const audio = one("audio", box), words = all("[data-at]", box);
    if (!audio) continue;
    audio.addEventListener("error", () => { one("[data-play-failed]", box).hidden = false; });
    audio.addEventListener("timeupdate", () => {
      const said = words.filter((word) => Number(word.dataset.at) <= audio.currentTime).pop();
      for (const word of words) word.classList.toggle("playing", word === said && !audio.paused);
    });
    box.addEventListener("click", (event) => {
      const word = event.target.closest("[data-at]");
      if (!word || String(getSelection())) return;
      audio.currentTime = Number(word.dataset.at);
      audio.play();
    });
  }

  /* Keys */
  const step = (by) => {
    const links = all("#rows a"), at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  const accept = () => {
    const open = one("[data-accept]"), form = one("#accept-row"), row = document.activeElement.closest("#rows > li");
    if (open) open.requestSubmit();
    else if (form && row) {
      form.action = form.dataset.action.replace("NUMBER", row.dataset.number);
      form.elements.revision.value = row.dataset.revision;
      form.submit();
    }
  };
  const play = () => { const audio = one("audio"); if (audio) { if (audio.paused) audio.play(); else audio.pause(); } };
  const search = () => { const field = one("#search"); if (field) { field.focus(); field.select(); } };
  const help = () => { const keys = one("#keys"); if (keys.open) keys.close(); else keys.showModal(); };
  const go = (key) => one(`[data-go="${key}"]`);
  const keys = { "?": help, j: () => step(1), k: () => step(-1), a: accept, p: play, "/": search };
  let went = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select")) { if (event.key === "Escape") event.target.blur(); return; }
    if (event.key === "g") { went = Date.now(); return; }
    const place = Date.now() - went < 1500 && /^[a-z]$/.test(event.key) ? go(event.key) : one(`[data-key="${CSS.escape(event.key)}"]`);
    const action = place ? () => { location.href = place.href; } : keys[event.key];
    if (action && one("#keys")) { event.preventDefault(); action(); }
  });
  for (const button of all("[data-keys]")) { button.hidden = false; button.addEventListener("click", help); }
  for (const button of all("[data-news]")) button.addEventListener("click", () => {
    lastTouch = 0;
    document.activeElement.blur();
    show(waiting);
    scrollTo({ top: 0 });
  });

  /* What a caller would hear of an article, while it is written */
  const form = one("#edit");
  if (form) {
    for (const button of all("[data-without-script]")) button.hidden = true;
    let soon = 0;
    const preview = async () => {
      const body = new FormData(form);
      try {
        const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, signal: timeout(8000) });
        if (answer.ok) one("#heard").innerHTML = await answer.text();
      } catch { /* the last preview stays; saving says what is wrong */ }
    };
    form.addEventListener("input", (event) => {
      if (event.target.name === "try_question") return;
      clearTimeout(soon);
      soon = setTimeout(preview, 400);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();  // Enter in a field must not send an article to review
      if (event.target.name === "try_question") one('[value="try"]', form).click();
    });
  }

  /* What was typed into a form survives a lost connection: kept in this window for this person until it arrived */
  const mine = `draft:${document.body.dataset.person}:`;
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));
  const draftOf = (key) => JSON.parse(sessionStorage.getItem(key));
  const arrived = () => {  // a form that arrived leads to a page of ours; coming back by hand or after an error does not
    const [how] = performance.getEntriesByType("navigation");
    return how && how.type === "navigate" && document.referrer.startsWith(location.origin) && !one(".problem[role=alert]");
  };
  const typedIn = (form) => [...form.elements].filter((field) => field.name && (field.tagName === "TEXTAREA" || ["text", "number", "datetime-local"].includes(field.type)));
  const notYet = (key) => sessionStorage.setItem(key, JSON.stringify({ ...draftOf(key), sent: false }));
  addEventListener("pageshow", (event) => { if (event.persisted) drafts().forEach(notYet); });  // came back: it did not arrive
  if (document.body.dataset.person) {
    for (const key of drafts()) if (draftOf(key).sent && arrived()) sessionStorage.removeItem(key);
    for (const form of all("form[method=post]:not(#edit)")) {
      if (!one("textarea", form)) continue;
      const key = mine + form.getAttribute("action"), known = sessionStorage.getItem(key) ? draftOf(key).typed : {};
      const empty = typedIn(form).filter((field) => known[field.name] && !field.value);
      for (const field of empty) field.value = known[field.name];
      if (empty.length) {
        notYet(key);
        const note = document.createElement("p"), button = document.createElement("button");
        note.className = "quiet";
        note.dataset.draft = "";
        note.textContent = `${document.body.dataset.kept} `;
        Object.assign(button, { type: "button", className: "as-link", textContent: document.body.dataset.discard });
        button.addEventListener("click", () => { sessionStorage.removeItem(key); for (const field of empty) field.value = ""; note.remove(); });
        note.append(button);
        form.prepend(note);
        for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      }
      const keep = (sent) => {
        const typed = Object.fromEntries(typedIn(form).map((field) => [field.name, field.value]));
        if (typedIn(form).some((field) => field.value)) sessionStorage.setItem(key, JSON.stringify({ typed, sent }));
        else sessionStorage.removeItem(key);
      };
      form.addEventListener("input", () => keep(false));
      form.addEventListener("submit", () => keep(true));
    }
    for (const form of all("form[action$='/sign-out']")) form.addEventListener("submit", () => { for (const key of drafts()) sessionStorage.removeItem(key); });
  }

  /* The clock in the city's zone, by the server's time */
  const clock = one("[data-clock]");
  if (clock) {
    const ahead = Number(clock.dataset.now) * 1000 - Date.now();
    const local = new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.clock, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    setInterval(() => { clock.textContent = local.format(Date.now() + ahead); }, 1000);
  }
  if (live) {
    lookForReds();
    loop();
    document.addEventListener("visibilitychange", () => { if (!document.hidden && !stopped) refresh(); });
  }
})();
