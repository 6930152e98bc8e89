// What a receipt can do without: copying the reference, printing, and going back to the merchant after a while, unless
// the customer wants to stay.
"use strict";

const leaving = document.getElementById("leaving");
const said = document.getElementById("said");
let timer = 0;

/** Stops going back by itself; the button is still there. */
function stay() {
  clearInterval(timer);
  if (leaving && !leaving.hidden) {
    leaving.hidden = true;
  }
}

/** Counts down while the page is looked at, then goes where the button goes. */
function leave() {
  let left = Number(leaving.dataset.seconds);
  const show = () => {
    leaving.querySelector("[role=timer]").textContent = leaving.dataset.text.replace("{n}", left);
  };
  show();
  said.textContent = leaving.textContent;
  leaving.hidden = false;
  timer = setInterval(() => {
    if (document.hidden) {
      return;
    }
    left -= 1;
    if (left > 0) {
      show();
      return;
    }
    stay();
    location.assign(document.getElementById("back").href);
  }, 1000);
}

// Whoever comes back to a receipt, or loads it again, wants to see it.
const [arrival] = performance.getEntriesByType("navigation");
if (leaving && !["back_forward", "reload"].includes(arrival?.type)) {
  leave();
}

document.getElementById("stay")?.addEventListener("click", () => {
  stay();
  document.getElementById("back").focus();
});
addEventListener("pageshow", (event) => event.persisted && stay());
addEventListener("beforeprint", stay);

const copy = document.getElementById("copy");
copy.addEventListener("click", async () => {
  stay();
  const reference = document.getElementById("reference");
  try {
    await navigator.clipboard.writeText(reference.textContent);
    copy.textContent = copy.dataset.done;
    said.textContent = copy.dataset.done;
  } catch {
    // Where the browser does not let pages copy, the customer does it: the reference is marked.
    getSelection().selectAllChildren(reference);
  }
});
document.getElementById("print").addEventListener("click", () => {
  stay();
  print();
});
document.getElementById("tools").hidden = false;
