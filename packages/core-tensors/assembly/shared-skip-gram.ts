// Skip-gram whose negatives are shared by pairs of up to 8 sequences that are trained side by side (after Ji et al., "Parallelizing word2vec in
// shared and distributed memory", 2016, who share them within a window): the pairs of a batch are of different sequences, so that what an item is
// pushed away from in one step is not all of one neighbourhood.
import { learnBatch, learnMore } from "./batch-step";
import { drawFromGroup, drawItem, useGroups, useItems } from "./negatives";
import { setInput, setOutput, setTarget, stepBytes, targetItem } from "./step-memory";
import { below, next, park, resume, seed } from "./stream";

const NONE: u32 = 0xffffffff;
/** A longer sequence is trained in pieces. */
export const PIECE: u32 = 4096;

const LANES: usize = 8;

// What a lane waits with between its pairs.
const STREAM: usize = 0, SEQUENCE: usize = 8, FROM: usize = 12, COUNT: usize = 16, CENTRE: usize = 20, CONTEXT: usize = 24, END: usize = 28;
const RATE: usize = 32, GLOBAL: usize = 36, PLACE: usize = 40, LANE: usize = 64;

let tokenAt: usize = 0, offsetAt: usize = 0, keepAt: usize = 0, globalAt: usize = 0, firstNumber: u32 = 0, key0: u32 = 0, key1: u32 = 0, windowSize: u32 = 0;
let rateAt: f64 = 0, rateFall: f64 = 0, rateLeast: f64 = 0;
let nextSequence: usize = 0, lastSequence: usize = 0, lossAt: usize = 0, pairAt: usize = 0;
let input: u32 = 0, target: u32 = 0; // the pair that `advance` has found

/** Lists what subsampling leaves of a piece. */
function loadPiece(lane: usize, kept: usize, from: u32): void {
  const to = min(from + PIECE, load<u32>(offsetAt + (<usize>load<u32>(lane, SEQUENCE) << 2), 4));
  let n: u32 = 0;
  for (let t = from; t < to; t++) {
    const item = load<u32>(tokenAt + (<usize>t << 2));
    if (keepAt != 0 && next() > load<u32>(keepAt + (<usize>item << 2))) continue;
    store<u32>(kept + (<usize>n << 2), item);
    n++;
  }
  store<u32>(lane, from, FROM);
  store<u32>(lane, n, COUNT);
  store<u32>(lane, NONE, CENTRE); // one before 0
  store<u32>(lane, 0, CONTEXT);
  store<u32>(lane, 0, END);
  f32.store(lane, <f32>max(rateLeast, rateAt - rateFall * <f64>(from - load<u32>(offsetAt))), RATE);
}

/** Takes the next sequence; false when there is none. */
function open(lane: usize, kept: usize): bool {
  if (nextSequence == lastSequence) return false;
  const s = nextSequence++;
  seed(key0, key1, firstNumber + <u32>s, 0);
  f64.store(lossAt + (s << 3), 0);
  store<u32>(pairAt + (s << 2), 0);
  store<u32>(lane, <u32>s, SEQUENCE);
  loadPiece(lane, kept, load<u32>(offsetAt + (s << 2)));
  return true;
}

/** Finds the lane's next pair, of its sequence or the next ones; false when there is none. The lane's stream is the one in use. */
function advance(lane: usize, kept: usize): bool {
  for (;;) {
    const centre = load<u32>(lane, CENTRE), end = load<u32>(lane, END), n = load<u32>(lane, COUNT);
    let context = load<u32>(lane, CONTEXT);
    if (context == centre) context++;
    if (context < end) {
      store<u32>(lane, context + 1, CONTEXT);
      input = load<u32>(kept + (<usize>context << 2));
      target = load<u32>(kept + (<usize>centre << 2));
      return true;
    }
    if (centre != NONE && load<u32>(lane, GLOBAL) != NONE) {
      target = load<u32>(lane, GLOBAL);
      input = load<u32>(kept + (<usize>centre << 2));
      store<u32>(lane, NONE, GLOBAL);
      if (input != target) return true;
    }
    const i = centre + 1, s = <usize>load<u32>(lane, SEQUENCE);
    if (i < n) {
      const span = windowSize - below(windowSize);
      store<u32>(lane, i, CENTRE);
      store<u32>(lane, i > span ? i - span : 0, CONTEXT);
      store<u32>(lane, min(n, i + span + 1), END);
      store<u32>(lane, globalAt == 0 ? NONE : load<u32>(globalAt + (s << 2)), GLOBAL);
      continue;
    }
    const from = load<u32>(lane, FROM) + PIECE;
    if (from < load<u32>(offsetAt + (s << 2), 4)) loadPiece(lane, kept, from);
    else if (!open(lane, kept)) break;
  }
  return false;
}

