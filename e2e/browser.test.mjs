// What a customer sees and does: the demo mini app in the container, the review page, and the ways to pay or not to.
//
// Every test opens its own payment through the demo shop. PINs are guessed wrong with customers of their own, so that no
// test locks another's out.

import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { CHROMIUM, launch, newPage } from "./browser/chromium.mjs";
import { link, linkedCharge, ofAccount } from "./linked.mjs";
import { startLunas } from "./lunas.mjs";
import { pointSdkAt } from "./sdk.mjs";

const SHOTS = fileURLToPath(new URL("../docs/screenshots/", import.meta.url));
/** Pictures are taken on request only, so that a test run changes nothing in the tree. */
const takesShots = process.env.LUNAS_SCREENSHOTS === "1";

let lunas;
let browser;

before(async () => {
  assert.ok(CHROMIUM, "there is no Chromium on this machine: install it, or name it in LUNAS_CHROMIUM");
  [lunas, browser] = await Promise.all([startLunas(), launch()]);
  pointSdkAt(lunas);
});

after(async () => {
  await browser?.close();
  await lunas?.stop();
});

/** A test in a browser of its own that fails when its pages complain. */
function browse(name, run, options) {
  test(name, async () => {
    const { context, page, troubles } = await newPage(browser, options);
    try {
      await run(page);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  });
}

/** The sandbox's customers that are good for something, in order. */
function customers(scenario) {
  return lunas.sandbox.customers.filter((customer) => customer.scenario === scenario);
}

async function shot(page, name) {
  if (takesShots) {
    await mkdir(SHOTS, { recursive: true });
    await page.screenshot({ path: `${SHOTS}${name}.png` });
  }
}

/** Opens the demo in the container, with further words for the container's query. */
async function openDemo(page, words = "") {
  const url = encodeURIComponent(`${lunas.baseUrl}/demo`);
  await page.goto(`${lunas.baseUrl}/container?url=${url}${words}`);
  const shop = page.frameLocator("#mini-app");
  await shop.locator("#pay").waitFor();
  return shop;
}

/** Opens the demo in the container and presses Pay there; gives the mini app's and the review page's frames. */
async function order(page) {
  const shop = await openDemo(page);
  await shop.locator("#pay").click();
  const review = page.frameLocator("#review");
  await review.locator("main[data-state=pending]").waitFor();
  return { shop, review };
}

/** Opens a payment without a container; gives the address of its review page. */
async function openPayment(items = { croissant: 1 }, lang = "id") {
  const answer = await fetch(`${lunas.baseUrl}/demo/api/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items, inContainer: false, lang }),
  });
  assert.equal(answer.status, 201, lunas.log());
  return answer.json();
}

async function fill(review, customer, pin = customer.pin) {
  await review.locator("#phone").fill(customer.phone);
  await review.locator("#pin").fill(pin);
}

async function submit(review) {
  await review.locator("button[value=pay]").click();
}

async function expectShop(shop, { view, said, confirmedBy }) {
  await shop.locator(`main[data-view="${view}"]`).waitFor();
  const seen = await shop.locator("main").evaluate((main) => ({ ...main.dataset }));
  assert.equal(seen.appSaid, said);
  if (confirmedBy) {
    assert.equal(seen.confirmedBy, confirmedBy);
  }
}

browse("a customer pays in the container and the shop hears it from the gateway", async (page) => {
  await page.goto(`${lunas.baseUrl}/container`);
  await shot(page, "container");
  await page.locator("main a.primary").click();
  const shop = page.frameLocator("#mini-app");
  await shop.locator("#pay").waitFor();
  await shot(page, "demo");
  await shop.locator("#pay").click();
  const review = page.frameLocator("#review");
  await review.locator("main[data-state=pending]").waitFor();
  await fill(review, customers("happy")[0]);
  await submit(review);
  await review.locator("main[data-state=paid][data-outcome=success]").waitFor();
  assert.equal(await review.locator("#back").count(), 0, "the container takes the customer back, not the page");
  await shot(page, "container-paid");
  await page.locator("#return").click();
  await expectShop(shop, { view: "paid", said: "success", confirmedBy: "notification" });
  await shot(page, "demo-paid");
});

browse("the container comes back by itself when the payment is over", async (page) => {
  await page.clock.install();
  const { shop, review } = await order(page);
  await fill(review, customers("happy")[0]);
  await submit(review);
  await page.locator("#return").waitFor();
  await page.clock.fastForward(10_000);
  await expectShop(shop, { view: "paid", said: "success" });
  assert.equal(await page.locator("#payment").isVisible(), false);
});

browse("a customer who cancels is reported as failed, and the shop gets no money", async (page) => {
  const { shop, review } = await order(page);
  await review.locator("button[value=cancel]").click();
  await review.locator("main[data-state=denied][data-outcome=failed]").waitFor();
  await page.locator("#return").click();
  await expectShop(shop, { view: "over", said: "failed" });
});

browse("a customer who goes back is reported as cancelled and may go on", async (page) => {
  const { shop, review } = await order(page);
  await page.locator("#back").click();
  await expectShop(shop, { view: "open", said: "cancelled" });
  await shop.locator("#go-on").click();
  await fill(review, customers("happy")[0]);
  await submit(review);
  await page.locator("#return").click();
  await expectShop(shop, { view: "paid", said: "success" });
});

/** Lets the container's payment page be out of reach, as when the gateway is down. */
async function withoutPaymentPage(page, run) {
  await page.route("**/app/merchanttransfer*", (route) => route.abort("connectionrefused"));
  await run();
  await page.unroute("**/app/merchanttransfer*");
}

browse("R18 a payment page that does not answer leaves the payment pending, and the container says so", async (page) => {
  const shop = await openDemo(page);
  await withoutPaymentPage(page, async () => {
    await shop.locator("#pay").click();
    await page.locator("#unshown").waitFor();
    await page.locator("#return").click();
    await shop.locator('main[data-app-said="pending"]').waitFor();
  });
});

browse("R18 a payment page that goes away while a form is on its way leaves the payment pending", async (page) => {
  const { shop, review } = await order(page);
  await fill(review, customers("happy")[0]);
  await withoutPaymentPage(page, async () => {
    await submit(review);
    await page.locator("#unshown").waitFor();
    await page.locator("#back").click();
    await shop.locator('main[data-app-said="pending"]').waitFor();
  });
});

browse("M6 no page of another site reaches the sandbox", async (page) => {
  const elsewhere = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<p>elsewhere"));
  elsewhere.listen(0, "localhost");
  await once(elsewhere, "listening");
  try {
    await page.goto(`http://localhost:${elsewhere.address().port}/`);
    const before = await (await fetch(`${lunas.baseUrl}/sandbox/v1/clock`)).json();
    const post = { method: "POST", mode: "no-cors", headers: { "content-type": "text/plain" }, body: '{"seconds":600}' };
    await page.evaluate(([url, post]) => fetch(url, post), [`${lunas.baseUrl}/sandbox/v1/clock/advance`, post]);
    const after = await (await fetch(`${lunas.baseUrl}/sandbox/v1/clock`)).json();
    assert.equal(after.aheadSeconds, before.aheadSeconds, "the clock was not moved");
  } finally {
    elsewhere.close();
  }
});

