// The official Node SDK with the bodies of its own description, as they stand there: only ids that name a payment of
// somebody else's are exchanged for those of the payment at hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { exampleBodies } from "./examples.mjs";
import { SnapBi } from "./sdk.mjs";
import { explain, lunas, newOrder } from "./stage.mjs";

/** The names of all bodies: a new one in the description has to be tried here. */
const NAMES = [
  "directDebiRequestBody",
  "directDebitCancelByExternalIdBody",
  "directDebitCancelByReferenceNoBody",
  "directDebitRefundBody",
  "directDebitStatusBodyByExternalId",
  "directDebitStatusBodyByReferenceNo",
  "qrisCancelBody",
  "qrisRefundBody",
  "qrisRequestBody",
  "qrisStatusBody",
  "vaCancelBody",
  "vaRequestBody",
  "vaStatusBody",
];

/** The examples' payments wait until July 2030, which is allowed from half a year before. */
async function moveClock() {
  const { now } = await (await fetch(`${lunas.baseUrl}/sandbox/v1/clock`)).json();
  let left = Math.floor((Date.parse("2030-05-01T00:00:00Z") - Date.parse(now)) / 1000);
  while (left > 0) {
    const seconds = Math.min(left, 365 * 24 * 3600);
    await lunas.control("clock/advance", { seconds });
    left -= seconds;
  }
}

/** Once for all tests. */
let moved;

/** The bodies for one order, and the order. */
async function examples() {
  await (moved ??= moveClock());
  const externalId = newOrder();
  const bodies = await exampleBodies({ externalId, merchantId: lunas.sandbox.merchantId });
  assert.deepEqual(Object.keys(bodies).sort(), NAMES);
  return { externalId, bodies };
}

function succeeded(answer, code) {
  assert.equal(answer.responseCode, code, explain(answer));
  return answer;
}

test("R2 direct debit: created, asked for in both ways, refunded, cancelled in both ways", async () => {
  const { externalId, bodies } = await examples();
  const call = (body) => SnapBi.directDebit().withBody(body);
  const payment = succeeded(await call(bodies.directDebiRequestBody).createPayment(externalId), "2005400");
  const named = (body) =>
    body.originalExternalId
      ? { ...body, originalExternalId: externalId }
      : { ...body, originalReferenceNo: payment.referenceNo };
  for (const body of [bodies.directDebitStatusBodyByExternalId, bodies.directDebitStatusBodyByReferenceNo]) {
    succeeded(await call(named(body)).getStatus(newOrder()), "2005500");
  }
  await lunas.control(`payments/${payment.referenceNo}/pay`);
  succeeded(await call(named(bodies.directDebitRefundBody)).refund(newOrder()), "2005800");

  for (const name of ["directDebitCancelByReferenceNoBody", "directDebitCancelByExternalIdBody"]) {
    const again = await examples();
    const order = again.bodies.directDebiRequestBody;
    const { referenceNo } = succeeded(await call(order).createPayment(again.externalId), "2005400");
    const body = again.bodies[name].originalExternalId
      ? { originalExternalId: again.externalId }
      : { originalReferenceNo: referenceNo };
    succeeded(await call(body).cancel(newOrder()), "2005700");
  }
});

test("R2 virtual account: opened, asked for, deleted", async () => {
  const { externalId, bodies } = await examples();
  const call = (body) => SnapBi.va().withBody(body);
  const opened = succeeded(await call(bodies.vaRequestBody).createPayment(externalId), "2002700");
  const { partnerServiceId, customerNo, virtualAccountNo } = opened.virtualAccountData;
  const account = { partnerServiceId, customerNo, virtualAccountNo };
  const status = { ...bodies.vaStatusBody, ...account, inquiryRequestId: externalId };
  succeeded(await call(status).getStatus(newOrder()), "2002600");
  succeeded(await call({ ...bodies.vaCancelBody, ...account, trxId: externalId }).cancel(newOrder()), "2003100");
});

test("R2 QRIS: made, asked for, refunded, cancelled", async () => {
  const { externalId, bodies } = await examples();
  const call = (body) => SnapBi.qris().withBody(body);
  const code = succeeded(await call(bodies.qrisRequestBody).createPayment(externalId), "2004700");
  const named = { originalReferenceNo: code.referenceNo, originalPartnerReferenceNo: externalId };
  succeeded(await call({ ...bodies.qrisStatusBody, ...named }).getStatus(newOrder()), "2005100");
  await lunas.control(`payments/${code.referenceNo}/pay`);
  succeeded(await call({ ...bodies.qrisRefundBody, ...named }).refund(newOrder()), "2007800");

  const again = await examples();
  const { referenceNo } = succeeded(
    await call(again.bodies.qrisRequestBody).createPayment(again.externalId),
    "2004700",
  );
  const cancelled = await call({ ...again.bodies.qrisCancelBody, originalReferenceNo: referenceNo }).cancel(newOrder());
  succeeded(cancelled, "2007700");
});

test("headers that the description adds are taken", async () => {
  const { externalId, bodies } = await examples();
  const additional = { "X-device-id": "your device id", "debug-id": "your debug id" };
  const answer = await SnapBi.directDebit()
    .withBody(bodies.directDebiRequestBody)
    .withAccessTokenHeader(additional)
    .withTransactionHeader(additional)
    .createPayment(externalId);
  succeeded(answer, "2005400");
});
