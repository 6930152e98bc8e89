// A real gateway and a real merchant's receiver, for tests that talk to them over HTTP and know nothing else.
//
// `startLunas` runs the binary as a developer would, on a free port and in a fresh directory; `startReceiver` is the
// merchant's end of the notifications. Neither retries nor sleeps: both wait for something that is said.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BINARY = resolve(HERE, process.env.LUNAS_BIN ?? "../target/debug/lunas");
/** How long the gateway may take from its start to `ready`, with everything to create. */
const READY_MS_MAX = 30_000;
/** How long a drain may take. */
const STOP_MS_MAX = 15_000;
/** How long a test waits for a notification. */
const NEXT_MS_MAX = 10_000;

/** Processes that a test has not stopped yet; none may outlive the test run. */
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(1));
}

/**
 * Starts `lunas dev` and waits for its `ready`.
 *
 * @param {{notifyUrl?: string, args?: string[]}} [options] where notifications go, and further arguments
 */
export async function startLunas({ notifyUrl, args = [] } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "lunas-e2e-"));
  const words = ["dev", "--listen", `127.0.0.1:${await freePort()}`, "--data-dir", dataDir, ...args];
  if (notifyUrl) {
    words.push("--notify-url", notifyUrl);
  }
  const child = spawn(BINARY, words, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const said = [];
  child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
  const ended = new Promise((settle) => {
    child.once("error", (error) => settle({ error }));
    child.once("close", (code, signal) => settle({ code, signal }));
  }).finally(() => running.delete(child));
  const gateway = new Lunas(child, ended, dataDir, said);
  try {
    await gateway.ready();
  } catch (error) {
    await gateway.kill();
    throw error;
  }
  return gateway;
}

/** A running gateway: its address and credentials, its sandbox controls, and its end. */
class Lunas {
  #child;
  #ended;
  #dataDir;
  #said;

  constructor(child, ended, dataDir, said) {
    this.#child = child;
    this.#ended = ended;
    this.#dataDir = dataDir;
    this.#said = said;
  }

  /** Waits for the line `ready`, then reads what the gateway wrote about itself. */
  async ready() {
    const ready = new Promise((settle) => {
      createInterface({ input: this.#child.stdout }).on("line", (line) => {
        this.#said.push(`${line}\n`);
        if (line.trim() === "ready") {
          settle("ready");
        }
      });
    });
    const outcome = await within(READY_MS_MAX, Promise.race([ready, this.#ended]));
    assert.ok(outcome === "ready", `lunas dev did not become ready: ${describe(outcome)}\n${this.log()}`);
    /** The fields of `sandbox.json`. */
    this.sandbox = JSON.parse(await readFile(this.sandboxFile, "utf8"));
    this.baseUrl = this.sandbox.baseUrl;
  }

  /** Calls the sandbox control API, as in `control("payments/A1…/pay")`, and returns the answer's JSON, if any. */
  async control(path, body = {}) {
    const answer = await fetch(`${this.baseUrl}/sandbox/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${text}\n${this.log()}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** Makes one of the scenarios of `lunas trigger` happen, and returns what the command says of it. */
  async trigger(scenario) {
    return JSON.parse(await this.command("trigger", scenario, "--json", "--sandbox", this.sandboxFile));
  }

  /** Runs one of the binary's commands, which has to succeed, and returns what it prints. */
  async command(...words) {
    return (await promisify(execFile)(BINARY, words)).stdout;
  }

  /** Where the gateway wrote about itself. */
  get sandboxFile() {
    return join(this.#dataDir, "sandbox.json");
  }

  /** Runs a script of the book as its reader does, beside the sandbox's `.lunas`, and returns the lines it printed. */
  async read(script) {
    const cwd = join(this.#dataDir, "reader");
    await mkdir(cwd);
    await symlink(this.#dataDir, join(cwd, ".lunas"));
    const env = { ...process.env, PATH: `${dirname(BINARY)}:${process.env.PATH}` };
    const { stdout } = await promisify(execFile)("sh", ["-eu", "-c", script], { cwd, env });
    return stdout.trim().split("\n");
  }

  /** Everything the process has printed, for messages of failed assertions. */
  log() {
    return this.#said.join("");
  }

  /** Asks the process to stop, as a service manager would, and expects it to end well. */
  async stop() {
    this.#child.kill("SIGTERM");
    const outcome = await within(STOP_MS_MAX, this.#ended);
    await this.kill();
    assert.deepEqual(outcome, { code: 0, signal: null }, `the drain went wrong: ${describe(outcome)}\n${this.log()}`);
  }

  /** Ends the process if it still runs and removes its directory. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#ended;
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

/**
 * Starts a merchant's notification receiver below a prefix, as real ones have, and records every request as it came.
 */
export async function startReceiver() {
  const receiver = new Receiver();
  await receiver.listen();
  return receiver;
}

class Receiver {
  #server = createServer((request, response) => this.#take(request, response));
  #requests = [];
  #waiting = [];
  #statuses = [];

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    /** What the merchant registers: the gateway appends its own paths. */
    this.prefix = "/shop/hooks";
    this.url = `http://127.0.0.1:${this.#server.address().port}${this.prefix}`;
  }

  /** The next requests are answered with these statuses, in turn; after them every one gets 200. */
  answerNext(...statuses) {
    this.#statuses.push(...statuses);
  }

  /**
   * The oldest request that no one has taken yet and that `wanted` agrees to; waits for it when there is none.
   *
   * @returns {Promise<{method: string, path: string, headers: object, rawHeaders: string[], raw: string}>}
   */
  async next(wanted = () => true, timeoutMs = NEXT_MS_MAX) {
    const at = this.#requests.findIndex(wanted);
    if (at >= 0) {
      return this.#requests.splice(at, 1)[0];
    }
    const waiter = { wanted };
    const arrived = new Promise((settle) => (waiter.settle = settle));
    this.#waiting.push(waiter);
    const request = await within(timeoutMs, arrived);
    this.#waiting = this.#waiting.filter((other) => other !== waiter);
    assert.ok(request, `no notification came within ${timeoutMs} ms; not taken: ${JSON.stringify(this.#requests)}`);
    return request;
  }

  /** The requests that no one has taken. */
  left() {
    return [...this.#requests];
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) {
      chunks.push(chunk);
    }
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      raw: Buffer.concat(chunks).toString("utf8"),
    };
    const status = this.#statuses.shift() ?? 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ responseCode: `${status}${serviceOf(incoming.url)}00`, responseMessage: "taken" }));
    const at = this.#waiting.findIndex((waiter) => waiter.wanted(request));
    if (at >= 0) {
      this.#waiting.splice(at, 1)[0].settle(request);
    } else {
      this.#requests.push(request);
    }
  }
}

/** The two digits of the service whose notifications come to that path. */
function serviceOf(path) {
  const digits = { "/qr/qr-mpm-notify": "52", "/transfer-va/payment": "25", "/registration-account/notify": "88" };
  return Object.entries(digits).find(([end]) => path.endsWith(end))?.[1] ?? "56";
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** What the promise gives, or undefined when it takes longer. */
async function within(ms, promise) {
  let timer;
  const late = new Promise((settle) => (timer = setTimeout(settle, ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(outcome) {
  if (outcome === undefined) {
    return "it took too long";
  }
  return outcome.error ? outcome.error.message : `it ended with ${outcome.signal ?? `status ${outcome.code}`}`;
}
