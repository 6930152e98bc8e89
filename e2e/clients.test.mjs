// Clients that merchants really call with, and the page in PHP that takes their notifications: each with its own way of
// writing headers, times and JSON, none of them bent towards the gateway.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { callHeaders, fetchToken, now, signature, tokenHeaders } from "./merchant.mjs";
import { SnapBi } from "./sdk.mjs";
import { explain, lunas, newOrder, receiver } from "./stage.mjs";
import { javaForm, oldJavaForm } from "./verifiers.mjs";

const CLIENTS = fileURLToPath(new URL("clients", import.meta.url));
const PYTHON = process.env.LUNAS_PYTHON ?? "/usr/bin/python3";
/** How long a client may take. */
const CLIENT_MS_MAX = 60_000;

const PAYMENT = "/v1.0/debit/payment-host-to-host";
const STATUS = "/v1.0/debit/status";
const TOKEN = "/v1.0/access-token/b2b";

/** A charge whose texts writers spell in different ways. */
function charge(order) {
  return {
    partnerReferenceNo: order,
    chargeToken: "",
    merchantId: lunas.sandbox.merchantId,
    urlParam: [{ url: "https://shop.example/thanks?order=1&via=gopay", type: "PAY_RETURN", isDeeplink: "Y" }],
    payOptionDetails: [
      { payMethod: "GOPAY", payOption: "GOPAY_WALLET", transAmount: { value: "10000.0", currency: "IDR" } },
    ],
    additionalInfo: {
      customerDetails: { firstName: "Siti", lastName: "Nur'aini & Co", email: "siti@shop.example" },
      items: [{ id: "1", price: { value: "10000.00", currency: "IDR" }, quantity: 1, name: 'Kopi 1/2 "besar" – é 😀' }],
      metadata: {},
    },
  };
}

/** Runs a program to its end with `input`, and gives what it printed. */
async function run(program, args, input, options = {}) {
  const child = execFile(program, args, { timeout: CLIENT_MS_MAX, ...options });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => (printed[name] += text));
  }
  child.stdin.end(input);
  const [code] = await once(child, "close");
  assert.equal(code, 0, `${program} ended with ${code}: ${printed.stderr}`);
  return printed.stdout;
}

function succeeded({ status, body }, code) {
  assert.equal(status, 200, explain(body));
  assert.equal(body.responseCode, code, explain(body));
  return body;
}

/** The merchant in PHP makes these calls. */
async function php(calls) {
  const order = { baseUrl: lunas.baseUrl, sandbox: lunas.sandbox, calls };
  const [token, ...answers] = JSON.parse(await run("php", [`${CLIENTS}/merchant.php`], JSON.stringify(order)));
  succeeded(token, "2007300");
  return answers;
}

test("PHP: a payment, a code, an account and their status", async () => {
  const [debit, qr, va] = [newOrder(), newOrder(), newOrder()];
  const { merchantId } = lunas.sandbox;
  const account = {
    partnerServiceId: "    1234",
    customerNo: "0000000000",
    virtualAccountNo: "    12340000000000",
    virtualAccountName: "Siti Nur'aini & Co",
    trxId: va,
    totalAmount: { value: "10000.00", currency: "IDR" },
    additionalInfo: { merchantId, bank: "bca", flags: { shouldRandomizeVaNumber: true } },
  };
  const code = { partnerReferenceNo: qr, merchantId, amount: { value: "1500.00", currency: "IDR" } };
  const answers = await php([
    { path: PAYMENT, externalId: debit, body: charge(debit) },
    { path: STATUS, externalId: newOrder(), body: { originalExternalId: debit, serviceCode: "54" } },
    { path: "/v1.0/qr/qr-mpm-generate", externalId: qr, body: { ...code, additionalInfo: { acquirer: "gopay" } } },
    { path: "/v1.0/transfer-va/create-va", externalId: va, body: account },
  ]);
  const codes = ["2005400", "2005500", "2004700", "2002700"];
  answers.forEach((answer, at) => succeeded(answer, codes[at]));
});

test("fetch: a payment", async () => {
  const [order, token] = [newOrder(), await fetchToken(lunas)];
  const body = JSON.stringify(charge(order), null, 2);
  const headers = callHeaders(lunas.sandbox, { path: PAYMENT, token, externalId: order, body });
  const answer = await fetch(lunas.baseUrl + PAYMENT, { method: "POST", headers, body });
  succeeded({ status: answer.status, body: await answer.json() }, "2005400");
});

