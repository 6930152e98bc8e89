// The official Node SDK, unchanged but for the address it calls, against a running gateway.
//
// The bodies have the shapes that SDK users really send: one object where the contract says list, an empty charge
// token, amounts without decimals, a number for a quantity.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";

import { SnapBi, SnapBiConfig } from "./sdk.mjs";
import { explain, lunas, newOrder, receiver } from "./stage.mjs";
import { isSigned, javaForm, nodeForm, phpForm } from "./verifiers.mjs";

/** The part of a notification's path that the gateway appends and signs. */
const NOTIFY_PATH = "/v1.0/debit/notify";

/** A charge as SDK users write it. */
function charge(order, { amount = "1500" } = {}) {
  const inTenMinutes = new Date(Date.now() + 600_000).toISOString().replace("Z", "305Z");
  return {
    partnerReferenceNo: order,
    chargeToken: "",
    merchantId: lunas.sandbox.merchantId,
    urlParam: { url: "https://shop.example/thanks?order=1&via=gopay", type: "PAY_RETURN", isDeeplink: "N" },
    validUpTo: inTenMinutes,
    payOptionDetails: [
      { payMethod: "GOPAY", payOption: "GOPAY_WALLET", transAmount: { value: amount, currency: "IDR" } },
    ],
    additionalInfo: {
      customerDetails: { phone: "081200000000", firstName: "Ayu", lastName: "Lestari", email: "ayu@shop.example" },
      items: [{ id: "kopi-1", price: { value: amount, currency: "IDR" }, quantity: 1, name: "Kopi susu – besar" }],
      metadata: {},
    },
  };
}

function create(order, body = charge(order)) {
  return SnapBi.directDebit().withBody(body).createPayment(order);
}

function refund(body) {
  return SnapBi.directDebit().withBody(body).refund(newOrder());
}

function status(body) {
  return SnapBi.directDebit().withBody(body).getStatus(newOrder());
}

async function created(order) {
  const answer = await create(order);
  assert.equal(answer.responseCode, "2005400", explain(answer));
  return answer;
}

/** The payment's next notification, once every way of verifying it has been tried on it. */
async function notified(referenceNo, expectedStatus) {
  const notification = await receiver.next(({ raw }) => JSON.parse(raw).originalReferenceNo === referenceNo);
  const { method, path, headers, raw } = notification;
  assert.equal(method, "POST");
  assert.equal(path, receiver.prefix + NOTIFY_PATH);
  assert.match(headers["content-type"], /^application\/json/);
  assert.match(headers["x-external-id"], /^\d{1,36}$/);
  assert.equal(headers["x-partner-id"], lunas.sandbox.partnerId);
  assert.equal(headers.authorization, undefined);
  const publicKey = lunas.sandbox.notificationPublicKey;
  const signed = { path: NOTIFY_PATH, timestamp: headers["x-timestamp"], signature: headers["x-signature"], publicKey };
  for (const form of [nodeForm, phpForm, javaForm]) {
    assert.equal(form(raw), raw, `${form.name} changes the body`);
    assert.ok(isSigned({ ...signed, body: form(raw) }), form.name);
  }
  assert.ok(isVerifiedBySdk(headers, raw), `the SDK refuses ${raw}`);
  assert.equal(JSON.parse(raw).latestTransactionStatus, expectedStatus, raw);
  return notification;
}

function isVerifiedBySdk(headers, raw) {
  return SnapBi.notification()
    .withNotificationPayload(JSON.parse(raw))
    .withSignature(headers["x-signature"])
    .withTimeStamp(headers["x-timestamp"])
    .withNotificationUrlPath(NOTIFY_PATH)
    .isWebhookNotificationVerified();
}

test("a token is given for the merchant's key and refused for another", async () => {
  const token = await SnapBi.directDebit().getAccessToken();
  assert.equal(token.responseCode, "2007300", explain(token));
  assert.equal(token.tokenType, "Bearer");
  assert.equal(token.expiresIn, "900");
  assert.ok(token.accessToken.length > 0 && token.accessToken.length <= 2048);

  const own = SnapBiConfig.snapBiPrivateKey;
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  SnapBiConfig.snapBiPrivateKey = stranger.export({ type: "pkcs8", format: "pem" });
  try {
    const refused = await SnapBi.directDebit().getAccessToken();
    assert.equal(refused.responseCode, "4017300", explain(refused));
  } finally {
    SnapBiConfig.snapBiPrivateKey = own;
  }
});

