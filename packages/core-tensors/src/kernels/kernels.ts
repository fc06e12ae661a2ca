import type { Csr } from "../csr.ts";

/** The elementwise functions with a derivative, by the number the kernels know them by. */
export const ACTIVATIONS = [
  "relu",
  "leakyRelu",
  "sigmoid",
  "tanh",
  "softplus",
  "elu",
  "exp",
] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Rows and columns of a tile of a symmetric matrix. */
export const SWEEP_TILE = 96;

/** The bound under which a random word of 32 bits keeps an element: keep · 2³², within the words. */
export function keepBelow(keep: number): number {
  return Math.min(Math.round(keep * 2 ** 32), 2 ** 32 - 1);
}

/** The sizes and layouts of C (m × n) = op(A) (m × k) · op(B) (k × n). */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored k × m. */
  readonly transposeA?: boolean;
  /** B is stored n × k. */
  readonly transposeB?: boolean;
  /** Add to C instead of replacing it. */
  readonly accumulate?: boolean;
}

/** For each row an ascending list of columns: list r is items[offsets[r] … offsets[r + 1]). */
export interface Lists {
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
}

/** Which columns each row of a sparse matrix has, whatever the values: entry k of row i, offsets[i] ≤ k < offsets[i + 1], is in column indices[k]. */
export type Pattern = Pick<Csr, "rows" | "offsets" | "indices">;

/** Where neighbours are drawn from: those of node i are indices[offsets[i] … offsets[i + 1]). */
export type Neighbours = Pick<Csr, "offsets" | "indices">;

