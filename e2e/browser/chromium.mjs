// A real browser: Debian's Chromium, driven headless, and a watch over everything that goes wrong in its pages.

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

const CANDIDATES = [process.env.LUNAS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** The Chromium to drive, or undefined where there is none. */
export const CHROMIUM = CANDIDATES.find((path) => path && existsSync(path));

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=Translate",
];

/** A phone's screen. */
export const PHONE = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGS });
}

/**
 * A page of a fresh browser profile, and the list of what went wrong in it: console errors and exceptions. That a page
 * itself came with a 4xx is something the browser reports as an error too; the tests expect those by status instead.
 */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: PHONE, locale: "id-ID", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    const isStatus = /status of (400|403|404|422|502)|net::ERR_CONNECTION_REFUSED/.test(message.text());
    if (message.type() === "error" && !isStatus) {
      troubles.push(message.text());
    }
  });
  return { context, page, troubles };
}
