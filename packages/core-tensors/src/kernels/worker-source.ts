/**
 * What a thread runs, as text: it needs no file, so bundlers, jest and pages load it as they load the rest.
 * It waits for its word of the control block to change, runs the kernel named there on its part of the work,
 * and counts itself off. A trap is reported through the failure word, never swallowed.
 */
export const workerSource: string = `
"use strict";
const run = ({ memory, control: at, module, thread, spins, names, layout }) => {
  const control = new Int32Array(memory.buffer, at, layout.words);
  const args = new Float64Array(memory.buffer, at + layout.args, layout.maximumArgs);
  const message = new Uint8Array(memory.buffer, at + layout.message, layout.messageBytes);
  const kernels = new WebAssembly.Instance(module, { env: { memory, abort() { throw new Error("abort"); } } }).exports;
  const slot = layout.slots + thread * layout.slotWords;
  let seen = Atomics.load(control, slot);
  if (Atomics.load(control, layout.closed) !== 0) return;
  Atomics.store(control, slot + 4, 1);
  for (;;) {
    for (let n = 0; Atomics.load(control, slot) === seen; n++) if (n >= spins) Atomics.wait(control, slot, seen);
    seen = Atomics.load(control, slot);
    if (Atomics.load(control, layout.closed) !== 0) return;
    try {
      kernels[names[control[layout.kernel]]](control[slot + 1], control[slot + 2], control[slot + 3], ...args.subarray(0, control[layout.argCount]));
    } catch (error) {
      const text = String(error && error.message || error).slice(0, layout.messageBytes - 1);
      for (let i = 0; i < text.length; i++) message[i] = text.charCodeAt(i) & 127;
      message[text.length] = 0;
      Atomics.store(control, layout.failed, thread);
    }
    if (Atomics.sub(control, layout.pending, 1) === 1) Atomics.notify(control, layout.pending);
  }
};
if (typeof require === "function" && typeof process === "object") run(require("node:worker_threads").workerData);
else self.onmessage = (event) => run(event.data);
`;
