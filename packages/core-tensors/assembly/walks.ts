// Random walks over a graph: each a function of (stream, number of the walk), so that any thread may take any of them.
import { below, next, park, resume, seed } from "./stream";

const PATIENCE: u32 = 64; // proposals

// An entry of a weighted graph: neighbour, threshold, alias, weight. Of an unweighted one: neighbour.
@inline function neighbour(entries: usize, shift: usize, k: u32): u32 {
  return load<u32>(entries + (<usize>k << shift));
}

/** A neighbour by weight, from its row's alias table. */
@inline function draw(entries: usize, shift: usize, lo: u32, degree: u32): u32 {
  const at = entries + (<usize>(lo + below(degree)) << shift);
  if (shift == 2) return load<u32>(at);
  const alias = load<u32>(at, 8), kept = -<u32>(next() < load<u32>(at, 4));
  return alias ^ ((alias ^ load<u32>(at)) & kept); // without a branch that nobody can predict
}

/** Whether there is an edge from a to b: rows are in ascending order. */
function linked(offsets: usize, entries: usize, shift: usize, a: u32, b: u32): bool {
  let lo = load<u32>(offsets + (<usize>a << 2)), hi = load<u32>(offsets + (<usize>a << 2), 4);
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (neighbour(entries, shift, mid) < b) lo = mid + 1;
    else hi = mid;
  }
  return lo < load<u32>(offsets + (<usize>a << 2), 4) && neighbour(entries, shift, lo) == b;
}

/** How much a step back, to a common neighbour, or away is favoured: 1/p, 1, 1/q. */
@inline function bias(offsets: usize, entries: usize, shift: usize, before: u32, to: u32, back: f64, away: f64): f64 {
  return to == before ? back : linked(offsets, entries, shift, to, before) ? 1 : away;
}

/** The exact draw, in time linear in the degree: for nodes where nearly every proposal is rejected. */
function drawExactly(offsets: usize, entries: usize, shift: usize, before: u32, lo: u32, hi: u32, back: f64, away: f64): u32 {
  let total: f64 = 0;
  for (let k = lo; k < hi; k++) {
    const w: f64 = shift == 2 ? 1 : <f64>load<f32>(entries + (<usize>k << 4), 12);
    total += w * bias(offsets, entries, shift, before, neighbour(entries, shift, k), back, away);
  }
  let left = (<f64>next() / 4294967296.0) * total;
  for (let k = lo; k < hi; k++) {
    const to = neighbour(entries, shift, k);
    const w: f64 = shift == 2 ? 1 : <f64>load<f32>(entries + (<usize>k << 4), 12);
    left -= w * bias(offsets, entries, shift, before, to, back, away);
    if (left < 0) return to;
  }
  return neighbour(entries, shift, hi - 1);
}

/** One walk of second order (node2vec); returns its length. */
function biasedWalk(
  start: u32, offsets: usize, entries: usize, shift: usize, length: u32, restart: u32, back: f64, away: f64, out: usize,
): u32 {
  const most = max(back, max<f64>(1, away)), unit: f64 = 4294967296.0 / most;
  const ifBack = back * unit, ifCommon = unit, ifAway = away * unit;
  const surely = min<f64>(ifCommon, ifAway), possibly = max<f64>(ifCommon, ifAway);
  let at = start, before = start;
  let free = true; // whether no step comes before that could bias the next one
  store<u32>(out, start);
  for (let count: u32 = 1; count < length; count++) {
    let to = start;
    if (restart != 0 && next() < restart) {
      free = true;
    } else {
      const lo = load<u32>(offsets + (<usize>at << 2)), degree = load<u32>(offsets + (<usize>at << 2), 4) - lo;
      if (degree == 0) return count;
      to = draw(entries, shift, lo, degree);
      if (!free && degree != 1)
        for (let tries: u32 = 1; ; tries++) {
          const u = <f64>next();
          if (to == before ? u < ifBack : u < surely || (u < possibly && linked(offsets, entries, shift, to, before) == ifCommon > ifAway)) break;
          if (tries == PATIENCE) {
            to = drawExactly(offsets, entries, shift, before, lo, lo + degree, back, away);
            break;
          }
          to = draw(entries, shift, lo, degree);
        }
      free = false;
    }
    before = at;
    at = to;
    store<u32>(out + (<usize>count << 2), at);
  }
  return length;
}

// What a walk of first order waits with while others take their turn.
const LANES: usize = 16, LANE: usize = 16, AT: usize = 8;
const ENDED: u32 = 0xffffffff;

/** Walks of first order take turns, a step each, so that the memory accesses of one overlap with those of the others. */
function plainWalks(
  w0: usize, lanes: usize, scratch: usize, k0: u32, k1: u32, first: u32,
  starts: usize, offsets: usize, entries: usize, shift: usize, length: u32, restart: u32, out: usize, lengths: usize,
): void {
  for (let l: usize = 0; l < lanes; l++) {
    const lane = scratch + l * LANE, start = load<u32>(starts + ((w0 + l) << 2));
    seed(k0, k1, first + <u32>(w0 + l), 0);
    park(lane);
    store<u32>(lane, start, AT);
    store<u32>(out + (((w0 + l) * length) << 2), start);
    store<u32>(lengths + ((w0 + l) << 2), length);
  }
  for (let count: u32 = 1; count < length; count++)
    for (let l: usize = 0; l < lanes; l++) {
      const lane = scratch + l * LANE, at = load<u32>(lane, AT);
      if (at == ENDED) continue;
      resume(lane);
      let to: u32;
      if (restart != 0 && next() < restart) to = load<u32>(starts + ((w0 + l) << 2));
      else {
        const lo = load<u32>(offsets + (<usize>at << 2)), degree = load<u32>(offsets + (<usize>at << 2), 4) - lo;
        if (degree == 0) {
          store<u32>(lane, ENDED, AT);
          store<u32>(lengths + ((w0 + l) << 2), count);
          continue;
        }
        to = draw(entries, shift, lo, degree);
      }
      park(lane);
      store<u32>(lane, to, AT);
      store<u32>(out + (((w0 + l) * length + count) << 2), to);
    }
}

/**
 * Walks begin … end: walk w starts at starts[w] and writes up to `length` nodes at out + w · length, their number at lengths[w]. `shift` is
 * the binary logarithm of an entry's bytes: 4 of a weighted graph, 2 of an unweighted one. A step of second order (node2vec) is proposed by
 * weight and accepted with its bias over the largest one, so that no table per edge is needed; most proposals need no search for a common neighbour.
 */
export function walks(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32,
  starts: usize, offsets: usize, entries: usize, shift: usize,
  length: u32, restart: u32, secondOrder: bool, back: f64, away: f64, out: usize, lengths: usize,
): void {
  if (!secondOrder)
    for (let w = begin; w < end; w += LANES)
      plainWalks(w, min(LANES, end - w), scratch, k0, k1, first, starts, offsets, entries, shift, length, restart, out, lengths);
  else
    for (let w = begin; w < end; w++) {
      seed(k0, k1, first + <u32>w, 0);
      const walk = out + ((w * length) << 2);
      store<u32>(lengths + (w << 2), biasedWalk(load<u32>(starts + (w << 2)), offsets, entries, shift, length, restart, back, away, walk));
    }
}