browse("a page that is loaded again finds its order at its backend", async (page) => {
  const { shop, review } = await order(page);
  const frame = page.frames().find((each) => each.url().includes(".miniapp.localhost"));
  await frame.evaluate(() => location.reload());
  await fill(review, customers("happy")[0]);
  await submit(review);
  await page.locator("#return").click();
  await expectShop(shop, { view: "paid", said: "" });
});

browse("a wrong PIN is told, kept count of, and locks the customer out in the end", async (page) => {
  const customer = customers("happy").at(-1);
  const { webRedirectUrl } = await openPayment();
  await page.goto(webRedirectUrl);
  for (const wrong of ["000000", "111111", "222222"]) {
    await fill(page, customer, wrong);
    const [answer] = await Promise.all([page.waitForNavigation(), submit(page)]);
    assert.equal(answer.status(), 422);
    assert.match(await page.locator("#error").innerText(), /PIN salah/);
    assert.equal(await page.locator("#phone").inputValue(), customer.phone);
    assert.equal(await page.locator("#pin").inputValue(), "", "the PIN is never shown again");
    assert.equal(await page.evaluate(() => document.activeElement.id), "error");
  }
  await shot(page, "review-error");
  await fill(page, customer);
  await submit(page);
  await page.getByText(/Terlalu banyak percobaan.*coba lagi setelah pukul/).waitFor();
  assert.equal(await page.locator("main").getAttribute("data-state"), "pending");
});

