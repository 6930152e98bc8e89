// What a test file of the official SDK plays on: a running gateway, somebody who receives its notifications, and the
// SDK pointed at both. Importing it is enough: it is set up before the file's tests and taken down after them.

import { basename } from "node:path";
import { after, before } from "node:test";

import { startLunas, startReceiver } from "./lunas.mjs";
import { pointSdkAt } from "./sdk.mjs";

export let lunas;
export let receiver;

const FILE = basename(process.argv[1], ".test.mjs");
let orders = 0;

before(async () => {
  receiver = await startReceiver();
  lunas = await startLunas({ notifyUrl: receiver.url });
  pointSdkAt(lunas);
});

after(async () => {
  await receiver?.close();
  await lunas?.stop();
});

/** A new order's number; the SDK's users take it for the external id as well. */
export function newOrder() {
  orders += 1;
  return `${FILE}-${process.pid}-${orders}`;
}

/** An answer, and what the gateway said meanwhile. */
export function explain(answer) {
  return `${JSON.stringify(answer)}\n${lunas.log()}`;
}