/** One step of Adam with its corrections folded in: p −= rate · m / (√v + epsilon). */
export interface AdamStep {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** One step of Adagrad; momentum is 0 where there is no velocity. */
export interface AdagradStep {
  readonly rate: number;
  readonly momentum: number;
  readonly epsilon: number;
}

/** The losses that compare a row's positive score with all others, by the number the kernels know them by. */
export const RANKING_LOSSES = ["bpr", "top1", "bpr-max", "top1-max"] as const;
export type RankingLoss = (typeof RANKING_LOSSES)[number];

/** What a ranking loss is taken with. */
export interface RankingRules {
  readonly loss: RankingLoss;
  /** BPR-max's weight of the squared scores of negatives. */
  readonly penalty: number;
  /** What gradients are multiplied by. */
  readonly scale: number;
}

/** What an epoch's triples are drawn from. */
export interface TripleSource extends Lists {
  /** Users that may be drawn: each has at least one item and not all of them. */
  readonly users: Uint32Array;
  readonly itemCount: number;
}

export interface Triples {
  readonly users: Uint32Array;
  readonly liked: Uint32Array;
  readonly unseen: Uint32Array;
}

/** A graph laid out for walking: rows of entries, ascending by neighbour. */
export interface WalkGraph {
  /** nodes + 1 offsets, counted in entries. */
  readonly offsets: Uint32Array;
  /**
   * An entry of a weighted graph is four words: neighbour, the bound below which a random word keeps it, the neighbour taken otherwise (its
   * row's alias table), and the bits of its float32 weight. An entry of an unweighted graph is the neighbour.
   */
  readonly entries: Uint32Array;
  readonly weighted: boolean;
}

/** How walks go. */
export interface WalkRules {
  /** Nodes in a walk, the first included. */
  readonly length: number;
  /** A walk goes back to its start where a random word of 32 bits is below this. */
  readonly restart: number;
  /** A step back is taken with its weight divided by p, one to no neighbour of the node before with its weight divided by q. */
  readonly p: number;
  readonly q: number;
}

/** Walk w is tokens[w · length] and the lengths[w] − 1 nodes behind it. */
export interface Walks {
  readonly tokens: Uint32Array;
  readonly lengths: Uint32Array;
}

/** Sequence s is tokens[offsets[s] … offsets[s + 1]). */
export interface TokenSequences {
  readonly tokens: Uint32Array;
  readonly offsets: Uint32Array;
  /** For each sequence an item that is a context of all its tokens, or 2³² − 1. */
  readonly globals?: Uint32Array | undefined;
}

/** What negatives are drawn from. */
export interface Negatives {
  /** Drawn from the alias table for each target. */
  readonly count: number;
  /** Slot i gives item i where a random word is below thresholds[i], else aliases[i]. */
  readonly thresholds: Uint32Array;
  readonly aliases: Uint32Array;
  /** More of them, uniform within the group of the target: item i is of group of[i], whose items are items[offsets[g] … offsets[g + 1]). */
  readonly groups?: (Lists & { readonly of: Uint32Array; readonly count: number }) | undefined;
}

/** The two tables of word2vec, [items, dim] each; dim is a multiple of 4. */
export interface SkipGramTables {
  readonly inputs: Float32Array;
  readonly outputs: Float32Array;
  readonly dim: number;
}

export interface SkipGramRules {
  /** Tokens on either side at most; the span of each centre is uniform in 1 … window. */
  readonly window: number;
  /** "shared": pairs of up to 8 sequences that are trained side by side share their negatives; "plain": each pair has its own; "cbow": the mean of the contexts is the input. */
  readonly mode: "shared" | "plain" | "cbow";
  /** Learning rate at the first token, its loss with each token, and what it does not fall below. */
  readonly rate: number;
  readonly decay: number;
  readonly least: number;
  /** Per item the largest random word that keeps an occurrence; none: all are kept. */
  readonly keep?: Uint32Array | undefined;
  /** One thread, for results that can be repeated; else threads change the same rows without locks. */
  readonly deterministic: boolean;
}

/** The factors of both sides of pairs, which may be the same array, and their biases, [rows] each, both or none. dim is a multiple of 4. */
export interface Factors {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly leftBias?: Float32Array | undefined;
  readonly rightBias?: Float32Array | undefined;
  readonly dim: number;
}

/** Pairs in the order of training. */
export interface FactorPairs {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** What each pair's step is multiplied by. */
  readonly weights?: Float32Array | undefined;
}

export interface FactorizeRules {
  /** Learning rate at the first pair, its loss with each pair, and what it does not fall below. */
  readonly rate: number;
  readonly fall: number;
  readonly least: number;
  /** Share of the rate by which each row and bias shrinks when it is trained (L2). */
  readonly decay: number;
  /** One thread, for results that can be repeated; else threads change the same rows without locks. */
  readonly deterministic: boolean;
}

/** The losses of users × items, by the number the kernels know them by. */
export const USER_LOSSES = ["bpr", "bce", "squared"] as const;
export type UserLoss = (typeof USER_LOSSES)[number];

/** Users with items they have, and what the rest is drawn from. */
export interface UserItemPairs {
  /** Shape [pairs] */
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  /** What each pair is worth. Default: 1. */
  readonly values?: Float32Array | undefined;
  /** The items of each user, which are not drawn for them. */
  readonly seen: Lists;
  readonly itemCount: number;
}

export interface UserFactorRules {
  readonly loss: UserLoss;
  /** Items drawn for each pair, worth 0. */
  readonly negatives: number;
  /** Added to every score but BPR's, where it would make no difference. */
  readonly mean: number;
  readonly rate: number;
  /** Share of the rate by which each row and bias shrinks when it is trained (L2). */
  readonly decay: number;
  /** The items' rows and biases stay as they are. */
  readonly frozen: boolean;
  /** One thread, for results that can be repeated; else threads change the same rows without locks. */
  readonly deterministic: boolean;
}

/**
 * The network of neural collaborative filtering. Of the row of a user or an item the first `dim` numbers are multiplied with those of the other side, and
 * the others go, user's before item's, through the layers.
 */
export interface NcfNetwork {
  readonly users: number;
  readonly items: number;
  readonly dim: number;
  /** Widths of the layers, at most 32, on the heap: the first is twice what of a row goes through them. None: no layers. */
  readonly layers: Uint32Array;
}

/** All that steps change. */
export interface NcfState {
  /**
   * The rows of all users, then of all items; the matrices [in, out], each with its biases behind it; the weights of the output; its two biases, of which the second
   * is that of the layers where both parts are learned by themselves.
   */
  readonly theta: Float32Array;
  /** Adam's moments, as theta. */
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** [users + items]: the step of the epoch that a row was brought up to date in; 0 at the epoch's begin. */
  readonly last: Float32Array;
  /** As theta; 0 between steps. */
  readonly gradient: Float32Array;
  /** `ncfWork(…)` numbers that mean nothing between calls. */
  readonly work: Float32Array;
}

/** What is learned from: pairs of users who have not all items, and by user all items that they have, ascending. */
export interface NcfPairs extends Lists {
  readonly pairUsers: Uint32Array;
  readonly pairItems: Uint32Array;
}

export interface NcfRules {
  /** Samples of a step; a positive one and its negatives are samples each. */
  readonly batchSize: number;
  readonly negatives: number;
  /** Whether both parts of the network are learned by themselves, each with a loss of its own. */
  readonly separate: boolean;
  /** Else plain gradient descent. */
  readonly adam: boolean;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Steps before this epoch. */
  readonly before: number;
}

/** Side information: which rows of the input table an item is the weighted mean of. */
export interface SideRows {
  /** Rows of an item, its own among them; at most 64. */
  readonly fields: number;
  /** [items, fields]; 2³² − 1 where an item lacks a field. Each item has at least one. */
  readonly rows: Uint32Array;
  /** [items, fields]: logarithms of the weights, which are trained; none: equal weights. */
  readonly attention?: Float32Array | undefined;
}

/**
 * Per sequence the loss, summed, and the number of (input, target) pairs. With shared negatives the loss of pairs that were trained together
 * stands with one of their sequences: sum them.
 */
export interface SequenceLosses {
  readonly losses: Float64Array;
  readonly pairs: Uint32Array;
}

/**
 * The operations that have to be fast, over typed arrays on the heap, output first. Matrices are dense and row-major.
 * The plain-JavaScript set (`jsKernels`) is the definition of correct; others may differ from it by rounding only. Callers check
 * shapes and indices: kernels trust them.
 */
export interface Kernels {
  /** C (+)= op(A) · op(B). */
  gemm(c: Float32Array, a: Float32Array, b: Float32Array, shape: GemmShape): void;