browse("an empty wallet is told so, and pay-later pays where it is enabled", async (page) => {
  const { webRedirectUrl } = await openPayment();
  await page.goto(webRedirectUrl);
  await fill(page, customers("insufficient")[0]);
  await submit(page);
  assert.match(await page.locator("#error").innerText(), /Saldo tidak cukup/);
  await page.locator("#pin").fill(customers("insufficient")[0].pin);
  await page.locator("input[value=PAY_LATER]").check();
  await submit(page);
  await page.getByText("GoPay Later belum aktif").waitFor();
  assert.equal(await page.locator("input[value=PAY_LATER]").isChecked(), true);
  await fill(page, customers("pay-later")[0]);
  await submit(page);
  await page.locator("main[data-state=paid]").waitFor();
  assert.match(await page.locator("dl").innerText(), /GoPay Later/);
});

browse("a blocked customer is denied", async (page) => {
  const { webRedirectUrl } = await openPayment();
  await page.goto(webRedirectUrl);
  await fill(page, customers("blocked")[0]);
  await submit(page);
  await page.locator("main[data-state=denied][data-outcome=failed]").waitFor();
  assert.match(await page.locator("h1").innerText(), /ditolak/);
});

browse("the page pays and returns to the shop without a script", async (page) => {
  const { id, webRedirectUrl } = await openPayment({ "kopi-susu": 2, croissant: 1 });
  await page.goto(webRedirectUrl);
  await fill(page, customers("happy")[1]);
  await submit(page);
  await page.locator("main[data-state=paid]").waitFor();
  await shot(page, "result-paid");
  const back = `${lunas.baseUrl}/demo?order=${id}&lang=id`;
  assert.equal(await page.locator("#back").getAttribute("href"), back);
  assert.equal(await page.locator("#leaving, #tools").locator("visible=true").count(), 0, "what needs a script is not shown");
  await page.locator("#back").click();
  await page.waitForURL(back);
}, { javaScriptEnabled: false });

browse("a customer pastes a QR code and pays it", async (page) => {
  const { qrContent } = await lunas.trigger("qris.pending");
  await page.goto(`${lunas.baseUrl}/app/qris?lang=id`);
  await page.locator("#qr").fill(qrContent.slice(0, -1) + (qrContent.endsWith("0") ? "1" : "0"));
  await page.locator("button[type=submit]").click();
  await page.locator("#error").waitFor();
  await page.locator("#qr").fill(qrContent);
  await shot(page, "qris");
  await page.locator("button[type=submit]").click();
  await page.locator("main[data-state=pending]").waitFor();
  await fill(page, customers("happy")[2]);
  await submit(page);
  await page.locator("main[data-state=paid][data-outcome=success]").waitFor();
});

