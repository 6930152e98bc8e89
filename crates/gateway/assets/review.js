// What the review page can do without: a countdown, and a button that is pressed once only.
"use strict";

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
  countdown.lastElementChild.textContent =
    (days ? `${days}d ` : "") + (days || hours ? `${two(hours)}:` : "") + clock;
  countdown.classList.toggle("soon", left <= 60);
  setTimeout(tick, 1000 - ((performance.now() - endsAt) % 1000 + 1000) % 1000);
}

if (Number(countdown.dataset.seconds) > 0) {
  countdown.hidden = false;
  tick();
}

document.getElementById("error")?.focus();

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button?.dataset.busy) {
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-busy", "true");
    }
  });
}

// A page that comes back from the browser's memory may show a payment that is long over.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.replace(countdown.dataset.again);
  }
});
