// Every page a customer can meet, in both languages, by light and by dark, on the narrowest phone, on a common one and
// on a desktop: nothing that axe finds, nothing that runs out of the screen, and the button that matters on the first one.

import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { after, before, test } from "node:test";

import { violations } from "./browser/axe.mjs";
import { CHROMIUM, launch, newPage } from "./browser/chromium.mjs";
import { link, linkedCharge, ofAccount } from "./linked.mjs";
import { startLunas } from "./lunas.mjs";
import { SnapBi, pointSdkAt } from "./sdk.mjs";

const LANGUAGES = ["id", "en"];
const SCHEMES = ["light", "dark"];
const SCREENS = [{ width: 320, height: 640 }, { width: 360, height: 640 }, { width: 1280, height: 800 }];
/** Where pictures of every page are put, if anywhere: they are for looking at, and not part of the tree. */
const ALBUM = process.env.LUNAS_ALBUM;

let lunas;
let browser;
let opened = 0;

before(async () => {
  assert.ok(CHROMIUM, "there is no Chromium on this machine: install it, or name it in LUNAS_CHROMIUM");
  [lunas, browser] = await Promise.all([startLunas(), launch()]);
  pointSdkAt(lunas);
});

after(async () => {
  await browser?.close();
  await lunas?.stop();
});

/** A new order's number. */
function newOrder() {
  opened += 1;
  return `pages-${process.pid}-${opened}`;
}

/** The nth of the sandbox's customers that are good for something. */
function customer(scenario, nth = 0) {
  return lunas.sandbox.customers.filter((each) => each.scenario === scenario).at(nth);
}

