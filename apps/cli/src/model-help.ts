type Help = Readonly<Record<string, string>>;

export const LIGHTGCN_HELP: Help = {
  dim: "length of each embedding",
  layers: "propagation steps; 0 is matrix factorisation",
  loss: "bpr (the paper's) or softmax, which needs far fewer epochs",
  epochs: "passes over the data; with softmax 5 to 20 are enough",
  batchSize: "draws per step",
  learningRate: "step size of Adam",
  regularization: "weight of the L2 penalty",
  temperature: "softmax only: cosines are divided by it",
  negatives: "softmax only: items drawn in each step; 0 takes all",
  seed: "same seed and data: same model",
};

const THREADS = "one thread: the same seed gives the same model to the bit";

/** Of models that read sequences as word2vec does. */
export const SKIP_GRAM_HELP: Help = {
  dim: "length of each vector",
  window: "items on either side that count; the span is drawn from 1 … window",
  negatives: "items drawn to tell each pair from",
  alpha: "they are drawn by frequency to this power",
  epochs: "passes over the sequences",
  learningRate: "step size at first; it falls to nearly 0 over all epochs",
  subsample: "above 0, such as 1e-4: frequent items are left out now and then",
  mode: "shared (negatives of a window, fast), plain (of each pair) or cbow",
  scoring: "cosine, dot, or auto: what tells the validation pairs better",
  deterministic: THREADS,
  seed: "same seed and data: same walks, and same model on one thread",
  walksPerNode: "walks that start at each item",
  walkLength: "items in a walk",
  restart: "chance of a step back to where the walk began",
  p: "above 1 a walk seldom goes back where it came from",
  q: "above 1 walks stay near, below 1 they go far",
  directed: "walks follow pairs from source to target only",
  minCount: "items that occur less often are left out",
  attention: "false: all fields of an item weigh the same",
};

export const FACTORIZATION_HELP: Help = {
  dim: "length of each vector",
  sharedTable: "one table for both sides of a pair",
  walksPerNode: "0 learns the pairs, else windows of so many walks from each item",
  walkLength: "items in a walk",
  window: "items on either side that count; the span is drawn from 1 … window",
  negatives: "items drawn to tell each pair from",
  alpha: "they are drawn by frequency to this power",
  weighted: "whether pairs and steps of walks count by their weights",
  epochs: "passes over the pairs",
  learningRate: "step size at first",
  schedule: "linear: the step size falls over all epochs; restarts: within each",
  regularization: "weight of the L2 penalty",
  initialScale: "length of vectors at first, about",
  deterministic: THREADS,
  seed: "same seed and data: same draws, and same model on one thread",
};
