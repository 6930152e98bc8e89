// Gives a page inside the container its `window.gpContainer`, with the one function that the super-app has.
//
// A call is a message to the container and an answer is a message back; both sides check where a message comes from.
// Outside a container, and in one that plays "outside the super-app", nothing is defined.
(() => {
  "use strict";
  const script = document.currentScript;
  if (window.parent === window || window.name === "lunas:no-bridge" || window.gpContainer) {
    return;
  }
  const container = script.dataset.container || new URL(script.src).origin;
  const waiting = new Map();
  let calls = 0;

  // What is not JSON cannot cross the bridge of a real super-app either; the container then says that it is wrong.
  function portable(params) {
    try {
      return JSON.parse(JSON.stringify(params));
    } catch {
      return params === undefined ? undefined : false;
    }
  }

  // The unit of the timeout is documented nowhere, so it ends nothing: a customer may take long to pay.
  function call(className, methodName, params, onSuccess, onFailure, _timeout) {
    // A page that was loaded again must not take the answer to a call of its former self for its own.
    const id = `${performance.timeOrigin}-${++calls}`;
    waiting.set(id, { onSuccess, onFailure });
    const message = { kind: "lunas:call", id, className, methodName, params: portable(params) };
    window.parent.postMessage(message, container);
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== container || event.data?.kind !== "lunas:answer") {
      return;
    }
    const { id, response } = event.data;
    const call = waiting.get(id);
    waiting.delete(id);
    const callback = response.success ? call?.onSuccess : call?.onFailure;
    if (typeof callback === "function") {
      callback(response);
    }
  });

  Object.defineProperty(window, "gpContainer", {
    value: Object.freeze({ call }),
    writable: false,
    configurable: false,
    enumerable: true,
  });
  window.parent.postMessage({ kind: "lunas:hello" }, container);
})();