  /** y[i] = Σⱼ A[i, j] x[j]; x is [A.columns, dim]. */
  spmm(y: Float32Array, a: Csr, x: Float32Array, dim: number): void;
  /** y[r] = Σⱼ A[rows[r], j] x[j]. */
  spmmRows(y: Float32Array, a: Csr, x: Float32Array, dim: number, rows: Uint32Array): void;
  /** y[i] = Σⱼ A[i, j] x[position[j]] over the j whose position is not negative. */
  spmmFromRows(y: Float32Array, a: Csr, x: Float32Array, dim: number, position: Int32Array): void;

  /**
   * y[i] = Σⱼ w[i, j] x[j] for each of `heads` equal shares of the dim columns, with weights of its own: weights[k, head] of entry k, or of entry
   * order[k] where the pattern is that of a transpose.
   */
  spmmHeads(
    y: Float32Array,
    a: Pattern,
    weights: Float32Array,
    x: Float32Array,
    dim: number,
    heads: number,
    order: Uint32Array | undefined,
  ): void;
  /** y[k, head] = targets[i] · sources[j] over the columns of the head, for each entry k = (i, j). */
  edgeDots(
    y: Float32Array,
    a: Pattern,
    targets: Float32Array,
    sources: Float32Array,
    dim: number,
    heads: number,
  ): void;
  /** y[k] = targets[i] + sources[j] for each entry k = (i, j), rows of `width` numbers. */
  edgeSums(
    y: Float32Array,
    a: Pattern,
    targets: Float32Array,
    sources: Float32Array,
    width: number,
  ): void;
  /** y[i] = Σ x[k], or x[order[k]], over the entries k of row i, rows of `width` numbers. */
  segmentSum(
    y: Float32Array,
    offsets: Uint32Array,
    x: Float32Array,
    width: number,
    order: Uint32Array | undefined,
  ): void;
  /** y = softmax of x over the entries of each row, for each of `heads` numbers of an entry. */
  segmentSoftmax(y: Float32Array, offsets: Uint32Array, x: Float32Array, heads: number): void;
  /** dx[k] = y[k] (dy[k] − Σ y dy over the row's entries). */
  segmentSoftmaxBackward(
    dx: Float32Array,
    offsets: Uint32Array,
    y: Float32Array,
    dy: Float32Array,
    heads: number,
  ): void;
  /** y[i] = the largest x[j] of the row's columns j, number by number, and in `from` that j, the first of equal ones; 0 and 2³² − 1 in empty rows. */
  neighbourMax(y: Float32Array, from: Uint32Array, a: Pattern, x: Float32Array, dim: number): void;
  /** y[from[i, c], c] += x[i, c], in order of i, where from is not 2³² − 1. */
  scatterAddFrom(y: Float32Array, x: Float32Array, from: Uint32Array, dim: number): void;
  /**
   * Row r of `out` gets neighbours of nodes[r]: all of them where there are at most `fanOut`, else so many different ones, uniformly; in random order, and
   * the places that are left get more of them, drawn again. 2³² − 1 where a node has none. Row r is a function of (key, first + r).
   */
  sampleNeighbours(
    out: Uint32Array,
    graph: Neighbours,
    nodes: Uint32Array,
    fanOut: number,
    key: readonly [number, number],
    first: number,
  ): void;

