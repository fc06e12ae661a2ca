import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { median } from "./measure.ts";

/** The most that one core does, measured now. */
export interface Peak {
  /** 128-bit fused multiply-adds, 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** Reading two arrays that no cache holds and writing a third, 10⁹ bytes a second. */
  readonly gigabytes: number;
}

/** Measures one core's peak with a small module of its own, so that shares of it mean something on any machine. */
export async function measurePeak(): Promise<Peak> {
  const source = readFileSync(join(import.meta.dirname, "../assembly/peak.ts"), "utf8");
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error } = await asc.main(
    [
      "peak.ts",
      "--outFile",
      "peak.wasm",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--initialMemory",
      "6200",
      "--enable",
      "simd,relaxed-simd",
    ],
    {
      readFile: (name) => (name === "peak.ts" ? source : null),
      writeFile: (_name, contents) => {
        binary = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw error ?? new Error("peak: nothing was compiled");
  const { instance } = await WebAssembly.instantiate(binary, { env: { abort: () => undefined } });
  const { fmaRounds, triad } = instance.exports as Record<string, (...args: number[]) => number>;
  const rounds = 5_000_000;
  const n = 32 * 2 ** 20; // 128 MiB an array
  const at = (array: number): number => 65536 + array * 4 * n;
  fmaRounds(rounds);
  triad(n, at(0), at(1), at(2));
  const fma = times(7, () => fmaRounds(rounds));
  const copy = times(5, () => triad(n, at(0), at(1), at(2)));
  return { gflops: (rounds * 96) / median(fma) / 1e6, gigabytes: (12 * n) / median(copy) / 1e6 };
}

function times(runs: number, work: () => void): number[] {
  return Array.from({ length: runs }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}
