// The official Node SDK's virtual accounts, unchanged but for the address it calls, against a running gateway whose
// sandbox has a bank.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { SnapBi } from "./sdk.mjs";
import { lunas, receiver } from "./stage.mjs";
import { isSigned, javaForm, nodeForm, phpForm } from "./verifiers.mjs";

/** The part of a notification's path that the gateway appends and signs. */
const NOTIFY_PATH = "/v1.0/transfer-va/payment";

/** An account as the SDK's example asks for it: any number will do. */
async function opened(trxId) {
  const answer = await SnapBi.va()
    .withBody({
      partnerServiceId: "    1234",
      customerNo: "0000000000",
      virtualAccountNo: "    12340000000000",
      virtualAccountName: "Jokul Doe",
      virtualAccountEmail: "jokul@example.com",
      virtualAccountPhone: "6281828384858",
      trxId,
      totalAmount: { value: "10000.00", currency: "IDR" },
      additionalInfo: {
        merchantId: lunas.sandbox.merchantId,
        bank: "mandiri",
        mandiri: { billInfo1: "Order", billInfo2: trxId },
        flags: { shouldRandomizeVaNumber: true },
        customField: { 1: "satu" },
      },
    })
    .createPayment(trxId);
  assert.equal(answer.responseCode, "2002700", `${JSON.stringify(answer)}\n${lunas.log()}`);
  await notified(trxId, "03");
  return answer.virtualAccountData;
}

/** The account's next notification, which keeps its blanks in every form but old Java's. */
async function notified(trxId, expectedStatus) {
  const { path, headers, raw } = await receiver.next(({ raw: sent }) => JSON.parse(sent).trxId === trxId);
  assert.equal(path, receiver.prefix + NOTIFY_PATH);
  const publicKey = lunas.sandbox.notificationPublicKey;
  const signed = { path: NOTIFY_PATH, timestamp: headers["x-timestamp"], signature: headers["x-signature"], publicKey };
  for (const form of [nodeForm, phpForm, javaForm]) {
    assert.ok(isSigned({ ...signed, body: form(raw) }), form.name);
  }
  const notification = JSON.parse(raw);
  const isVerified = SnapBi.notification()
    .withNotificationPayload(notification)
    .withSignature(headers["x-signature"])
    .withTimeStamp(headers["x-timestamp"])
    .withNotificationUrlPath(NOTIFY_PATH)
    .isWebhookNotificationVerified();
  assert.ok(isVerified, `the SDK refuses ${raw}`);
  assert.equal(notification.additionalInfo.paymentFlagStatus, expectedStatus, raw);
  return notification;
}

function named(account, trxId, id) {
  const { partnerServiceId, customerNo, virtualAccountNo } = account;
  const additionalInfo = { merchantId: lunas.sandbox.merchantId };
  return { partnerServiceId, customerNo, virtualAccountNo, [id]: trxId, additionalInfo };
}

test("an account is opened, paid by the bank, and told of", async () => {
  const trxId = `va-${process.pid}-1`;
  const account = await opened(trxId);
  const number = account.virtualAccountNo.trim();
  assert.notEqual(number, "12340000000000");
  const status = () => SnapBi.va().withBody(named(account, trxId, "inquiryRequestId")).getStatus(trxId);
  assert.equal((await status()).virtualAccountData.paymentFlagStatus, "03");

  const paid = await lunas.control(`va/${number}/pay`);
  const notification = await notified(trxId, "00");
  assert.equal(notification.virtualAccountNo, account.virtualAccountNo);
  assert.deepEqual(notification.paidAmount, { value: "10000.00", currency: "IDR" });
  assert.equal(notification.paymentRequestId, paid.referenceNo);
  assert.equal(notification.additionalInfo.customField["1"], "satu");
  assert.equal((await status()).virtualAccountData.paymentFlagStatus, "00");

  const late = await SnapBi.va().withBody(named(account, trxId, "trxId")).cancel(`${trxId}-c`);
  assert.equal(late.responseCode, "4043114");
});

test("an account is deleted", async () => {
  const trxId = `va-${process.pid}-2`;
  const account = await opened(trxId);
  const deleted = await SnapBi.va().withBody(named(account, trxId, "trxId")).cancel(`${trxId}-c`);
  assert.equal(deleted.responseCode, "2003100", JSON.stringify(deleted));
  assert.equal(deleted.virtualAccountData.virtualAccountNo, account.virtualAccountNo);
  await notified(trxId, "05");
});

/** The examples of the book's chapter on virtual accounts, one after the other. */
async function examples() {
  const book = await readFile(new URL("../docs/integration.md", import.meta.url), "utf8");
  const chapter = book.split(/^(?=##+ )/m);
  const from = chapter.findIndex((part) => part.startsWith("### Virtual accounts"));
  const after = chapter.findIndex((part, at) => at > from && /^###? /.test(part));
  const blocks = chapter.slice(from, after).join("").matchAll(/^```sh\n(.*?)^```$/gms);
  return [...blocks].map(([, block]) => block);
}

test("M3 S1: every example of the book's chapter on virtual accounts runs as it stands", async () => {
  const blocks = await examples();
  assert.equal(blocks.length, 5);
  const answers = (await lunas.read(blocks.join("\n"))).map((line) => JSON.parse(line));
  const codes = answers.map((answer) => answer.responseCode);
  assert.deepEqual(codes, ["2002700", "2002600", "2002400", "2002500", "2002700", "2003100"], JSON.stringify(answers));
  assert.equal(answers[1].virtualAccountData.virtualAccountNo, "   12345628123456789");
  for (const [trxId, status] of [["va-1", "03"], ["va-1", "00"], ["va-2", "03"], ["va-2", "05"]]) {
    await notified(trxId, status);
  }
});