browse("a customer links the account without a script and comes back to the shop", async (page) => {
  const { baseUrl, paymentHandle, merchantPrivateKey } = lunas.sandbox;
  const customer = customers("happy")[3];
  const data = `mobileNumber=${customer.phone.slice(1)}&paymentType=gopay`;
  const query = new URLSearchParams({
    redirectUrl: `${baseUrl}/demo`,
    scopes: "DEFAULT",
    state: "state-1",
    merchantId: paymentHandle,
    lang: "id",
    seamlessData: data,
    seamlessSign: sign("RSA-SHA256", Buffer.from(data), merchantPrivateKey).toString("base64"),
  });
  await page.goto(`${baseUrl}/v1.0/get-auth-code?${query}`);
  await page.locator("#otp").fill(customer.otp);
  await page.locator("#pin").fill("000000");
  const [wrong] = await Promise.all([page.waitForNavigation(), page.locator("button[value=link]").click()]);
  assert.equal(wrong.status(), 422);
  assert.match(await page.locator("#error").innerText(), /OTP atau PIN salah/);
  await page.locator("a.language").click();
  assert.equal(await page.locator("h1").innerText(), "Link your account");
  await page.locator("a.language").click();
  await shot(page, "consent");
  await page.locator("#otp").fill(customer.otp);
  await page.locator("#pin").fill("112233");
  await page.locator("button[value=link]").click();
  await page.waitForURL(/[/]demo[?]authCode=.*&success=true&state=state-1$/);
}, { javaScriptEnabled: false });

browse("a large charge on a linked account waits for the PIN of that account alone", async (page) => {
  const customer = customers("happy")[1];
  const account = await link(lunas, customer.phone);
  const order = `linked-${process.pid}`;
  const returnUrl = `${lunas.baseUrl}/demo`;
  const charge = linkedCharge(lunas, account, order, { value: "100000.00", option: "GOPAY_SAVINGS", returnUrl });
  const { responseCode, webRedirectUrl } = await ofAccount(account, charge).createPayment(order);
  assert.equal(responseCode, "2005400", lunas.log());
  await page.goto(webRedirectUrl);
  await page.locator("main[data-state=pending]").waitFor();
  assert.equal(await page.locator("#phone, input[name=option]").count(), 0, "there is nothing to choose");
  const known = await page.locator("dl.linked").innerText();
  assert.ok(known.includes(customer.phone.slice(-3)) && !known.includes(customer.phone), known);
  await shot(page, "review-linked");
  await page.locator("#pin").fill("000000");
  const [wrong] = await Promise.all([page.waitForNavigation(), submit(page)]);
  assert.equal(wrong.status(), 422);
  assert.match(await page.locator("#error").innerText(), /PIN salah/);
  assert.equal(await page.locator("#pin").inputValue(), "", "the PIN is never shown again");
  await page.locator("a.language").click();
  assert.equal(await page.locator("button[value=pay]").innerText(), "Pay Rp100.000");
  await page.locator("#pin").fill("112233");
  await submit(page);
  await page.locator("main[data-state=paid][data-outcome=success]").waitFor();
  assert.match(await page.locator("dl").innerText(), /savings/i);
  assert.equal(await page.locator("#back").getAttribute("href"), returnUrl);
});

browse("a charge on a linked account is called off on its page, and no money is taken", async (page) => {
  const account = await link(lunas, customers("happy")[2].phone);
  const order = `linked-${process.pid}-2`;
  const charge = linkedCharge(lunas, account, order, { value: "250000.00", returnUrl: `${lunas.baseUrl}/demo` });
  const { webRedirectUrl } = await ofAccount(account, charge).createPayment(order);
  await page.goto(webRedirectUrl);
  await page.locator("button[value=cancel]").click();
  await page.locator("main[data-state=denied][data-outcome=failed]").waitFor();
  const { responseCode, latestTransactionStatus } = await ofAccount(account, {
    originalExternalId: order,
    serviceCode: "54",
  }).getStatus(`${order}-status`);
  assert.deepEqual([responseCode, latestTransactionStatus], ["2005500", "09"]);
}, { javaScriptEnabled: false });