/** Trains on sequences begin … end; arguments as of skipGram. */
export function sharedSkipGram(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32,
  tokens: usize, offsets: usize, globals: usize, keep: usize,
  vocabularySize: u32, thresholds: usize, aliases: usize, groups: usize, groupStarts: usize, groupMembers: usize,
  inputs: usize, outputs: usize, dim: usize, window: u32, negatives: u32, groupNegatives: u32, cbow: bool,
  rate0: f64, decay: f64, least: f64, losses: usize, pairs: usize,
): void {
  useItems(vocabularySize, thresholds, aliases);
  useGroups(groups, groupStarts, groupMembers);
  tokenAt = tokens; offsetAt = offsets; keepAt = keep; globalAt = globals; firstNumber = first; key0 = k0; key1 = k1; windowSize = window;
  rateAt = rate0; rateFall = decay; rateLeast = least; nextSequence = begin; lastSequence = end; lossAt = losses; pairAt = pairs;
  const bytes = dim << 2;
  const lanes = scratch + ((stepBytes(dim) + 63) & ~63), shared = lanes + LANES * LANE, drawn = shared + 16, kept = drawn + 256;
  seed(k0, k1, first + <u32>begin, 1);
  park(shared);
  let living: usize = 0;
  // Lanes 0 … living − 1 have sequences; one that ends gives its place to the last.
  for (; living < LANES; living++) {
    const lane = lanes + living * LANE;
    store<u32>(lane, NONE, GLOBAL);
    if (!open(lane, kept + living * (<usize>PIECE << 2))) break;
    park(lane);
    store<u32>(lane, <u32>living, PLACE); // of its list of what is left of a piece
  }
  while (living > 0) {
    let n: usize = 0;
    for (let l: usize = 0; l < living; ) {
      const lane = lanes + l * LANE;
      resume(lane);
      const isFound = advance(lane, kept + <usize>load<u32>(lane, PLACE) * (<usize>PIECE << 2));
      park(lane);
      if (!isFound) {
        living--;
        memory.copy(lane, lanes + living * LANE, LANE);
        continue;
      }
      setInput(scratch, n, inputs + <usize>input * bytes);
      setTarget(scratch, n, outputs + <usize>target * bytes, target, f32.load(lane, RATE));
      n++;
      l++;
    }
    if (n == 0) break;
    resume(shared);
    for (let j: u32 = 0; j < negatives; j++) {
      const item = drawItem();
      store<u32>(drawn + (<usize>j << 2), item);
      setOutput(scratch, j, outputs + <usize>item * bytes);
    }
    let loss = learnBatch(scratch, n, negatives, drawn, dim);
    if (groupNegatives != 0)
      for (let i: usize = 0; i < n; i++) {
        const m = drawFromGroup(scratch, 0, targetItem(scratch, i), groupNegatives, outputs, bytes);
        if (m > 0) loss += learnMore(scratch, i, m, dim);
      }
    park(shared);
    for (let l: usize = 0; l < n; l++) {
      const at = pairs + (<usize>load<u32>(lanes + l * LANE, SEQUENCE) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    const at = losses + (<usize>load<u32>(lanes, SEQUENCE) << 3); // the batch's loss stands with its first sequence
    f64.store(at, f64.load(at) + loss);
  }
}
