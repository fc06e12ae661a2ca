import type { Bench } from "./bench.ts";
import { kernelsBench } from "./benches/kernels.ts";
import { lightgcnBench, lightgcnFastBench } from "./benches/lightgcn.ts";
import { readersBench } from "./benches/readers.ts";
import { samplingBench } from "./benches/sampling.ts";

/** All there are, by name. */
export const benches: readonly Bench[] = [
  kernelsBench,
  samplingBench,
  readersBench,
  lightgcnBench,
  lightgcnFastBench,
];