test("curl: a token and a payment", async () => {
  const post = async (path, headers, body) => {
    const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const args = ["-sS", "--noproxy", "*", ...lines, "-w", "\n%{http_code}", "--data-binary", "@-"];
    const printed = (await run("curl", [...args, lunas.baseUrl + path], body)).split("\n");
    return { status: Number(printed.pop()), body: JSON.parse(printed.join("\n")) };
  };
  const order = newOrder();
  const given = succeeded(await post(TOKEN, tokenHeaders(lunas.sandbox), '{"grantType":"client_credentials"}'), "2007300");
  const body = JSON.stringify(charge(order));
  const parts = { path: PAYMENT, token: given.accessToken, externalId: order, body };
  succeeded(await post(PAYMENT, callHeaders(lunas.sandbox, parts), body), "2005400");
});

test("Python's requests: a payment", async () => {
  const [order, token, time] = [newOrder(), await fetchToken(lunas), now()];
  const headers = callHeaders(lunas.sandbox, { path: PAYMENT, token, externalId: order, body: "", time });
  delete headers["X-SIGNATURE"];
  delete headers["Content-Type"];
  const call = {
    url: lunas.baseUrl + PAYMENT,
    headers,
    prefix: `POST:${PAYMENT}:${token}:`,
    suffix: `:${time}`,
    secret: lunas.sandbox.clientSecret,
    body: charge(order),
  };
  succeeded(JSON.parse(await run(PYTHON, [`${CLIENTS}/call.py`], JSON.stringify(call))), "2005400");
});

/** The present time as clients that are not installed write it. */
const TIMES = {
  /** `OffsetDateTime.toString()`, with the nanoseconds of the machine. */
  "java-httpclient": () => `${jakarta().slice(0, -1)}074646+07:00`,
  /** `Instant.toString()`. */
  "java-okhttp": () => new Date().toISOString().replace("Z", "123Z"),
  /** `time.RFC3339Nano`, which leaves trailing zeros out. */
  "go-net-http": () => `${jakarta().slice(0, -1)}5+07:00`,
  /** `time.RFC3339`. */
  "go-net-http-stream": () => `${jakarta().slice(0, -5)}+07:00`,
};

function jakarta() {
  return new Date(Date.now() + 7 * 3600 * 1000).toISOString();
}