/** Every call that the SDK has, and the service that answers it. */
const CALLS = {
  directDebit: { createPayment: "54", getStatus: "55", cancel: "57", refund: "58" },
  qris: { createPayment: "47", getStatus: "51", cancel: "77", refund: "78" },
  va: { createPayment: "27", getStatus: "26", cancel: "31" },
};

test("every call that the SDK has is answered by its service", async () => {
  const { accessToken } = await SnapBi.directDebit().getAccessToken();
  const paths = new Set([SnapBi.ACCESS_TOKEN]);
  for (const [method, calls] of Object.entries(CALLS)) {
    for (const [name, service] of Object.entries(calls)) {
      const call = SnapBi[method]().withAccessToken(accessToken).withBody({});
      const answer = await call[name](newOrder());
      assert.equal(answer.responseCode, `400${service}02`, `${method} ${name}: ${explain(answer)}`);
      paths.add(call.apiPath);
    }
  }
  await assert.rejects(SnapBi.va().withBody({}).refund(newOrder()), /not implemented/);
  const known = Object.values(SnapBi).filter((value) => typeof value === "string" && value.startsWith("/v1.0/"));
  assert.deepEqual([...paths].sort(), known.sort(), "the SDK has a call that is not tried here");
});

test("a payment is created, found by either name, paid and told twice", async () => {
  const order = newOrder();
  const payment = await created(order);
  assert.equal(payment.partnerReferenceNo, order);
  assert.match(payment.referenceNo, /^\S{1,64}$/);
  assert.ok(new URL(payment.webRedirectUrl).searchParams.get("tref"), payment.webRedirectUrl);
  await notified(payment.referenceNo, "03");

  const byReference = await status({ originalReferenceNo: payment.referenceNo, serviceCode: "54" });
  const byExternalId = await status({ originalExternalId: order, serviceCode: "54" });
  for (const answer of [byReference, byExternalId]) {
    assert.equal(answer.responseCode, "2005500", explain(answer));
    assert.equal(answer.originalReferenceNo, payment.referenceNo);
    assert.equal(answer.originalPartnerReferenceNo, order);
    assert.equal(answer.latestTransactionStatus, "03");
    assert.deepEqual(answer.transAmount, { value: "1500.00", currency: "IDR" });
  }

  await lunas.control(`payments/${payment.referenceNo}/pay`);
  const paid = JSON.parse((await notified(payment.referenceNo, "00")).raw);
  assert.equal(paid.originalPartnerReferenceNo, order);
  assert.equal(paid.originalExternalId, order);
  assert.deepEqual(paid.amount, { value: "1500.00", currency: "IDR" });

  const settled = await status({ originalReferenceNo: payment.referenceNo });
  assert.equal(settled.latestTransactionStatus, "00", explain(settled));
  assert.ok(settled.paidTime);
});

test("a cancelled payment is told and cannot be cancelled again", async () => {
  const { referenceNo } = await created(newOrder());
  await notified(referenceNo, "03");
  const cancel = () => SnapBi.directDebit().withBody({ originalReferenceNo: referenceNo }).cancel(newOrder());
  const cancelled = await cancel();
  assert.equal(cancelled.responseCode, "2005700", explain(cancelled));
  assert.equal(cancelled.originalReferenceNo, referenceNo);
  assert.ok(cancelled.cancelTime);
  await notified(referenceNo, "05");
  const answer = await status({ originalReferenceNo: referenceNo, serviceCode: "54" });
  assert.equal(answer.latestTransactionStatus, "05", explain(answer));
  const again = await cancel();
  assert.equal(again.responseCode, "4035715", explain(again));
});

