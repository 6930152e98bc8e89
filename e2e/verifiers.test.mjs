// The verifiers themselves, on bodies that each of them would change.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";

import { isSigned, javaForm, nodeForm, oldJavaForm, phpForm } from "./verifiers.mjs";

test("each language rebuilds a body in its own way", () => {
  const check = (raw, { node = raw, php = raw, java = raw, oldJava = raw }) => {
    assert.equal(nodeForm(raw), node);
    assert.equal(phpForm(raw), php);
    assert.equal(javaForm(raw), java);
    assert.equal(oldJavaForm(raw), oldJava);
  };
  check('{"a":"x","b":[{"c":"1.00"}]}', {});
  check('{"a":"x y"}', { oldJava: '{"a":"xy"}' });
  check('{ "a" :\n"x \\" y" }', {
    node: '{"a":"x \\" y"}',
    php: '{"a":"x \\" y"}',
    java: '{"a":"x \\" y"}',
    oldJava: '{"a":"x\\"y"}',
  });
  check('{"a":"x/y"}', { php: '{"a":"x\\/y"}' });
  check('{"a":"é😀"}', { php: '{"a":"\\u00e9\\ud83d\\ude00"}' });
  check('{"a":1.0}', { node: '{"a":1}', php: '{"a":1}' });
});

test("a signature holds for one body, path and time", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // SHA-256 of `{}`.
  const text = `POST:/v1.0/debit/notify:${hash}:2026-01-01T00:00:00+07:00`;
  const signature = sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64");
  const good = { body: "{}", path: "/v1.0/debit/notify", timestamp: "2026-01-01T00:00:00+07:00", signature, publicKey };
  const check = (change, expected) => assert.equal(isSigned({ ...good, ...change }), expected);
  check({}, true);
  check({ body: "{} " }, false);
  check({ path: "/shop/hooks/v1.0/debit/notify" }, false);
  check({ timestamp: "2026-01-01T00:00:01+07:00" }, false);
});