/** JSON as Go writes it. */
function goJson(value) {
  return JSON.stringify(value).replace(/[&<>]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** A body in two chunks. */
function chunked(body) {
  const bytes = Buffer.from(body);
  const half = bytes.length >> 1;
  const chunk = (part) => `${part.length.toString(16)}\r\n${part.toString("latin1")}\r\n`;
  return `${chunk(bytes.subarray(0, half))}${chunk(bytes.subarray(half))}0\r\n\r\n`;
}

/** Sends bytes as they are, and reads one answer. */
async function exchanged(bytes) {
  const { hostname, port } = new URL(lunas.baseUrl);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(CLIENT_MS_MAX, () => socket.destroy(new Error("no answer")));
  socket.write(bytes);
  let text = "";
  for await (const chunk of socket) {
    text += chunk.toString("latin1");
    const [head, body] = text.split("\r\n\r\n", 2);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    if (body !== undefined && body.length >= Number(length)) {
      socket.destroy();
      return { status: Number(head.split(" ")[1]), body: JSON.parse(Buffer.from(body, "latin1").toString("utf8")) };
    }
  }
  throw new Error(`the answer broke off: ${text}`);
}

test("requests of Java and Go as they come from the socket", async () => {
  const requests = JSON.parse(await readFile(`${CLIENTS}/replay.json`, "utf8"));
  assert.deepEqual(Object.keys(requests).sort(), Object.keys(TIMES).sort());
  for (const [name, template] of Object.entries(requests)) {
    const [order, token, time] = [newOrder(), await fetchToken(lunas), TIMES[name]()];
    const body = name.startsWith("go") ? goJson(charge(order)) : JSON.stringify(charge(order));
    const values = {
      body: Buffer.from(body).toString("latin1"),
      chunks: chunked(body),
      channel: lunas.sandbox.channelId,
      external: order,
      host: new URL(lunas.baseUrl).host,
      length: Buffer.byteLength(body),
      partner: lunas.sandbox.partnerId,
      path: PAYMENT,
      signature: signature(lunas.sandbox, { path: PAYMENT, token, body, time }),
      time,
      token,
    };
    const text = `${template.head.join("\r\n")}\r\n\r\n${template.body}`;
    const request = text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    succeeded(await exchanged(Buffer.from(request, "latin1")), "2005400");
  }
});

/** PHP's built-in server with the merchant's page. */
let page;

async function startPage() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  const env = { ...process.env, NOTIFICATION_KEY: lunas.sandbox.notificationPublicKey };
  const child = spawn("php", ["-S", `127.0.0.1:${port}`, `${CLIENTS}/receiver.php`], { env, stdio: ["ignore", "ignore", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  page = { child, url: `http://127.0.0.1:${port}/notification.php`, lines };
  for (let line = ""; !line.includes("started"); ) {
    const { value, done } = await lines.next();
    assert.ok(!done, "PHP's server ended before it served");
    line = value;
  }
  return page;
}

/** What the page saw next. */
async function seen() {
  for (;;) {
    const { value, done } = await page.lines.next();
    assert.ok(!done, "PHP's server ended");
    if (value.startsWith("{")) {
      return JSON.parse(value);
    }
  }
}

after(() => page?.child.kill("SIGKILL"));

test("R1 R8 PHP's page finds the headers by their exact names and verifies what it is told", async () => {
  const { url } = await startPage();
  await put("notify-url", { url });
  const order = newOrder();
  succeeded(await call(PAYMENT, order, charge(order)), "2005400");
  const told = await seen();
  assert.ok(told.verified, JSON.stringify(told));
  assert.equal(told.path, "/notification.php/v1.0/debit/notify");
  for (const name of ["Content-Type", "X-Signature", "X-Timestamp", "X-Partner-Id", "X-External-Id", "Channel-Id"]) {
    assert.ok(name in told.values, `${name} is not among ${Object.keys(told.values)}`);
  }
  await put("notify-url", { url: receiver.url });
});

/** Changes a setting of the sandbox's merchant. */
async function put(path, body) {
  const answer = await fetch(`${lunas.baseUrl}/sandbox/v1/${path}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.text());
}

/** A signed call by `fetch`. */
async function call(path, externalId, content) {
  const [token, body] = [await fetchToken(lunas), JSON.stringify(content)];
  const headers = callHeaders(lunas.sandbox, { path, token, externalId, body });
  const answer = await fetch(lunas.baseUrl + path, { method: "POST", headers, body });
  return { status: answer.status, body: await answer.json() };
}

/** Texts that languages spell in different ways, as a merchant sends them. */
const TEXTS = { name: "Siti Nur'aini & Co", 1: "INV/2026/11/0042", 2: "Café 😀", 3: '1 + 1 "dua" \\ <b>\ttab' };
/** What becomes of them, and whose verifier can verify it. */
const SPELLINGS = {
  portable: { php: true, node: true, java: true, texts: { ...TEXTS, 1: "INV-2026-11-0042", 2: "Caf? ?" } },
  exact: { php: false, node: true, java: true, texts: TEXTS },
  escaped: { php: true, node: false, java: true, texts: TEXTS },
  plain: {
    php: true,
    node: true,
    java: true,
    oldJava: true,
    texts: { name: "Siti_Nur'aini_&_Co", 1: "INV-2026-11-0042", 2: "Caf?_?", 3: '1_+_1_"dua"_\\_<b>\ttab' },
  },
};

test("R3 each spelling of notifications is verified by the languages that it is for", async () => {
  assert.ok(page, "the page was started by the test before");
  await put("notify-url", { url: page.url });
  for (const [text, expected] of Object.entries(SPELLINGS)) {
    await put("notify-text", { text });
    const order = newOrder();
    const { name, ...customField } = TEXTS;
    const account = {
      partnerServiceId: "    1234",
      customerNo: "0000000000",
      virtualAccountNo: "    12340000000000",
      virtualAccountName: name,
      trxId: order,
      totalAmount: { value: "10000.00", currency: "IDR" },
      additionalInfo: {
        merchantId: lunas.sandbox.merchantId,
        bank: "bca",
        flags: { shouldRandomizeVaNumber: true },
        customField,
      },
    };
    succeeded(await call("/v1.0/transfer-va/create-va", order, account), "2002700");
    const { verified, raw, values } = await seen();
    assert.equal(verified, expected.php, `PHP, ${text}: ${raw}`);
    const isVerifiedByNode = SnapBi.notification()
      .withNotificationPayload(JSON.parse(raw))
      .withSignature(values["X-Signature"])
      .withTimeStamp(values["X-Timestamp"])
      .withNotificationUrlPath("/v1.0/transfer-va/payment")
      .isWebhookNotificationVerified();
    assert.equal(isVerifiedByNode, expected.node, `Node, ${text}: ${raw}`);
    assert.equal(javaForm(raw) === raw, expected.java, `Java, ${text}: ${raw}`);
    assert.equal(oldJavaForm(raw) === raw, expected.oldJava ?? false, `Java before 3.2.2, ${text}: ${raw}`);
    const told = JSON.parse(raw);
    const texts = { name: told.virtualAccountName, ...told.additionalInfo.customField };
    assert.deepEqual(texts, expected.texts, text);
  }
  await put("notify-text", { text: "portable" });
  await put("notify-url", { url: receiver.url });
});