  /** y[r] = x[r] + b. */
  addBias(y: Float32Array, x: Float32Array, b: Float32Array): void;
  /** y = Σᵣ x[r], in order of r. */
  columnSums(y: Float32Array, x: Float32Array): void;
  /** Columns yBegin … yBegin + width of y become columns xBegin … xBegin + width of x. */
  copyColumns(
    y: Float32Array,
    yColumns: number,
    yBegin: number,
    x: Float32Array,
    xColumns: number,
    xBegin: number,
    width: number,
  ): void;
  /** y[r] = x[ids[r]]. */
  gatherRows(y: Float32Array, x: Float32Array, ids: Uint32Array, dim: number): void;
  /** y[ids[r]] += x[r], in order of r. */
  scatterAddRows(y: Float32Array, x: Float32Array, ids: Uint32Array, dim: number): void;
  /** y[r] = a[r] · b[r]. */
  rowDot(y: Float32Array, a: Float32Array, b: Float32Array, dim: number): void;
  /** y[r] += s[r] x[r]. */
  addScaledRows(y: Float32Array, s: Float32Array, x: Float32Array, dim: number): void;
  /** y[r] = x[r] / norms[r] with norms[r] = max(‖x[r]‖₂, 1e-12). */
  normalizeRows(y: Float32Array, norms: Float32Array, x: Float32Array, dim: number): void;
  /** dx[r] = (dy[r] − (y[r] · dy[r]) y[r]) / norms[r], and 0 where x[r] has no direction, being shorter than 1e-12. */
  normalizeRowsBackward(
    dx: Float32Array,
    y: Float32Array,
    norms: Float32Array,
    dy: Float32Array,
    dim: number,
  ): void;

  /** unit[r] = (x[r] − mean) · inverses[r] with inverses[r] = 1 / √(variance + ε), of the row's own numbers, and y[r] = gain ⊙ unit[r] + bias. */
  layerNorm(
    y: Float32Array,
    unit: Float32Array,
    inverses: Float32Array,
    x: Float32Array,
    gain: Float32Array,
    bias: Float32Array,
    epsilon: number,
  ): void;
  /** With d = gain ⊙ dy[r]: dx[r] = inverses[r] (d − mean(d) − mean(d ⊙ unit[r]) unit[r]). */
  layerNormBackward(
    dx: Float32Array,
    unit: Float32Array,
    inverses: Float32Array,
    gain: Float32Array,
    dy: Float32Array,
  ): void;

  /** y = α a + β b. */
  combine(y: Float32Array, alpha: number, a: Float32Array, beta: number, b: Float32Array): void;
  /** y = α x. */
  scale(y: Float32Array, alpha: number, x: Float32Array): void;
  /** y = a ⊙ b. */
  multiply(y: Float32Array, a: Float32Array, b: Float32Array): void;
  /** y = f(x); `slope` is leakyRelu's slope or elu's α. */
  activate(y: Float32Array, f: Activation, slope: number, x: Float32Array): void;
  /** dx = f′(x) ⊙ dy, where y = f(x). */
  activateBackward(
    dx: Float32Array,
    f: Activation,
    slope: number,
    x: Float32Array,
    y: Float32Array,
    dy: Float32Array,
  ): void;
  /** y = x / keep where word i of the stream `key` is below `keepBelow(keep)`, else 0. */
  dropout(y: Float32Array, x: Float32Array, keep: number, key: readonly [number, number]): void;
  /** y[r] = x[r] + ε sign(x[r]) ⊙ u / ‖u‖, u uniform in [0, 1) and different in each row: a function of the stream `key`. dim is at most 2¹⁹. */
  perturbRows(
    y: Float32Array,
    x: Float32Array,
    dim: number,
    epsilon: number,
    key: readonly [number, number],
  ): void;
  /** Σ x, summed in float64. */
  sum(x: Float32Array): number;
  /** Σ x², summed in float64. */
  sumOfSquares(x: Float32Array): number;

