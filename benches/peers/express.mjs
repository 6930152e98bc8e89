// Payment host to host on Express and better-sqlite3: signature checked, payment and replay key durable, one
// transaction per request. What a merchant's engineer would write in an afternoon.
//
// usage: node express.mjs PORT DATABASE SECRET
import crypto from "node:crypto";
import Database from "better-sqlite3";
import express from "express";

const [port, path, secret] = process.argv.slice(2);
const db = new Database(path);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`create table payment (reference_no text primary key, partner_reference_no text not null, amount text not null,
  body text not null, status text not null, created_at integer not null) strict;
  create table replay (external_id text primary key, answer text not null) strict;
  create table outbox (id integer primary key, reference_no text not null, due_at integer not null) strict;`);
const addPayment = db.prepare("insert into payment values (?, ?, ?, ?, '03', ?)");
const addReplay = db.prepare("insert into replay values (?, ?)");
const addNotification = db.prepare("insert into outbox (reference_no, due_at) values (?, ?)");
const findReplay = db.prepare("select answer from replay where external_id = ?");
const create = db.transaction((reference, request, raw, externalId, answer) => {
  const now = Date.now();
  addPayment.run(reference, request.partnerReferenceNo, request.amount?.value ?? "", raw, now);
  addReplay.run(externalId, answer);
  addNotification.run(reference, now);
});

const app = express();
app.disable("x-powered-by");
app.use(express.raw({ type: "*/*" }));
app.post("/v1.0/debit/payment-host-to-host", (request, response) => {
  const token = (request.get("authorization") ?? "").replace(/^Bearer /, "");
  const payment = JSON.parse(request.body);
  const hash = crypto.createHash("sha256").update(request.body).digest("hex");
  const text = `POST:${request.path}:${token}:${hash}:${request.get("x-timestamp")}`;
  const expected = crypto.createHmac("sha512", secret).update(text).digest();
  const given = Buffer.from(request.get("x-signature") ?? "", "base64");
  if (given.length !== expected.length || !crypto.timingSafeEqual(given, expected)) {
    return response.status(401).json({ responseCode: "4015400", responseMessage: "Unauthorized. [Signature]" });
  }
  const externalId = request.get("x-external-id");
  const known = findReplay.get(externalId);
  if (known) return response.type("json").send(known.answer);
  const reference = `A1${Date.now()}${crypto.randomBytes(9).toString("hex")}`;
  const answer = JSON.stringify({
    responseCode: "2005400", responseMessage: "Successful", referenceNo: reference,
    partnerReferenceNo: payment.partnerReferenceNo, webRedirectUrl: `https://pay.example/?tref=${reference}`,
  });
  create(reference, payment, request.body.toString(), externalId, answer);
  response.type("json").send(answer);
});
app.listen(Number(port), "127.0.0.1");