browse("an expired payment can only be looked at", async (page) => {
  const { webRedirectUrl } = await openPayment();
  await page.goto(webRedirectUrl);
  await fill(page, customers("happy")[1]);
  await lunas.control("clock/advance", { seconds: 901 });
  await submit(page);
  await page.locator("main[data-state=expired][data-outcome=failed]").waitFor();
  assert.equal(await page.locator("form").count(), 0);
  await shot(page, "result-expired");
});

browse("the countdown runs, and the page speaks both languages", async (page) => {
  const { webRedirectUrl } = await openPayment({ "kopi-susu": 2, croissant: 1 }, "en");
  await page.goto(webRedirectUrl);
  assert.equal(await page.locator("html").getAttribute("lang"), "en", "the merchant asked for English");
  assert.match(await page.locator("#countdown").innerText(), /1(4:5\d|5:00)/);
  assert.equal(await page.locator("button[value=pay]").innerText(), "Pay Rp76.000");
  await page.locator("a.language").click();
  assert.equal(await page.locator("html").getAttribute("lang"), "id");
  assert.equal(await page.locator("button[value=pay]").innerText(), "Bayar Rp76.000");
  await shot(page, "review");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "review-dark");
  await page.locator("button[value=cancel]").click();
  await page.locator("main[data-state=denied]").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "id", "the customer's choice is kept");
});

browse("a forged link is a page that says so", async (page) => {
  const { webRedirectUrl } = await openPayment();
  for (const link of [`${webRedirectUrl.slice(0, -1)}${webRedirectUrl.endsWith("0") ? "1" : "0"}`, webRedirectUrl.split("?")[0]]) {
    const answer = await page.goto(link);
    assert.equal(answer.status(), 404);
    assert.equal(await page.locator("main").getAttribute("data-state"), "error");
  }
  await shot(page, "not-found");
});

browse("a form pays only for the browser it was given to", async (page) => {
  const { webRedirectUrl } = await openPayment();
  await page.goto(webRedirectUrl);
  const token = await page.locator("#pay [name=form_token]").inputValue();
  const customer = customers("happy")[2];
  const body = new URLSearchParams({ action: "pay", phone: customer.phone, pin: customer.pin, form_token: token });
  const post = (headers) => fetch(webRedirectUrl, { method: "POST", body, headers, redirect: "manual" });
  const [cookie] = await page.context().cookies(webRedirectUrl);
  const name = `lunas_form_${cookie.value.slice(0, 8)}`;
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], [name, true, "Lax"]);
  const own = `${name}=${cookie.value}`;
  assert.equal((await post({})).status, 422, "without the cookie");
  assert.equal((await post({ cookie: `lunas_form_00000000=${"0".repeat(32)}` })).status, 422, "with another's cookie");
  assert.equal((await post({ cookie: own, "sec-fetch-site": "cross-site" })).status, 403, "from another site");
  await page.reload();
  assert.equal(await page.locator("main").getAttribute("data-state"), "pending", "none of them paid");
  assert.equal((await post({ cookie: own })).status, 303);
});

browse("pages carry a strict policy and are not kept", async (page) => {
  const { webRedirectUrl } = await openPayment();
  for (const path of [webRedirectUrl, `${lunas.baseUrl}/container`]) {
    const headers = (await page.goto(path)).headers();
    assert.match(headers["content-security-policy"], /^default-src 'none'; style-src 'self'; script-src 'self'; /);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(await page.locator("script:not([src]), style, [style], [onclick]").count(), 0);
  }
  const sheets = await page.locator("link[rel=stylesheet]").evaluateAll((links) => links.map((link) => link.href));
  assert.deepEqual(sheets.map((sheet) => sheet.split("/").at(-1)), ["page.css", "brand.css"]);
  for (const sheet of sheets) {
    assert.match((await page.request.get(sheet)).headers()["cache-control"], /immutable/, sheet);
  }
});