  /** y = softmax of each row of x. */
  softmax(y: Float32Array, x: Float32Array, columns: number): void;
  /** y = log softmax of each row of x. */
  logSoftmax(y: Float32Array, x: Float32Array, columns: number): void;
  /**
   * losses[r] = −log(p + ε), p = softmax(x[r] + bias)[targets[r]], then x[r] becomes (softmax − onehot) · scale · p / (p + ε): the loss and its gradient
   * in the place of the scores. With an ε above 0 a target that is all but impossible no longer pulls.
   */
  softmaxCrossEntropy(
    losses: Float32Array,
    x: Float32Array,
    columns: number,
    targets: Uint32Array,
    scale: number,
    bias: Float32Array | undefined,
    epsilon: number,
  ): void;

  /**
   * losses[r] = −Σⱼ t[r, j] log softmax(x[r] + bias)[j], the multinomial negative log-likelihood of the sparse row t[r] without its constant, then x[r] becomes
   * (softmax · Σⱼ t[r, j] − t[r]) · scale: the loss and its gradient in the place of the scores.
   */
  multinomialCrossEntropy(
    losses: Float32Array,
    x: Float32Array,
    t: Csr,
    bias: Float32Array,
    scale: number,
  ): void;

  /**
   * losses[r] = the loss of row r of x, whose column r is the positive and all others negatives; dx = its gradient · scale. With j over the C − 1 negatives,
   * p the positive and s = softmax over the negatives alone:
   * bpr −Σⱼ ln σ(p − xⱼ) · top1 1/C Σⱼ σ(xⱼ − p) + σ(xⱼ²) · bpr-max −ln(Σⱼ sⱼ σ(p − xⱼ) + 1e-24) + penalty Σⱼ sⱼ xⱼ² · top1-max Σⱼ sⱼ (σ(xⱼ − p) + σ(xⱼ²)).
   */
  rankingLoss(
    losses: Float32Array,
    dx: Float32Array,
    x: Float32Array,
    columns: number,
    rules: RankingRules,
  ): void;
  /** above[r] = how many scores of row r are not at most that of targets[r]; equal[r] = how many others are equal to it. */
  rankCounts(
    above: Uint32Array,
    equal: Uint32Array,
    x: Float32Array,
    columns: number,
    targets: Uint32Array,
  ): void;

  /**
   * The gates of a GRU of `width` units: gates [rows, 2 width] = σ(x + u) of reset and update, reset = reset gate ⊙ state. A row of x [rows, 3 width] is
   * candidate, reset and update as the input gives them, of u [rows, 2 width] reset and update as the state does.
   */
  gruGates(
    gates: Float32Array,
    reset: Float32Array,
    x: Float32Array,
    u: Float32Array,
    state: Float32Array,
    width: number,
  ): void;
  /** candidate = tanh(x's candidate + c), y = state + update gate ⊙ (candidate − state). */
  gruState(
    y: Float32Array,
    candidate: Float32Array,
    x: Float32Array,
    c: Float32Array,
    gates: Float32Array,
    state: Float32Array,
    width: number,
  ): void;
  /** From dy the candidate's and the update gate's columns of dx, and the part of dstate that comes through y directly. */
  gruStateBackward(
    dx: Float32Array,
    dstate: Float32Array,
    dy: Float32Array,
    gates: Float32Array,
    state: Float32Array,
    candidate: Float32Array,
    width: number,
  ): void;
  /** From the gradient of `reset` the reset gate's columns of dx; dstate += its part. */
  gruGatesBackward(
    dx: Float32Array,
    dstate: Float32Array,
    dreset: Float32Array,
    gates: Float32Array,
    state: Float32Array,
    width: number,
  ): void;
  /**
   * A step of a GRU with the reset gate after the product: gates [rows, 2 width] = σ(x + u) of reset and update, candidate = tanh(x's candidate + reset ⊙ u's),
   * y = state + update ⊙ (candidate − state). Rows of x and u [rows, 3 width] are candidate, reset, update.
   */
  gruAfter(
    y: Float32Array,
    gates: Float32Array,
    candidate: Float32Array,
    x: Float32Array,
    u: Float32Array,
    state: Float32Array,
    width: number,
  ): void;
  /** From dy the gradients dx and du, and the part of dstate that comes through y directly. */
  gruAfterBackward(
    dx: Float32Array,
    du: Float32Array,
    dstate: Float32Array,
    dy: Float32Array,
    u: Float32Array,
    state: Float32Array,
    gates: Float32Array,
    candidate: Float32Array,
    width: number,
  ): void;

