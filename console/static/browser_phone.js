"use strict";
/* This browser as my telephone: registers with the carrier's voice service by a short pass, rings, takes by key 1, hangs up. */
(() => {
  const box = document.querySelector("[data-browser-phone]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const AHEAD = 30000;
  let device = null, call = null;

  /* Each state has its own words in the page's language, and its own buttons. */
  const show = (state) => {
    box.dataset.state = state;
    part("word").textContent = box.dataset[`word${state}`] || "";
    part("connect").hidden = !["Off", "Lost"].includes(state);
    part("take").hidden = state !== "Ringing";
    part("end").hidden = !["Ringing", "Talking"].includes(state);
  };

  const pass = async () => {
    const form = new FormData();
    form.append("csrf_token", box.dataset.token);
    const answer = await fetch(box.dataset.pass, { method: "POST", body: form, headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).token;
  };

  const over = () => { call = null; show("Ready"); };
  const rung = (incoming) => {
    if (call) { incoming.reject(); return; }
    call = incoming;
    for (const event of ["disconnect", "cancel", "reject", "error"]) call.on(event, over);
    call.accept();  // the carrier says what it is about; nobody is put through before key 1
    show("Ringing");
  };

  const connect = async () => {
    show("Connecting");
    try {
      device = new window.Twilio.Device(await pass(), { tokenRefreshMs: AHEAD, closeProtection: box.dataset.leaving });
      device.on("registered", () => { if (!call) show("Ready"); });
      device.on("unregistered", () => show("Lost"));
      device.on("error", () => { if (!call) show("Lost"); });
      device.on("incoming", rung);
      device.on("tokenWillExpire", async () => { device.updateToken(await pass()); });
      await device.register();
    } catch {
      show("Lost");
    }
  };

  part("connect").addEventListener("click", connect);
  part("take").addEventListener("click", () => { call?.sendDigits("1"); show("Talking"); });
  part("end").addEventListener("click", () => call?.disconnect());
  show(window.Twilio?.Device ? "Off" : "Missing");
})();