browse("pages fit the narrowest phone, and every input has a name", async (page) => {
  const { webRedirectUrl } = await openPayment({ "kopi-susu": 20, croissant: 20, "cold-brew": 20 });
  const check = async (path) => {
    await page.goto(path);
    const seen = await page.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      unnamed: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
        .filter((input) => input.labels.length === 0)
        .map((input) => input.outerHTML),
      levels: [...document.querySelectorAll("h1, h2, h3, h4")]
        .filter((heading) => heading.checkVisibility())
        .map((heading) => Number(heading.tagName[1])),
      small: [...document.querySelectorAll("button, a, input:not([type=hidden], [type=radio], [type=checkbox]), summary, .choice")]
        .filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < 44)
        .map((control) => control.outerHTML),
    }));
    assert.deepEqual({ ...seen, levels: [] }, { overflow: 0, unnamed: [], levels: [], small: [] }, path);
    assert.equal(seen.levels[0], 1, `${path} starts with its title`);
    seen.levels.reduce((above, level) => {
      assert.ok(level <= above + 1, `${path} skips a heading: ${seen.levels}`);
      return level;
    });
  };
  await check(webRedirectUrl);
  await check(`${lunas.baseUrl}/container`);
  await check(`${lunas.baseUrl}/demo`);
  await check(`${lunas.baseUrl}/app/merchanttransfer?tref=forged`);
  await page.goto(webRedirectUrl);
  await page.locator("button[value=cancel]").click();
  await page.locator("main[data-state=denied]").waitFor();
  await check(webRedirectUrl);
}, { viewport: { width: 320, height: 640 } });

browse("the bridge answers with the published shapes and codes", async (page) => {
  const failure = (code, message) => ({
    success: false,
    error_code: code,
    error_type: "JS_BRIDGE_ERROR",
    error_message: message,
    ret: "GP_EXCEPTION",
  });
  const call = (shop, ...args) =>
    shop.locator("main").evaluate(
      (_, [className, methodName, params]) =>
        new Promise((ok, fail) => {
          const bad = (response) => ok({ failed: response });
          window.gpContainer.call(className, methodName, params, (response) => ok({ ok: response }), bad);
          setTimeout(() => fail(new Error("no answer")), 5000);
        }),
      args,
    );
  const shop = await openDemo(page);
  const check = async (args, expected) => assert.deepEqual(await call(shop, ...args), expected, JSON.stringify(args));
  await check(["GP", "launchPayment", {}], { failed: failure("200", "Incomplete parameter: deeplink") });
  await check(["GP", "launchPayment", { deeplink: "" }], { failed: failure("200", "Incomplete parameter: deeplink") });
  await check(["GP", "launchPayment", { deeplink: 5 }], { failed: failure("201", "Invalid parameter type: deeplink") });
  for (const deeplink of ["https://shop.example/?tref=A1", "gopay://merchanttransfer?x=1", "gopay://topup?tref=A1", "gopay://merchanttransfer"]) {
    await check(["GP", "launchPayment", { deeplink }], { failed: failure("202", "Parameter data error: deeplink") });
  }
  await check(["gp", "launchPayment", {}], { failed: failure("100", "Method not supported: gp.launchPayment") });
  await check(["GPMiniAppAuth", "getAuthCode", {}], { failed: failure("300", "Permission denied") });
  await check(["GPBase", "getLocale", {}], { ok: { success: true, app_locale: "id", ret: "GP_SUCCESS" } });
  const isFixed = await shop.locator("main").evaluate(() => {
    try {
      window.gpContainer = null;
    } catch {
      // In strict mode the attempt is an error of its own.
    }
    return typeof window.gpContainer.call === "function";
  });
  assert.ok(isFixed, "a page cannot replace the bridge");

  const v1 = await openDemo(page, "&keys=v1");
  const answer = await call(v1, "GP", "launchPayment", {});
  assert.deepEqual(Object.keys(answer.failed), ["success", "errorCode", "errorType", "errorMessage", "ret"]);
  const scripted = await openDemo(page, "&outcome=pending");
  assert.deepEqual(await call(scripted, "GP", "launchPayment", { deeplink: "gopay://merchanttransfer?tref=A1" }), {
    ok: { success: true, data: { status: "pending" }, ret: "GP_SUCCESS" },
  });
});