  /** m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g², p −= rate · m / (√v + ε). */
  adam(p: Float32Array, m: Float32Array, v: Float32Array, g: Float32Array, step: AdamStep): void;
  /** The same for rows ids[r] with gradient g[r]; the ids differ. */
  adamRows(
    p: Float32Array,
    m: Float32Array,
    v: Float32Array,
    g: Float32Array,
    step: AdamStep,
    ids: Uint32Array,
    dim: number,
  ): void;
  /** s += g², v = momentum · v + rate · g / √(s + ε), p −= v; without momentum there is no v. */
  adagrad(
    p: Float32Array,
    s: Float32Array,
    v: Float32Array | undefined,
    g: Float32Array,
    step: AdagradStep,
  ): void;
  /** The same for rows ids[r] with gradient g[r]; the ids differ. */
  adagradRows(
    p: Float32Array,
    s: Float32Array,
    v: Float32Array | undefined,
    g: Float32Array,
    step: AdagradStep,
    ids: Uint32Array,
    dim: number,
  ): void;

  /** Triple t is a function of (key, t): uniform user, uniform item of its list, uniform item outside its list. */
  sampleTriples(out: Triples, source: TripleSource, key: readonly [number, number]): void;

  /**
   * For each row of `queries` the k items of highest dot product outside the row's mask, best first; of equal scores the lower item.
   * Where there are fewer, item 2³² − 1 and score −∞. NaN scores are never among the best. May grow the heap.
   */
  scoreTopK(
    outItems: Uint32Array,
    outScores: Float32Array,
    queries: Float32Array,
    items: Float32Array,
    dim: number,
    mask: Lists,
    k: number,
  ): void;
  /** The same for scores that are there already, `columns` a row; masked ones become −∞ in place. */
  topK(
    outItems: Uint32Array,
    outScores: Float32Array,
    scores: Float32Array,
    columns: number,
    mask: Lists,
    k: number,
  ): void;

  /** Walk w, of number first + w in the stream `key`, starts at starts[w]. The same walks on any number of threads. */
  walks(
    out: Walks,
    graph: WalkGraph,
    starts: Uint32Array,
    rules: WalkRules,
    key: readonly [number, number],
    first: number,
  ): void;

  /**
   * An epoch's share of skip-gram or CBOW with negative sampling; sequence s is number first + s in the stream `key`. Inputs are the contexts and
   * the target is the centre. A sequence of more than 4096 tokens is trained in pieces.
   */
  skipGram(
    out: SequenceLosses,
    tables: SkipGramTables,
    chunk: TokenSequences,
    negatives: Negatives,
    rules: SkipGramRules,
    key: readonly [number, number],
    first: number,
  ): void;

  /**
   * The same with side information (EGES): the input is the centre's weighted mean of its rows, the targets are its contexts, each with negatives
   * of its own. `rules` without mode and subsampling; `inputs` has a row for each item and each value of a field.
   */
  eges(
    out: SequenceLosses,
    tables: SkipGramTables,
    side: SideRows,
    chunk: TokenSequences,
    negatives: Negatives,
    rules: Omit<SkipGramRules, "mode" | "keep">,
    key: readonly [number, number],
    first: number,
  ): void;

  /**
   * Logistic matrix factorisation of pairs with label 1, each told from pairs of its left side with drawn items: losses[t] of pair t and its
   * negatives. Pair t is number first + t in the stream `key`.
   */
  factorize(
    losses: Float64Array,
    factors: Factors,
    pairs: FactorPairs,
    negatives: Omit<Negatives, "groups">,
    rules: FactorizeRules,
    key: readonly [number, number],
    first: number,
  ): void;

