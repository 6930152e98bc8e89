// The official Node SDK makes, finds, cancels and refunds QR codes, and an independent reader reads the pictures.

import assert from "node:assert/strict";
import { test } from "node:test";

import jsqr from "jsqr";
import { PNG } from "pngjs";

import { SnapBi } from "./sdk.mjs";
import { explain, lunas, newOrder, receiver } from "./stage.mjs";
import { isSigned, javaForm, nodeForm, phpForm } from "./verifiers.mjs";

const NOTIFY_PATH = "/v1.0/qr/qr-mpm-notify";

/** A code as SDK users ask for it. */
async function made() {
  const order = newOrder();
  const body = {
    partnerReferenceNo: order,
    amount: { value: "1500.00", currency: "IDR" },
    merchantId: lunas.sandbox.merchantId,
    validityPeriod: new Date(Date.now() + 600_000).toISOString(),
    additionalInfo: {
      acquirer: "gopay",
      items: [{ id: "kopi-1", price: { value: "1500.00", currency: "IDR" }, quantity: 1, name: "Kopi susu" }],
      customerDetails: { email: "ayu@shop.example", firstName: "Ayu", lastName: "Lestari", phone: "+6281200000000" },
      countryCode: "ID",
      locale: "id_ID",
    },
  };
  const code = await SnapBi.qris().withBody(body).createPayment(order);
  assert.equal(code.responseCode, "2004700", explain(code));
  await notified(code.referenceNo, "03");
  return { order, code };
}

/** What the merchant is told next, once every way of verifying it has been tried on it. */
async function notified(referenceNo, expectedStatus) {
  const { path, headers, raw } = await receiver.next(({ raw }) => JSON.parse(raw).originalReferenceNo === referenceNo);
  assert.equal(path, receiver.prefix + NOTIFY_PATH);
  const publicKey = lunas.sandbox.notificationPublicKey;
  const signed = { path: NOTIFY_PATH, timestamp: headers["x-timestamp"], signature: headers["x-signature"], publicKey };
  for (const form of [nodeForm, phpForm, javaForm]) {
    assert.equal(form(raw), raw, `${form.name} changes the body`);
    assert.ok(isSigned({ ...signed, body: form(raw) }), form.name);
  }
  const isVerified = SnapBi.notification()
    .withNotificationPayload(JSON.parse(raw))
    .withSignature(headers["x-signature"])
    .withTimeStamp(headers["x-timestamp"])
    .withNotificationUrlPath(NOTIFY_PATH)
    .isWebhookNotificationVerified();
  assert.ok(isVerified, `the SDK refuses ${raw}`);
  const told = JSON.parse(raw);
  assert.equal(told.latestTransactionStatus, expectedStatus, raw);
  return told;
}

function status(body) {
  return SnapBi.qris().withBody(body).getStatus(newOrder());
}

/** The text of the code in a PNG, as a camera's software finds it. */
function scanned(png) {
  const { data, width, height } = PNG.sync.read(png);
  const found = jsqr(new Uint8ClampedArray(data), width, height);
  assert.ok(found, "no code was found in the picture");
  return found.data;
}

/** CRC-16 with polynomial 0x1021 from 0xFFFF, as four hexadecimal digits. */
function crc(text) {
  let sum = 0xffff;
  for (const byte of Buffer.from(text, "latin1")) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : (sum << 1) & 0xffff;
    }
  }
  return sum.toString(16).toUpperCase().padStart(4, "0");
}

/** The fields of a text of tags, lengths and values. */
function fields(text) {
  const found = {};
  for (let at = 0; at < text.length; ) {
    const length = Number(text.slice(at + 2, at + 4));
    found[text.slice(at, at + 2)] = text.slice(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return found;
}

test("the pictures of a code say what its text says, and its checksum is right", async () => {
  assert.equal(crc("123456789"), "29B1");
  const { code } = await made();
  const { qrContent } = code;
  assert.equal(scanned(Buffer.from(code.qrImage, "base64")), qrContent);
  const answer = await fetch(code.qrUrl);
  assert.equal(answer.headers.get("content-type"), "image/png");
  assert.match(answer.headers.get("cache-control"), /^public, max-age=\d+$/);
  assert.equal(scanned(Buffer.from(await answer.arrayBuffer())), qrContent);
  assert.ok(qrContent.length <= 512 && code.qrUrl.length <= 256);

  assert.equal(qrContent.slice(-4), crc(qrContent.slice(0, -4)));
  const said = fields(qrContent);
  assert.deepEqual(
    [said["00"], said["01"], said["53"], said["54"], said["58"]],
    ["01", "12", "360", "1500.00", "ID"],
  );
  assert.equal(fields(said["26"])["00"], "COM.GO-JEK.WWW");
  assert.equal(fields(said["51"])["00"], "ID.CO.QRIS.WWW");
});

test("M2: a code is found, scanned, paid, told and refunded once", async () => {
  const { order, code } = await made();
  const { referenceNo } = code;
  for (const name of [{ originalReferenceNo: referenceNo }, { originalExternalId: order }]) {
    const answer = await status({ ...name, serviceCode: "54", merchantId: lunas.sandbox.merchantId });
    assert.equal(answer.responseCode, "2005100", explain(answer));
    assert.equal(answer.latestTransactionStatus, "03");
  }
  await lunas.control("qr/pay", { qrContent: code.qrContent });
  const paid = await notified(referenceNo, "00");
  assert.deepEqual(paid.additionalInfo.qris, {
    issuerName: "gopay",
    acquirerName: "gopay",
    transactionType: "ON-US",
  });
  const body = {
    merchantId: lunas.sandbox.merchantId,
    originalPartnerReferenceNo: order,
    originalReferenceNo: referenceNo,
    originalExternalId: order,
    partnerRefundNo: `${order}-refund`,
    refundAmount: { value: "1500.00", currency: "IDR" },
    reason: "refund reason",
    additionalInfo: null,
  };
  const refund = (over) => SnapBi.qris().withBody({ ...body, ...over }).refund(newOrder());
  const refunded = await refund();
  assert.equal(refunded.responseCode, "2007800", explain(refunded));
  assert.equal(refunded.refundNo, refunded.referenceNo);
  const told = await notified(referenceNo, "04");
  assert.equal(told.additionalInfo.refundHistory[0].partnerReferenceNo, `${order}-refund`);
  assert.deepEqual(await refund(), refunded, "the same number again is the same refund");
  const another = await refund({ refundAmount: { value: "1000.00", currency: "IDR" } });
  assert.equal(another.responseCode, "4097801", explain(another));
  const after = await status({ originalReferenceNo: referenceNo, serviceCode: "47" });
  assert.equal(after.latestTransactionStatus, "04", explain(after));
});

test("a code that nobody paid is cancelled", async () => {
  const { code } = await made();
  const body = {
    originalReferenceNo: code.referenceNo,
    merchantId: lunas.sandbox.merchantId,
    reason: "cancel reason",
  };
  const cancel = () => SnapBi.qris().withBody(body).cancel(newOrder());
  const cancelled = await cancel();
  assert.equal(cancelled.responseCode, "2007700", explain(cancelled));
  await notified(code.referenceNo, "05");
  const again = await cancel();
  assert.equal(again.responseCode, "4047700", explain(again));
});
