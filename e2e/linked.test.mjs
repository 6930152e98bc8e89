// Charges on linked accounts, and money reserved of them, with the official SDK's signature.
//
// The SDK has no calls of its own for authorizations, but its connection takes any path.

import assert from "node:assert/strict";
import { test } from "node:test";

import { link, linkedCharge, ofAccount } from "./linked.mjs";
import { SnapBi } from "./sdk.mjs";
import { explain, lunas, newOrder, receiver } from "./stage.mjs";

const DEBIT_NOTIFY = "/v1.0/debit/notify";
const LINK_NOTIFY = "/v1.0/registration-account/notify";
const AMOUNT = { value: "10000.00", currency: "IDR" };

/** The next notification to that path, as the SDK verifies it. */
async function notified(path) {
  const { headers, raw } = await receiver.next((request) => request.path === receiver.prefix + path);
  const isVerified = SnapBi.notification()
    .withNotificationPayload(JSON.parse(raw))
    .withSignature(headers["x-signature"])
    .withTimeStamp(headers["x-timestamp"])
    .withNotificationUrlPath(path)
    .isWebhookNotificationVerified();
  assert.ok(isVerified, `the SDK refuses ${raw}`);
  return JSON.parse(raw);
}

/** The account of the sandbox's customer who is good for that. */
async function account(scenario) {
  const { phone } = lunas.sandbox.customers.find((customer) => customer.scenario === scenario);
  const linked = await link(lunas, phone);
  const { additionalInfo } = await notified(LINK_NOTIFY);
  assert.deepEqual([additionalInfo.accountStatus, additionalInfo.accessToken], ["ENABLED", linked.token]);
  return linked;
}

/** A call about authorizations, signed and sent by the SDK. */
async function authCall(word, call, externalId = newOrder()) {
  call.apiPath = `/v1.0/auth/${word}`;
  return call.createConnection(externalId);
}

function later(word, body) {
  return authCall(word, SnapBi.directDebit().withBody(body));
}

function authorize(linked, order, amount = AMOUNT) {
  const option = {
    payMethod: "GOPAY",
    payOption: "GOPAY_WALLET",
    transAmount: amount,
    additionalInfo: { paymentOptionToken: linked.options.GOPAY_WALLET },
  };
  const body = {
    partnerReferenceNo: order,
    merchantId: lunas.sandbox.merchantId,
    amount,
    title: "Kopi susu – besar",
    additionalInfo: { payOptionDetails: [option], customerDetail: { firstName: "Ayu" } },
  };
  return authCall("payment", ofAccount(linked, body), order);
}

async function reserved(linked, order = newOrder()) {
  const answer = await authorize(linked, order);
  assert.equal(answer.responseCode, "2006300", explain(answer));
  assert.equal(answer.additionalInfo.transactionStatus, "01");
  assert.deepEqual(answer.additionalInfo.amount, AMOUNT);
  return answer;
}

async function standing({ referenceNo, partnerReferenceNo }) {
  const ids = { originalReferenceNo: referenceNo, originalPartnerReferenceNo: partnerReferenceNo };
  const answer = await later("query", ids);
  assert.equal(answer.responseCode, "2006400", explain(answer));
  return answer;
}

test("a linked account is charged at once, told, and refunded", async () => {
  const linked = await account("happy");
  const order = newOrder();
  const body = linkedCharge(lunas, linked, order, { value: "99999.00", returnUrl: "https://shop.example/thanks" });
  // One access token serves call after call.
  const { accessToken } = await SnapBi.directDebit().getAccessToken();
  const charge = () => ofAccount(linked, body).withAccessToken(accessToken).withDebugId("debug-1").withTimeout(10_000);
  const paid = await charge().createPayment(order);
  assert.equal(paid.responseCode, "2005400", explain(paid));
  assert.equal(paid.additionalInfo.transactionStatus, "00");
  assert.equal(paid.webRedirectUrl, "");
  const told = await notified(DEBIT_NOTIFY);
  assert.deepEqual([told.originalReferenceNo, told.latestTransactionStatus], [paid.referenceNo, "00"]);
  assert.deepEqual(await charge().createPayment(order), paid, "the same id gets the first answer");

  const refunded = await SnapBi.directDebit()
    .withBody({ originalReferenceNo: paid.referenceNo, reason: "refund reason" })
    .withAccessToken(accessToken)
    .refund(newOrder());
  assert.equal(refunded.responseCode, "2005800", explain(refunded));
  assert.equal((await notified(DEBIT_NOTIFY)).latestTransactionStatus, "04");
});

test("money is reserved, captured once, and refunded, and nobody is told", async () => {
  const linked = await account("happy");
  const order = newOrder();
  const { referenceNo, ...first } = await reserved(linked, order);
  assert.deepEqual({ referenceNo, ...first }, await authorize(linked, order), "the same id gets the first answer");
  const capture = (partnerCaptureNo, captureAmount) =>
    later("capture", {
      // The place that the contract's samples have for it.
      additionalData: { originalExternalId: order },
      originalPartnerReferenceNo: order,
      merchantId: lunas.sandbox.merchantId,
      partnerCaptureNo,
      captureAmount,
      title: "Kopi susu – besar",
    });
  const part = await capture("capture-1", { value: "5000.00", currency: "IDR" });
  assert.equal(part.responseCode, "4036515", explain(part));
  const captured = await capture("capture-1", AMOUNT);
  assert.equal(captured.responseCode, "2006500", explain(captured));
  assert.deepEqual(captured.captureAmount, AMOUNT);
  assert.deepEqual(await capture("capture-1", AMOUNT), captured, "the same number gets the first answer");
  assert.equal((await capture("capture-2", AMOUNT)).responseCode, "4036515");

  const refunded = await later("refund", {
    originalReferenceNo: referenceNo,
    partnerRefundNo: "refund-1",
    refundAmount: { value: "4000.00", currency: "IDR" },
    reason: 'rusak / "pecah" – é',
  });
  assert.equal(refunded.responseCode, "2006900", explain(refunded));
  const { latestTransactionStatus, paidTime, additionalInfo } = await standing({ referenceNo, partnerReferenceNo: order });
  assert.deepEqual([latestTransactionStatus, paidTime], ["04", captured.captureTime]);
  assert.deepEqual(additionalInfo.refundHistory[0].refundAmount, { value: "4000.00", currency: "IDR" });
  assert.deepEqual(receiver.left(), []);
});

test("money that is reserved is given back by its merchant, or when its time is up", async () => {
  const linked = await account("happy");
  const first = await reserved(linked);
  const { referenceNo } = first;
  const body = { originalReferenceNo: referenceNo, merchantId: lunas.sandbox.merchantId, partnerVoidNo: "void-1" };
  const voided = await later("void", { ...body, reason: "customer left" });
  assert.equal(voided.responseCode, "2006700", explain(voided));
  assert.deepEqual(voided.voidAmount, AMOUNT);
  const left = await reserved(linked);
  await lunas.control("clock/advance", { seconds: 7 * 24 * 3600 });
  for (const over of [first, left]) {
    assert.equal((await standing(over)).latestTransactionStatus, "05");
  }
  const late = await later("void", { ...body, originalReferenceNo: left.referenceNo });
  assert.equal(late.responseCode, "4036715", explain(late));
});

test("an authorization that cannot be is refused by its code", async () => {
  for (const [scenario, code] of [
    ["insufficient", "4036314"],
    ["blocked", "4036303"],
  ]) {
    const refused = await authorize(await account(scenario), newOrder());
    assert.equal(refused.responseCode, code, explain(refused));
  }
});
