// The demo mini app's front end, as a merchant would write it: order at the own backend, let the super-app pay, and
// believe the own backend about the rest.
"use strict";

const POLL_MS = 1000;
/** After this many answers "pending" in a row the customer may take it from there. */
const POLLS_MAX = 4;

const shop = document.getElementById("shop");
const rows = [...document.querySelectorAll(".menu li")];
const language = document.documentElement.lang;
let order = null;

function show(view) {
  shop.dataset.view = view;
  for (const section of document.querySelectorAll(".view")) {
    section.hidden = section.dataset.name !== view;
  }
  document.getElementById("facts").hidden = order === null;
}

function quantity(row) {
  return Number(row.querySelector("output").textContent);
}

function step(row, by) {
  row.querySelector("output").textContent = Math.min(20, Math.max(0, quantity(row) + by));
  const total = rows.reduce((sum, each) => sum + quantity(each) * Number(each.dataset.price), 0);
  document.getElementById("total").textContent = `Rp${total.toLocaleString("id-ID")}`;
  document.getElementById("pay").disabled = total === 0;
}

async function placeOrder() {
  const items = Object.fromEntries(rows.map((row) => [row.dataset.id, quantity(row)]));
  const answer = await fetch("/demo/api/orders", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items, inContainer: Boolean(window.gpContainer?.call), lang: language }),
  });
  if (!answer.ok) {
    throw new Error(`the shop answered ${answer.status}`);
  }
  return answer.json();
}

/** Opens the payment: by the super-app where there is one, else as a page. */
function pay() {
  if (!window.gpContainer?.call) {
    location.assign(order.webRedirectUrl);
    return;
  }
  const url = new URL(order.webRedirectUrl);
  const deeplink = `gopay://merchanttransfer${url.search}`;
  window.gpContainer.call(
    "GP",
    "launchPayment",
    { deeplink },
    (response) => answered(response.data?.status ?? "?"),
    (error) => answered(`${error.error_code ?? error.errorCode}`),
  );
}

/** Whatever the app says, the backend is asked. */
function answered(word) {
  shop.dataset.appSaid = word;
  document.getElementById("app-said").textContent = word;
  check();
}

async function check() {
  show("checking");
  for (let polls = 1; ; polls++) {
    const answer = await fetch(`/demo/api/orders/${order.id}`).catch(() => null);
    if (answer?.ok) {
      order = await answer.json();
      tell();
    }
    if (answer?.status === 404) {
      startOver();
      return;
    }
    if (order.status !== "pending") {
      show(order.status);
      return;
    }
    if (polls >= POLLS_MAX) {
      show("open");
      return;
    }
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}

function tell() {
  shop.dataset.confirmedBy = order.confirmedBy ?? "";
  document.getElementById("order-id").textContent = order.id;
  const says = document.getElementById("backend-says");
  says.textContent = order.confirmedBy ? `${order.detail} (${says.dataset.confirmed} ${order.confirmedBy})` : order.detail;
}

function remember(id) {
  const url = new URL(location.href);
  if (id) {
    url.searchParams.set("order", id);
  } else {
    url.searchParams.delete("order");
  }
  history.replaceState(null, "", url);
}

function startOver() {
  order = null;
  remember(null);
  shop.dataset.appSaid = shop.dataset.confirmedBy = "";
  document.getElementById("app-said").textContent = "–";
  show("cart");
}

for (const row of rows) {
  row.querySelector(".less").addEventListener("click", () => step(row, -1));
  row.querySelector(".more").addEventListener("click", () => step(row, 1));
}

document.getElementById("pay").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  const problem = document.getElementById("problem");
  problem.hidden = true;
  button.disabled = true;
  try {
    order = await placeOrder();
    remember(order.id);
    tell();
    pay();
  } catch {
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
});
document.getElementById("go-on").addEventListener("click", pay);
for (const button of document.querySelectorAll(".again")) {
  button.addEventListener("click", startOver);
}

// A page that was loaded again, or came back from the payment page, takes up its order where the backend has it.
const known = new URLSearchParams(location.search).get("order");
if (known) {
  order = { id: known, status: "pending", webRedirectUrl: "" };
  check();
}
