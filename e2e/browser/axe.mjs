// What axe-core finds on a page and in its frames: rules for people who do not see, hear or point as most do.

import axe from "axe-core/axe.min.js";

/** Every rule of WCAG 2.2 and of good practice; nothing is turned off but the search for selectors that nobody reads. */
const OPTIONS = { resultTypes: ["violations"], selectors: false };

/** The violations in all frames of a page, each as one line. */
export async function violations(page) {
  const found = [];
  for (const frame of page.frames()) {
    if (frame.url() === "about:blank" || frame.isDetached()) {
      continue;
    }
    // Given to the debugger and not to the page, whose policy takes no scripts from elsewhere; once for each document.
    if (!(await frame.evaluate(() => "axe" in globalThis))) {
      await frame.evaluate(axe.source);
    }
    const result = await frame.evaluate((options) => globalThis.axe.run(document, options), OPTIONS);
    for (const { id, help, nodes } of result.violations) {
      found.push(...nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary}`));
    }
  }
  return found;
}