  /**
   * Matrix factorisation of users × items: pairs first … first + losses.length of all, in an order that is a function of the key, each a step of stochastic gradient descent with every drawn item.
   * losses[t] is their sum. Score s = left[u] · right[i] + biases + mean; bpr: ln(1 + e^(s(other) − s(item))), without the mean · bce: ln(1 + e^∓s) · squared: (value − s)².
   */
  userFactors(
    losses: Float64Array,
    factors: Factors,
    pairs: UserItemPairs,
    rules: UserFactorRules,
    key: readonly [number, number],
    first: number,
  ): void;

  /**
   * Weighted least squares of one side's factors, x [rows, dim], while the other side's, y [A.columns, dim], stay. Row i of x becomes the solution of
   * (gram + penalties[i] I + Σ v y yᵀ) x = Σ (1 + v) y over the entries of row i of A, values v: by so many `steps` of conjugate gradient from x as it is, or for
   * 0 steps exactly, by Cholesky in float64, which takes dim ≤ 512. A row without entries becomes 0.
   * losses[i] = xᵀ gram x + penalties[i] xᵀx + Σ ((1 + v)(1 − x · y)² − (x · y)²) at the new x: with gram = yᵀy the weighted squared errors of the whole row
   * with its penalty. dim is a multiple of 4.
   */
  als(
    losses: Float64Array,
    x: Float32Array,
    a: Csr,
    y: Float32Array,
    gram: Float32Array,
    penalties: Float32Array,
    dim: number,
    steps: number,
  ): void;

  /**
   * A step of inverting a symmetric matrix in place: the part for the pivot's row and column of tiles. `tiles` are the lower triangle, row by row of tiles of 96 × 96
   * numbers; a tile of the diagonal is full. `inverse` is D, the inverse of tile (pivot, pivot). For each row of tiles i ≠ pivot, right[i] is made of A[i, pivot],
   * left[i] of A[i, pivot] D, and that takes its place. `left` and `right` have room for a tile for each row of tiles, which each set of kernels lays out as it likes.
   */
  sweepPanels(
    tiles: Float64Array,
    left: Float64Array,
    right: Float64Array,
    pivot: number,
    inverse: Float64Array,
  ): void;
  /** The part for the others: A[i, j] −= left[i] right[j]ᵀ, i and j ≠ pivot, of `count` tiles from number `first` on. */
  sweepTiles(
    tiles: Float64Array,
    left: Float64Array,
    right: Float64Array,
    pivot: number,
    first: number,
    count: number,
  ): void;

  /**
   * Steps first … first + losses.length of an epoch, and the sum of each one's binary cross-entropy. An epoch's samples are the pairs and for each `negatives` items that
   * its user does not have, uniformly, all in one random order: a function of the key. Adam is dense; a row that has no gradient moves when it is next touched, by all
   * steps that it missed at the rate of that one, and at the end of the epoch.
   */
  ncf(
    losses: Float64Array,
    network: NcfNetwork,
    state: NcfState,
    pairs: NcfPairs,
    rules: NcfRules,
    key: readonly [number, number],
    first: number,
  ): void;
}

/** Numbers of theta. */
export function ncfNumbers({ users, items, dim, layers }: NcfShape): number {
  let numbers = (users + items) * (dim + (layers[0] ?? 0) / 2) + dim + (layers.at(-1) ?? 0) + 2;
  for (let n = 1; n < layers.length; n++) numbers += (layers[n - 1] + 1) * layers[n];
  return numbers;
}

/** Numbers of work memory. */
export function ncfWork({ layers }: Pick<NcfShape, "layers">, batchSize: number): number {
  const widest = Math.max(0, ...layers);
  const together = Array.from(layers).reduce((sum, width) => sum + width, 0);
  return 64 + 5 * batchSize + NCF_TILE * (2 + together + 2 * widest);
}

type NcfShape = Omit<NcfNetwork, "layers"> & {
  readonly layers: ArrayLike<number> & Iterable<number> & { at(n: number): number | undefined };
};

/** Samples that the kernel takes through the layers together. */
const NCF_TILE = 96;