test("a paid payment is refunded in full, told with its history, and not refunded again", async () => {
  const { referenceNo } = await created(newOrder());
  await notified(referenceNo, "03");
  const early = await refund({ originalReferenceNo: referenceNo });
  assert.equal(early.responseCode, "4035815", explain(early));
  await lunas.control(`payments/${referenceNo}/pay`);
  await notified(referenceNo, "00");

  // The body of the SDK's own example: no refund number and no amount.
  const refunded = await refund({ originalReferenceNo: referenceNo, reason: "refund reason" });
  assert.equal(refunded.responseCode, "2005800", explain(refunded));
  assert.equal(refunded.originalReferenceNo, referenceNo);
  assert.deepEqual(refunded.refundAmount, { value: "1500.00", currency: "IDR" });
  assert.match(refunded.partnerRefundNo, /^[A-Za-z0-9_-]{1,64}$/);

  const told = JSON.parse((await notified(referenceNo, "04")).raw).additionalInfo;
  assert.deepEqual(told.totalRefundAmount, { value: "1500.00", currency: "IDR" });
  const answer = await status({ originalReferenceNo: referenceNo, serviceCode: "54" });
  assert.equal(answer.latestTransactionStatus, "04", explain(answer));
  for (const [entry, ...more] of [told.refundHistory, answer.refundHistory]) {
    assert.deepEqual(more, []);
    assert.equal(entry.refundNo, refunded.refundNo);
    assert.equal(entry.partnerRefundNo, refunded.partnerRefundNo);
    assert.equal(entry.partnerReferenceNo, refunded.partnerRefundNo);
    assert.equal(entry.refundStatus, "00");
    assert.equal(entry.reason, "refund reason");
    assert.equal(entry.refundTime, refunded.refundTime);
    assert.equal(entry.refundDate, refunded.refundTime);
  }
  const again = await refund({ originalReferenceNo: referenceNo });
  assert.equal(again.responseCode, "4035815", explain(again));
});

test("a refund number is refunded once, in any text a reason may have", async () => {
  const { referenceNo } = await created(newOrder());
  await notified(referenceNo, "03");
  await lunas.control(`payments/${referenceNo}/pay`);
  await notified(referenceNo, "00");
  const body = {
    originalReferenceNo: referenceNo,
    partnerRefundNo: "refund-1",
    refundAmount: { value: "500", currency: "IDR" },
    reason: 'rusak / "pecah" – é',
  };
  const first = await refund(body);
  assert.equal(first.responseCode, "2005800", explain(first));
  await notified(referenceNo, "04");
  assert.deepEqual(await refund(body), first, "another call with the number gets the first refund");
  const other = await refund({ ...body, refundAmount: { value: "600", currency: "IDR" } });
  assert.equal(other.responseCode, "4045818", explain(other));
});

test("no notification survives the change of a byte", async () => {
  const { referenceNo } = await created(newOrder());
  const { headers, raw } = await notified(referenceNo, "03");
  let tried = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const changed = raw.slice(0, at) + (raw[at] === "1" ? "2" : "1") + raw.slice(at + 1);
    if (/[a-z0-9]/i.test(raw[at]) && isJson(changed)) {
      tried += 1;
      assert.equal(isVerifiedBySdk(headers, changed), false, changed);
    }
  }
  assert.ok(tried > 50, `${tried} bytes were changed`);
  assert.equal(isVerifiedBySdk({ ...headers, "x-timestamp": "2024-10-07T15:45:22+07:00" }, raw), false);
});

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a wrong client secret is refused", async () => {
  const own = SnapBiConfig.snapBiClientSecret;
  SnapBiConfig.snapBiClientSecret = `${own}x`;
  try {
    const refused = await create(newOrder());
    assert.equal(refused.responseCode, "4015400", explain(refused));
    assert.match(refused.responseMessage, /Signature/);
  } finally {
    SnapBiConfig.snapBiClientSecret = own;
  }
});

test("the same external id is the same payment, and tells of another body", async () => {
  const order = newOrder();
  const body = charge(order);
  const first = await create(order, body);
  assert.equal(first.responseCode, "2005400", explain(first));
  assert.deepEqual(await create(order, body), first);
  const other = await create(order, charge(order, { amount: "1600" }));
  assert.equal(other.responseCode, "4045418", explain(other));
  await notified(first.referenceNo, "03");
  assert.deepEqual(receiver.left(), [], "a replay tells nobody");
});

test("a notification that the merchant refuses comes again, and those behind it wait", async () => {
  receiver.answerNext(500);
  const { referenceNo } = await created(newOrder());
  const refused = await notified(referenceNo, "03");
  await lunas.control(`payments/${referenceNo}/pay`);
  await lunas.control("clock/advance", { seconds: 120 });
  const again = await notified(referenceNo, "03");
  assert.equal(again.raw, refused.raw);
  assert.equal(again.headers["x-external-id"], refused.headers["x-external-id"]);
  // The timestamp is the machine's, which the sandbox's clock does not move: made anew, it is not older.
  assert.ok(again.headers["x-timestamp"] >= refused.headers["x-timestamp"]);
  await notified(referenceNo, "00");
});
