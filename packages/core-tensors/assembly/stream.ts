// A fast generator for kernels that draw many numbers in a row: xoroshiro64** (Blackman & Vigna, "Scrambled linear pseudorandom number
// generators", TOMS 2021), seeded by Threefry from (stream, counter). Each thread has its own state.
import { threefry } from "./random";

let s0: u32 = 0, s1: u32 = 1;

@inline function rotate(x: u32, by: u32): u32 {
  return (x << by) | (x >> (32 - by));
}

/** Begins the draws of one unit of work, such as a walk or a sequence. */
export function seed(k0: u32, k1: u32, c0: u32, c1: u32): void {
  const words = threefry(k0, k1, c0, c1);
  s0 = <u32>words;
  s1 = <u32>(words >> 32);
  if ((s0 | s1) == 0) s1 = 1;
}

/** Uniform in 0 … 2³² − 1. */
@inline export function next(): u32 {
  const a = s0, b = s1 ^ a;
  s0 = rotate(a, 26) ^ b ^ (b << 9);
  s1 = rotate(b, 13);
  return rotate(a * 0x9e3779bb, 5) * 5;
}

/** Uniform in 0 … n − 1, but for a bias of n / 2³². */
@inline export function below(n: u32): u32 {
  return <u32>((<u64>next() * <u64>n) >> 32);
}

/** Keeps the state in memory, so that several units of work can take turns. */
@inline export function park(at: usize): void {
  store<u32>(at, s0);
  store<u32>(at, s1, 4);
}

/** Goes on from a state that was kept. */
@inline export function resume(at: usize): void {
  s0 = load<u32>(at);
  s1 = load<u32>(at, 4);
}
