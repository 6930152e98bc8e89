// The container's side of the bridge: takes calls from the mini app, opens the review page, and answers.
"use strict";

/** How long the result of a payment is shown before the mini app comes back by itself. */
const RESULT_SHOWN_MS = 10_000;
/** How long a scripted answer takes. */
const SCRIPTED_MS = 200;
/** How long after a page has loaded its bridge may take to say that it is there. */
const GREETING_MS = 1000;

const phone = document.getElementById("phone");
const miniApp = document.getElementById("mini-app");
const payment = document.getElementById("payment");
const review = document.getElementById("review");
const foot = document.getElementById("foot");
const unshown = document.getElementById("unshown");
const noBridge = document.getElementById("no-bridge");
const leaving = document.getElementById("leaving");
const stay = document.getElementById("stay");
const title = document.getElementById("title");
const miniAppTitle = title.textContent;

/** What the published table of codes says, in English as the super-app does. */
const REASONS = {
  100: "Method not supported",
  200: "Incomplete parameter",
  201: "Invalid parameter type",
  202: "Parameter data error",
  300: "Permission denied",
  500: "Super app error",
};

function success(members) {
  return { success: true, ...members, ret: "GP_SUCCESS" };
}

function failure(code, detail) {
  const message = detail ? `${REASONS[code]}: ${detail}` : REASONS[code];
  const members =
    phone.dataset.keys === "v1"
      ? { errorCode: String(code), errorType: "JS_BRIDGE_ERROR", errorMessage: message }
      : { error_code: String(code), error_type: "JS_BRIDGE_ERROR", error_message: message };
  return { success: false, ...members, ret: "GP_EXCEPTION" };
}

/** By class and method; case matters. Each gets the parameters and a function that takes the answer. */
const METHODS = {
  "GP.launchPayment": launchPayment,
  "GPBase.getLocale": (_params, answer) => answer(success({ app_locale: phone.dataset.language })),
  "GPSystem.getSystemInfo": (_params, answer) => answer(failure(300)),
  "GPMiniAppAuth.getAuthCode": (_params, answer) => answer(failure(300)),
};

/** Whether the bridge of the page that is loading, or has loaded, has said that it is there. */
let isGreeted = false;
let greeting = 0;

miniApp.addEventListener("load", () => {
  clearTimeout(greeting);
  greeting = setTimeout(() => {
    noBridge.hidden = isGreeted || miniApp.name !== "";
    isGreeted = false;
  }, GREETING_MS);
});

window.addEventListener("message", (event) => {
  const call = event.data;
  if (event.source !== miniApp.contentWindow || event.origin !== phone.dataset.origin) {
    return;
  }
  if (call?.kind === "lunas:hello") {
    isGreeted = true;
  }
  if (call?.kind !== "lunas:call") {
    return;
  }
  const answer = (response) =>
    miniApp.contentWindow.postMessage({ kind: "lunas:answer", id: call.id, response }, phone.dataset.origin);
  const name = `${call.className}.${call.methodName}`;
  if (Object.hasOwn(METHODS, name)) {
    METHODS[name](call.params, answer);
  } else {
    answer(failure(100, name));
  }
});

/** The answer to the payment that is open, if one is. */
let answerOpen = null;
/** Whether the payment's page is on its way to another, as after a form was sent. */
let isLeaving = false;
let closing = 0;

function launchPayment(params, answer) {
  const link = params?.deeplink;
  if (params !== undefined && params !== null && typeof params !== "object") {
    answer(failure(201, "params"));
  } else if (link === undefined || link === null || link === "") {
    answer(failure(200, "deeplink"));
  } else if (typeof link !== "string") {
    answer(failure(201, "deeplink"));
  } else if (!carriesPayment(link)) {
    answer(failure(202, "deeplink"));
  } else if (answerOpen) {
    answer(failure(500, "a payment is open already"));
  } else if (phone.dataset.outcome) {
    setTimeout(() => answer(success({ data: { status: phone.dataset.outcome } })), SCRIPTED_MS);
  } else {
    open(link, answer);
  }
}

/** Only the payment's own deep link is let through, and only with the payment in it. */
function carriesPayment(link) {
  const parts = /^gopay:\/\/merchanttransfer\/?\?([^#]*)/.exec(link);
  return Boolean(parts && new URLSearchParams(parts[1]).get("tref"));
}

function open(link, answer) {
  const query = new URLSearchParams(link.slice(link.indexOf("?") + 1).split("#")[0]);
  query.set("host", "container");
  answerOpen = answer;
  isLeaving = false;
  foot.hidden = true;
  payment.hidden = false;
  miniApp.inert = true;
  title.textContent = title.dataset.payment;
  review.src = `${phone.dataset.review}?${query}`;
  review.focus();
}

review.addEventListener("load", () => {
  if (!answerOpen) {
    return;
  }
  clearTimeout(closing);
  isLeaving = false;
  const page = shownPage();
  unshown.hidden = Boolean(page);
  foot.hidden = Boolean(page) && !page.dataset.outcome;
  leaving.hidden = stay.hidden = !page?.dataset.outcome;
  if (page?.dataset.outcome) {
    closing = setTimeout(close, RESULT_SHOWN_MS);
  } else if (page) {
    review.contentWindow.addEventListener("beforeunload", () => {
      isLeaving = true;
    });
  }
});

/** The payment's page, if it is there. A browser's own page, which says that nobody answers, cannot be looked into. */
function shownPage() {
  return review.contentDocument?.querySelector("main[data-outcome]");
}

/**
 * What the mini app is told if the container is closed now. Who leaves a page that asks has gone back; where there is no
 * page, or a form is on its way, nobody knows how it ends.
 */
function standing() {
  const page = shownPage();
  return page && !isLeaving ? page.dataset.outcome || "cancelled" : "pending";
}

/** Back to the mini app, which is told where the payment stands. */
function close() {
  clearTimeout(closing);
  const answer = answerOpen;
  if (!answer) {
    return;
  }
  // Leaving the page unloads it, which must not change what is told.
  const status = standing();
  answerOpen = null;
  payment.hidden = true;
  miniApp.inert = false;
  title.textContent = miniAppTitle;
  review.removeAttribute("src");
  review.contentWindow.location.replace("about:blank");
  miniApp.focus();
  answer(success({ data: { status } }));
}

document.getElementById("return").addEventListener("click", close);
stay.addEventListener("click", () => {
  clearTimeout(closing);
  leaving.hidden = stay.hidden = true;
  document.getElementById("return").focus();
});
document.getElementById("back").addEventListener("click", () => (answerOpen ? close() : history.back()));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    close();
  }
});
