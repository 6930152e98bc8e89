// What the review page can do without: a countdown, a button that is pressed once, and the news of a payment that was
// made on the phone.
"use strict";

/** How long a pressed button waits for an answer, in milliseconds, where the browser does not say that it gave up. */
const ANSWER_MS_MAX = 8000;
/** How often a page with a code for the phone asks whether the phone has paid, in milliseconds. */
const ASK_MS = 4000;

const countdown = document.getElementById("countdown");
const endsAt = performance.now() + Number(countdown.dataset.seconds) * 1000;

function tick() {
  const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  if (left === 0) {
    // The gateway decides whether the time is up; the page only asks.
    location.replace(countdown.dataset.again);
    return;
  }
  const two = (number) => String(number).padStart(2, "0");
  const days = Math.floor(left / 86400);
  const clock = `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  const hours = Math.floor(left / 3600) % 24;
  const day = days === 1 ? countdown.dataset.day : countdown.dataset.days;
  countdown.lastElementChild.textContent =
    (days ? `${days} ${day} ` : "") + (days || hours ? `${two(hours)}:` : "") + clock;
  countdown.classList.toggle("soon", left <= 60);
  setTimeout(tick, 1000 - ((performance.now() - endsAt) % 1000 + 1000) % 1000);
}

if (Number(countdown.dataset.seconds) > 0) {
  countdown.hidden = false;
  tick();
}

document.getElementById("error")?.focus();

/** Makes a form ready to be sent, also after it was sent in vain. */
function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-words]")) {
    button.textContent = button.dataset.words;
    button.removeAttribute("aria-busy");
    delete button.dataset.words;
  }
}

const releaseAll = () => [...document.forms].forEach(release);

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button?.dataset.busy) {
      button.dataset.words = button.textContent;
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-busy", "true");
    }
    // Sent twice it pays once: the gateway sees to that. The button must not stay dead when the network does.
    setTimeout(release, ANSWER_MS_MAX, form);
  });
}

// The customer pressed Stop, or the network failed: this page is still the one that is shown.
globalThis.navigation?.addEventListener("navigateerror", releaseAll);

addEventListener("pageshow", (event) => {
  releaseAll();
  // A page that comes back from the browser's memory may show a payment that is long over.
  if (event.persisted) {
    location.replace(countdown.dataset.again);
  }
});

const handover = document.getElementById("handover");
if (handover) {
  setInterval(async () => {
    // Only where the code is shown, and looked at.
    if (document.hidden || !handover.checkVisibility?.()) {
      return;
    }
    try {
      const answer = await fetch(handover.dataset.state, { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== "pending") {
        location.replace(countdown.dataset.again);
      }
    } catch {
      // No answer is no news.
    }
  }, ASK_MS);
}
