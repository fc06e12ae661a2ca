import { kernels } from "@kith/core-tensors";
const totals = new Map<string, [number, number]>();
const k = kernels() as any;
for (const name of Object.keys(k)) {
  const own = k[name];
  k[name] = (...args: any[]) => { const t = performance.now(); const r = own(...args); const e = totals.get(name) ?? [0, 0]; e[0] += performance.now() - t; e[1]++; totals.set(name, e); return r; };
}
export { totals };