/** A merchant's page on a server of its own, with what real ones have: a session, a redirect, a policy against frames. */
async function startShop() {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      seen.push({ method, url, origin: headers.origin, cookie: headers.cookie, body: Buffer.concat(chunks).toString() });
      if (url === "/") {
        const home = `http://localhost:${server.address().port}/home?x=1`;
        response.writeHead(302, { location: home, "set-cookie": "session=s1; Path=/; Domain=localhost; SameSite=Lax" });
        response.end();
      } else {
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          "x-frame-options": "DENY",
        });
        response.end(`<!doctype html><html><head><title>Kios</title><link rel="icon" href="data:,"></head><body>
          <script>document.write("<p id=bridge>" + typeof window.gpContainer?.call + "</p>")</script></body></html>`);
      }
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return { url: `http://localhost:${server.address().port}/`, seen, close: () => server.close() };
}

browse("any merchant's page runs in the container unchanged", async (page) => {
  const kiosk = await startShop();
  try {
    await page.goto(`${lunas.baseUrl}/container?url=${encodeURIComponent(kiosk.url)}`);
    const frame = page.frameLocator("#mini-app");
    assert.equal(await frame.locator("#bridge").innerText(), "function", "the bridge is there before the page's scripts");
    const where = await frame.locator("body").evaluate(() => location.href);
    assert.match(where, /^http:\/\/[0-9a-f]+\.miniapp\.localhost:\d+\/home\?x=1$/);
    await frame.locator("body").evaluate(() => fetch("/order?y=2", { method: "POST", body: "hello" }).then((r) => r.text()));
    const order = kiosk.seen.find(({ method }) => method === "POST");
    assert.deepEqual(order, { method: "POST", url: "/order?y=2", origin: kiosk.url.slice(0, -1), cookie: "session=s1", body: "hello" });
  } finally {
    kiosk.close();
  }
});

browse("the container opens only pages on this machine, and says when one does not answer", async (page) => {
  const open = (url) => page.goto(`${lunas.baseUrl}/container?url=${encodeURIComponent(url)}`);
  for (const url of ["https://shop.example/", "http://10.0.0.1/", "localhost:3000", "javascript:alert(1)"]) {
    assert.equal((await open(url)).status(), 422, url);
    assert.equal(await page.locator("#error").count(), 1);
  }
  const unknown = await page.request.get(`${lunas.baseUrl}/`, { headers: { host: "000000000000.miniapp.localhost" } });
  assert.equal(unknown.status(), 404);
  assert.match(await unknown.text(), /No mini app is open under this name/);
  const { port } = new URL(lunas.baseUrl);
  await open("http://localhost:1/");
  await page.frameLocator("#mini-app").getByText("cannot be shown").waitFor();
  assert.equal(await page.locator("#mini-app").getAttribute("src").then((src) => new URL(src).port), port);
});

browse("only one payment is open at a time", async (page) => {
  const { shop } = await order(page);
  const second = await shop.locator("main").evaluate(
    () =>
      new Promise((settle) =>
        window.gpContainer.call("GP", "launchPayment", { deeplink: "gopay://merchanttransfer?tref=A1" }, settle, settle),
      ),
  );
  assert.equal(second.error_code, "500");
});

browse("outside the super-app the shop opens the payment page itself", async (page) => {
  const shop = await openDemo(page, "&bridge=off");
  assert.equal(await shop.locator("main").evaluate(() => typeof window.gpContainer), "undefined");
  await page.goto(`${lunas.baseUrl}/demo`);
  await page.locator("#pay").click();
  await page.locator("main[data-state=pending]").waitFor();
  await fill(page, customers("happy")[3]);
  await submit(page);
  await page.locator("main[data-state=paid]").waitFor();
  await page.locator("#back").click();
  await page.locator("main[data-view=paid]").waitFor();
});