/** Opens a payment at the demo shop; gives its reference number and the address of its page. */
async function openPayment(lang, items = { croissant: 1 }) {
  const answer = await fetch(`${lunas.baseUrl}/demo/api/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items, inContainer: false, lang }),
  });
  assert.equal(answer.status, 201, lunas.log());
  const { webRedirectUrl } = await answer.json();
  const tref = new URL(webRedirectUrl).searchParams.get("tref");
  return { url: `${webRedirectUrl}&lang=${lang}`, reference: tref.slice(0, -20) };
}

/** Fills in the review page and presses Pay; waits for the page that comes of it. */
async function pay(page, { phone, pin }, option) {
  await page.locator("#phone").fill(phone);
  await page.locator("#pin").fill(pin);
  if (option) {
    await page.locator(`input[value=${option}]`).check();
  }
  await Promise.all([page.waitForNavigation(), page.locator("button[value=pay]").click()]);
}

/** A review page after an attempt to pay. */
function afterPaying(who, option, times = 1) {
  return async (page, lang) => {
    await page.goto((await openPayment(lang)).url);
    for (let nth = 0; nth < times; nth += 1) {
      await pay(page, who(), option);
    }
  };
}

/** A result page, reached by one of the sandbox's controls. */
function brought(about, control) {
  return async (page, lang) => {
    const { url, reference } = await openPayment(lang);
    await control(reference);
    await page.goto(url);
    await page.locator(`main[data-state=${about}]`).waitFor();
  };
}

/** The address that asks a customer's consent. */
function consentUrl(lang, phone, over = {}) {
  const { baseUrl, paymentHandle, merchantPrivateKey } = lunas.sandbox;
  const data = `mobileNumber=${phone.slice(1)}&paymentType=gopay`;
  const query = new URLSearchParams({
    redirectUrl: `${baseUrl}/demo`,
    scopes: "DEFAULT",
    state: "state-1",
    merchantId: paymentHandle,
    lang,
    seamlessData: data,
    seamlessSign: sign("RSA-SHA256", Buffer.from(data), merchantPrivateKey).toString("base64"),
    ...over,
  });
  return `${baseUrl}/v1.0/get-auth-code?${query}`;
}

async function openLinked(page, lang) {
  const account = await link(lunas, customer("happy", 1).phone);
  const order = newOrder();
  const charge = linkedCharge(lunas, account, order, { value: "100000.00", returnUrl: `${lunas.baseUrl}/demo` });
  const { webRedirectUrl } = await ofAccount(account, charge).createPayment(order);
  await page.goto(`${webRedirectUrl}&lang=${lang}`);
}

async function openScanned(page, lang) {
  const { qrContent } = await lunas.trigger("qris.pending");
  await page.goto(`${lunas.baseUrl}/app/qris?lang=${lang}`);
  await page.locator("#qr").fill(qrContent);
  await Promise.all([page.waitForNavigation(), page.locator("button[type=submit]").click()]);
  await page.locator("main[data-state=pending]").waitFor();
}

async function pasteCode(page, lang, text) {
  await page.goto(`${lunas.baseUrl}/app/qris?lang=${lang}`);
  await page.locator("#qr").fill(text);
  await Promise.all([page.waitForNavigation(), page.locator("button[type=submit]").click()]);
  await page.locator("#error").waitFor();
}

async function openDemo(page, lang, view = "cart") {
  await page.goto(`${lunas.baseUrl}/demo?lang=${lang}`);
  await page.locator("#pay").waitFor();
  await page.evaluate((name) => {
    for (const section of document.querySelectorAll(".view")) {
      section.hidden = section.dataset.name !== name;
    }
    document.getElementById("facts").hidden = name === "cart";
  }, view);
}

const many = { "kopi-susu": 20, croissant: 20, "cold-brew": 20 };
const wrong = (nth) => () => ({ phone: customer("happy", nth).phone, pin: "000000" });

/** Every page by name, and the way to it in a language. */
const PAGES = {
  review: async (page, lang) => page.goto((await openPayment(lang)).url),
  "review-many": async (page, lang) => {
    await page.goto((await openPayment(lang, many)).url);
    await page.locator("summary").click();
  },
  "review-linked": openLinked,
  "review-scanned": openScanned,
  "error-pin": afterPaying(wrong(4)),
  "error-too-many": afterPaying(wrong(5), undefined, 4),
  "error-phone": afterPaying(() => ({ phone: "0812", pin: "000000" })),
  "error-funds": afterPaying(() => customer("insufficient")),
  "error-pay-later": afterPaying(() => customer("insufficient"), "PAY_LATER"),
  "error-stale": async (page, lang) => {
    await page.goto((await openPayment(lang)).url);
    await page.context().clearCookies();
    await pay(page, customer("happy"));
  },
  paid: async (page, lang) => {
    await page.goto((await openPayment(lang)).url);
    await pay(page, customer("happy"));
    await page.locator("main[data-state=paid]").waitFor();
  },
  "paid-receipt": brought("paid", (reference) => lunas.control(`payments/${reference}/pay`)),
  declined: async (page, lang) => {
    await page.goto((await openPayment(lang)).url);
    await page.locator("button[value=cancel]").click();
    await page.locator("main[data-state=denied]").waitFor();
  },
  denied: brought("denied", (reference) => lunas.control(`payments/${reference}/deny`)),
  failed: brought("failed", (reference) => lunas.control(`payments/${reference}/fail`)),
  expired: brought("expired", (reference) => lunas.control(`payments/${reference}/expire`)),
  cancelled: async (page, lang) => {
    const { url, reference } = await openPayment(lang);
    const body = { originalReferenceNo: reference, merchantId: lunas.sandbox.merchantId };
    const { responseCode } = await SnapBi.directDebit().withBody(body).cancel(newOrder());
    assert.equal(responseCode, "2005700", lunas.log());
    await page.goto(url);
    await page.locator("main[data-state=cancelled]").waitFor();
  },
  busy: async (page, lang) => {
    const { url, body } = await refusedForBeingBusy(lang);
    await showAs(page, url, body);
    await page.locator("#error").waitFor();
  },
  start: (page, lang) => page.goto(`${lunas.baseUrl}/?lang=${lang}`),
  "no-page": (page, lang) => page.goto(`${lunas.baseUrl}/nothing?lang=${lang}`),
  "no-page-but": (page, lang) => page.goto(`${lunas.baseUrl}/App/QRIS?lang=${lang}`),
  "not-found": (page, lang) => page.goto(`${lunas.baseUrl}/app/merchanttransfer?tref=forged&lang=${lang}`),
  "from-elsewhere": async (page, lang) => {
    const { url } = await openPayment(lang);
    const body = new URLSearchParams({ action: "cancel" });
    const answer = await fetch(url, { method: "POST", body, headers: { "sec-fetch-site": "cross-site" } });
    assert.equal(answer.status, 403);
    await showAs(page, url, await answer.text());
  },
  consent: (page, lang) => page.goto(consentUrl(lang, customer("happy", 3).phone)),
  "consent-error": async (page, lang) => {
    await page.goto(consentUrl(lang, customer("happy", 2).phone));
    await page.locator("#otp").fill("000000");
    await page.locator("#pin").fill("000000");
    await Promise.all([page.waitForNavigation(), page.locator("button[value=link]").click()]);
    await page.locator("#error").waitFor();
  },
  "consent-gone": (page, lang) => page.goto(`${lunas.baseUrl}/app/authorize?referenceId=x&lang=${lang}`),
  "link-refused": (page, lang) => page.goto(consentUrl(lang, customer("happy").phone, { redirectUrl: "https://x.example/" })),
  scan: (page, lang) => page.goto(`${lunas.baseUrl}/app/qris?lang=${lang}`),
  "scan-error": (page, lang) => pasteCode(page, lang, "00020101"),
  "container-form": (page, lang) => page.goto(`${lunas.baseUrl}/container?lang=${lang}`),
  "container-error": (page, lang) => page.goto(`${lunas.baseUrl}/container?url=nonsense&lang=${lang}`),
  container: async (page, lang) => {
    const url = encodeURIComponent(`${lunas.baseUrl}/demo?lang=${lang}`);
    await page.goto(`${lunas.baseUrl}/container?url=${url}&lang=${lang}`);
    await page.frameLocator("#mini-app").locator("#pay").click();
    await page.frameLocator("#review").locator("main[data-state=pending]").waitFor();
  },
  demo: openDemo,
  "demo-paid": (page, lang) => openDemo(page, lang, "paid"),
  "demo-open": (page, lang) => openDemo(page, lang, "open"),
  "demo-over": (page, lang) => openDemo(page, lang, "over"),
};

/** The answer to somebody who pays while more PINs are tried than are let into the queue. */
async function refusedForBeingBusy(lang) {
  const tries = [];
  for (let payments = 0; payments < 3; payments += 1) {
    const { url } = await openPayment(lang);
    const shown = await fetch(url);
    const cookie = shown.headers.get("set-cookie").split(";")[0];
    const [, token] = /name="form_token" value="([^"]+)"/.exec(await shown.text());
    // As many as one page takes, each at a number of its own.
    for (let nth = 0; nth < 30; nth += 1) {
      const phone = `+62811${String(tries.length).padStart(6, "0")}`;
      const body = new URLSearchParams({ action: "pay", phone, pin: "000000", form_token: token });
      tries.push({ url, sent: { method: "POST", body, headers: { cookie } } });
    }
  }
  const answers = await Promise.all(
    tries.map(async ({ url, sent }) => {
      const answer = await fetch(url, sent);
      return { url, status: answer.status, body: await answer.text() };
    }),
  );
  const refused = answers.find(({ status }) => status === 503);
  assert.ok(refused, `nobody was refused: ${answers.map(({ status }) => status)}`);
  return refused;
}

/** Shows an answer that a test got by itself as the browser would show it. */
async function showAs(page, url, body) {
  await page.route(url, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }), { times: 1 });
  await page.goto(url);
}

/** Pages with a button that has to be on the first screen. */
const URGENT = ["review", "review-linked", "review-scanned", "consent", "error-pin", "consent-error", "error-funds"];

/** What a person would trip over on the page as it stands. */
function faults(page) {
  return page.evaluate(() => {
    const shown = (element) => element.checkVisibility();
    const controls = "button, a, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea, summary, .choice";
    return {
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      crowded: [...document.querySelectorAll(".top > *")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.outerHTML),
      small: [...document.querySelectorAll(controls)]
        .filter((control) => shown(control) && control.getBoundingClientRect().height < 44)
        .map((control) => control.outerHTML),
      broken: [...document.querySelectorAll(".amount, .sum, button.primary")]
        .filter(shown)
        .filter((each) => /Rp/.test(each.textContent) && each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.outerHTML),
      paid: [...document.querySelectorAll("header, title, h1")].some((each) => /\blunas\b/i.test(each.textContent)),
    };
  });
}

for (const [name, open] of Object.entries(PAGES)) {
  for (const lang of LANGUAGES) {
    test(`P1 P3 P7: ${name} in ${lang} can be read and used by everybody`, async () => {
      const { context, page, troubles } = await newPage(browser, { viewport: SCREENS[1], locale: lang });
      try {
        // However long all this takes, a receipt is not left meanwhile.
        await page.route(/[/]demo[?]order=/, (route) => route.abort("aborted"));
        await open(page, lang);
        assert.equal(await page.locator("html").getAttribute("lang"), lang);
        for (const screen of SCREENS) {
          await page.setViewportSize(screen);
          for (const colorScheme of SCHEMES) {
            await page.emulateMedia({ colorScheme });
            const where = `${name} ${lang} ${colorScheme} ${screen.width}`;
            assert.deepEqual(await violations(page), [], where);
            assert.deepEqual(await faults(page), { overflow: 0, crowded: [], small: [], broken: [], paid: false }, where);
            if (URGENT.includes(name)) {
              const box = await page.locator("button.primary").boundingBox();
              assert.ok(box.y >= 0 && box.y + box.height <= screen.height, `${where}: the button is at ${box.y}`);
            }
            await picture(page, `${name}-${lang}-${colorScheme}-${screen.width}`);
          }
        }
        assert.deepEqual(troubles, []);
      } finally {
        await context.close();
      }
    });
  }
}

async function picture(page, name) {
  if (ALBUM) {
    await mkdir(ALBUM, { recursive: true });
    await page.screenshot({ path: `${ALBUM}/${name}.png`, fullPage: false });
  }
}

/** A test in a browser of its own that fails when its pages complain. */
function browse(name, run, options) {
  test(name, async () => {
    const { context, page, troubles } = await newPage(browser, options);
    try {
      await run(page, context);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  });
}

browse("P7: text at 150 % breaks no word and no amount", async (page, context) => {
  const debug = await context.newCDPSession(page);
  await debug.send("Page.enable");
  await debug.send("Page.setFontSizes", { fontSizes: { standard: 24, fixed: 20 } });
  for (const name of ["review", "review-linked", "paid-receipt", "consent", "scan", "not-found", "start"]) {
    for (const lang of LANGUAGES) {
      await PAGES[name](page, lang);
      const seen = await page.evaluate(() => {
        const size = parseFloat(getComputedStyle(document.body).fontSize);
        const broken = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode;
          if (!node.parentElement.checkVisibility() || node.parentElement.closest(".code, .visually-hidden, a[href*='@']")) {
            continue;
          }
          for (const { 0: word, index } of node.textContent.matchAll(/[^\s-]+/g)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (range.getClientRects().length > 1) {
              broken.push(word);
            }
          }
        }
        const crowded = [...document.querySelectorAll(".top > *")].filter((each) => each.scrollWidth > each.clientWidth + 1);
        const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        return { size, broken, crowded: crowded.map((each) => each.outerHTML), overflow };
      });
      assert.deepEqual(seen, { size: 24, broken: [], crowded: [], overflow: 0 }, `${name} ${lang}`);
      await picture(page, `large-${name}-${lang}`);
    }
  }
}, { viewport: SCREENS[0] });

browse("P7: a countdown of days speaks the page's language", async (page) => {
  for (const [lang, words] of [["id", /^Sisa waktu 2 hari 00:00:0\d$/], ["en", /^Time left 2 days 00:00:0\d$/]]) {
    const { url } = await openPayment(lang);
    const body = (await (await fetch(url)).text()).replace(/data-seconds="\d+"/, 'data-seconds="172805"');
    await showAs(page, url, body);
    const told = (await page.locator("#countdown").textContent()).replace(/\s+/g, " ").trim();
    assert.match(told, words);
  }
});

browse("P2: a receipt stays ten seconds, can be stopped, copied and printed", async (page, context) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.clock.install();
  const { url } = await openPayment("id");
  await page.goto(url);
  await pay(page, customer("happy"));
  await page.locator("main[data-state=paid]").waitFor();
  const timer = page.locator("#leaving [role=timer]");
  assert.equal(await timer.innerText(), "Kembali ke penjual dalam 10 detik.");
  await page.clock.runFor(9_000);
  assert.equal(await timer.innerText(), "Kembali ke penjual dalam 1 detik.");
  await page.locator("#stay").click();
  await page.clock.runFor(60_000);
  assert.equal(await page.locator("#leaving").isVisible(), false);
  assert.equal(await page.locator("main").getAttribute("data-state"), "paid", "the receipt is still there");
  await page.locator("#copy").click();
  await page.getByText("Nomor referensi tersalin").first().waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator("#reference").innerText());
  await page.emulateMedia({ media: "print" });
  for (const selector of ["#back", "#tools", ".language"]) {
    assert.equal(await page.locator(selector).isVisible(), false, `${selector} is not on paper`);
  }
  assert.ok(await page.locator("#reference").isVisible());
  await picture(page, "print");
  await page.emulateMedia({ media: "screen" });

  await page.goto((await openPayment("id")).url);
  await pay(page, customer("happy"));
  await page.locator("#leaving").waitFor();
  await page.clock.runFor(10_000);
  await page.waitForURL(/[/]demo[?]order=/);
});

browse("P2: a receipt that is looked at again leads nowhere by itself", async (page) => {
  await page.goto((await openPayment("id")).url);
  await pay(page, customer("happy"));
  await page.locator("#leaving").waitFor();
  await page.reload();
  await page.locator("#tools").waitFor();
  assert.equal(await page.locator("#leaving").isVisible(), false);
  assert.ok(await page.locator("#back").isVisible());
});

browse("S9: a payment that returns to an app goes there by itself", async (page, context) => {
  const { merchantId } = lunas.sandbox;
  const order = newOrder();
  const body = {
    partnerReferenceNo: order,
    chargeToken: "",
    merchantId,
    urlParam: { url: "merchantapp://thanks?order=1", type: "PAY_RETURN", isDeeplink: "Y" },
    payOptionDetails: [{ payMethod: "GOPAY", payOption: "GOPAY_WALLET", transAmount: { value: "10000.00", currency: "IDR" } }],
  };
  const { webRedirectUrl } = await SnapBi.directDebit().withBody(body).createPayment(order);
  const debug = await context.newCDPSession(page);
  await debug.send("Page.enable");
  await page.clock.install();
  await page.goto(webRedirectUrl);
  await pay(page, customer("happy"));
  await page.locator("#leaving").waitFor();
  assert.equal(await page.locator("#back").getAttribute("href"), "merchantapp://thanks?order=1");
  const gone = new Promise((settle) => debug.on("Page.frameRequestedNavigation", ({ url }) => settle(url)));
  await page.clock.runFor(10_000);
  assert.equal(await gone, "merchantapp://thanks?order=1");
});

browse("P5: a desktop shows a code for the phone, and follows what the phone does", async (page) => {
  await page.clock.install();
  const { url, reference } = await openPayment("en");
  await page.goto(url);
  const code = page.locator("#handover img");
  assert.ok(await code.isVisible());
  assert.ok(await code.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await page.setViewportSize(SCREENS[1]);
  assert.equal(await code.isVisible(), false, "a phone needs no code");
  await page.setViewportSize(SCREENS[2]);
  await lunas.control(`payments/${reference}/pay`);
  await page.clock.runFor(4_000);
  await page.locator("main[data-state=paid]").waitFor();
}, { viewport: SCREENS[2] });

browse("R17: a button works again after the network stalled and the customer pressed Stop", async (page) => {
  const { url } = await openPayment("id");
  await page.goto(url);
  const { phone, pin } = customer("happy");
  await page.locator("#phone").fill(phone);
  await page.locator("#pin").fill(pin);
  const isPost = (request) => request.method() === "POST";
  await page.route(() => true, (route) => (isPost(route.request()) ? undefined : route.continue()));
  // While a page is being left the browser's tools wait for the next one, so the page itself presses Stop.
  await page.evaluate(() => {
    const button = document.querySelector("button[value=pay]");
    const stopped = () => {
      document.body.dataset.atStop = button.textContent;
      stop();
    };
    document.getElementById("pay").addEventListener("submit", () => setTimeout(stopped, 100), { once: true });
  });
  await page.locator("button[value=pay]").click({ noWaitAfter: true });
  await page.locator("body[data-at-stop]").waitFor();
  assert.equal(await page.locator("body").getAttribute("data-at-stop"), "Memproses…");
  await page.getByRole("button", { name: /^Bayar Rp/ }).waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.locator("button[value=pay]").click();
  await page.locator("main[data-state=paid]").waitFor();
});

browse("R17: a page that comes back from memory is asked for again", async (page) => {
  const { url, reference } = await openPayment("id");
  await page.goto(url);
  await lunas.control(`payments/${reference}/pay`);
  const shown = page.waitForURL(url);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await shown;
  await page.locator("main[data-state=paid]").waitFor();
});

browse("R16: two tabs from another site, and the first one pays", async (page, context) => {
  const shop = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end('<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main></main></html>');
  });
  shop.listen(0, "localhost");
  await once(shop, "listening");
  try {
    const [one, other] = [await openPayment("id"), await openPayment("id")];
    const second = await context.newPage();
    for (const [tab, { url }] of [[page, one], [second, other]]) {
      await tab.goto(`http://localhost:${shop.address().port}/`);
      await Promise.all([
        tab.waitForURL(url),
        tab.evaluate((to) => setTimeout(() => location.assign(to)), url),
      ]);
    }
    for (const tab of [page, second]) {
      await pay(tab, customer("happy"));
      await tab.locator("main[data-state=paid]").waitFor();
    }
  } finally {
    shop.close();
  }
});

browse("P3: everything works without a script", async (page) => {
  await page.goto((await openPayment("en")).url);
  assert.equal(await page.locator("#countdown").isVisible(), false);
  await pay(page, { phone: customer("happy").phone, pin: "000000" });
  assert.match(await page.locator("#error").innerText(), /incorrect\. \d attempts? left\./);
  await pay(page, customer("happy"));
  await page.locator("main[data-state=paid]").waitFor();
  for (const selector of ["#tools", "#leaving"]) {
    assert.equal(await page.locator(selector).isVisible(), false, selector);
  }
  await page.locator("#back").click();
  await page.waitForURL(/[/]demo[?]order=/);
}, { javaScriptEnabled: false, viewport: SCREENS[1] });
