type Help = Readonly<Record<string, string>>;

/** Of the graph recommenders. */
export const GRAPH_HELP: Help = {
  dim: "length of each embedding",
  layers: "propagation steps; 0 is matrix factorisation",
  loss: "bpr or softmax, which needs far fewer epochs; graphsage also walks, its paper's",
  readout: "a node's embedding: last, mean or concat of its states",
  nodeFeatures: "which fields of --features are read: all, none, or names a,b",
  dropout: "share of a layer's inputs that training drops",
  typeWeights: "how much types of interaction count, as view=0.2,purchase=1",
  targetTypes: "the types that are recommended, as purchase,like; none is all",
  learnLayerWeights: "learn the weight of each layer instead of equal ones",
  epochs: "passes over the data; with softmax 5 to 20 are enough",
  batchSize: "draws per step",
  learningRate: "step size of Adam",
  regularization: "weight of the L2 penalty",
  temperature: "softmax only: cosines are divided by it",
  negatives: "softmax, pinsage: items drawn in each step; 0 takes all",
  lengthNormalization: "softmax only: 1 ranks by the cosine, 0 by the dot product",
  variant: "official-code or paper: the adjacency and formula",
  messageDropout: "share of each layer's result that training drops",
  nodeDropout: "share of the edges that each step leaves out",
  heads: "heads of attention; they divide dim",
  aggregator: "mean, gcn, pool or lstm",
  fanOut: "neighbours drawn of each node, nearest layer first",
  neighbours: "neighbours of an item: those that walks visit most often",
  walks: "walks from each item, by which neighbours are found",
  walkLength: "nodes in a walk, its start included",
  walksPerNode: "loss walks only: walks from each node in an epoch",
  margin: "by how much a pair should score above others",
  hardNegatives: "hard negatives of a pair at most: one more each epoch",
  hardRanks: "the ranks among visited items that these come from",
  noise: "length of the noise that each layer gets",
  contrast: "weight of the contrastive loss",
  contrastTemperature: "its temperature",
  contrastLayer: "the layer that is contrasted with",
  seed: "same seed and data: same model",
};

/** Of neural collaborative filtering. */
export const NCF_HELP: Help = {
  dim: "length of each embedding that is multiplied",
  layers: "widths of the layers, as 64,32,16,8; the first is both embeddings",
  negatives: "items drawn for each pair in each epoch",
  epochs: "passes over the data",
  batchSize: "samples of a step, drawn items included",
  learningRate: "step size",
  pretrainEpochs: "passes before, in which both parts are learned by themselves",
  alpha: "the multiplied part's share when both are fused",
  optimizer: "adam, or sgd as in the paper after pre-training",
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

/** Of the autoencoders. */
export const AUTOENCODER_HELP: Help = {
  kind: "what is a row of ratings, item or user",
  userVectors: "users have a vector beside what they have",
  hidden: "units of the encoder's layers, as 600,300; of autorec, cdae and rec-vae one number",
  activation: "sigmoid or identity",
  loss: "logistic or squared",
  negatives: "items drawn for each that a user has",
  latent: "numbers of the latent representation",
  dropout: "share of a history's items that a step leaves out of the input",
  regularization: "weight of the L2 penalty",
  beta: "the divergence's weight grows to this",
  annealSteps: "steps after which it would be 1; 0: it is beta from the start",
  gamma: "weight of the divergence for each item of a user",
  encoderPasses: "passes of an epoch that train the encoder",
  decoderPasses: "passes after them that train the decoder",
  batchSize: "users in a step; of autorec rows, items or users",
  epochs: "passes over them",
  learningRate: "step size of Adam; of cdae of Adagrad",
  seed: "same seed and data: same model",
};

/** Of matrix factorisation of users and items by gradient descent. */
export const USER_FACTORS_HELP: Help = {
  dim: "length of each vector",
  loss: "bpr, bce, squared, or ratings: the values, of which predictions are made",
  biases: "whether users and items have biases",
  negatives: "items drawn for each pair; not of ratings",
  epochs: "passes over the pairs",
  learningRate: "step size",
  regularization: "weight of the L2 penalty",
  initialScale: "length of vectors at first, about",
  deterministic: THREADS,
  seed: "same seed and data: same draws, and same model on one thread",
};

/** Of matrix factorisation by least squares. */
export const LEAST_SQUARES_HELP: Help = {
  dim: "length of each vector",
  epochs: "passes over all items and users",
  alpha: "how much surer a pair of the data is than one that is not there",
  regularization: "weight of the L2 penalty",
  frequencyExponent: "it grows with a row's confidences to this power",
  weighted: "whether pairs count by their values and how often they come",
  solver: "cg: a few steps of conjugate gradient, fast; cholesky: exactly",
  cgSteps: "of cg",
  initialScale: "length of vectors at first, about",
  seed: "same seed and data: same model",
};

/** Of the recurrent models of sessions. */
export const RECURRENT_HELP: Help = {
  layers: "units of each recurrent layer, as 100 or 100,100",
  cell: "gru, or lstm and rnn for comparison",
  reset: "where the reset gate is: after the product, as in PyTorch, or before",
  embedding: "constrained (the output weights), separate or one-hot",
  embeddingDim: "numbers of a separate embedding",
  deepInput: "deeper layers read the item, too",
  input: "what is read: the last item, or a weighted mean of the latest",
  inputDecay: "weighted input: an item weighs so much of the one after it",
  inputWindow: "weighted input: items that count",
  loss: "cross-entropy, bpr, top1, bpr-max or top1-max",
  finalActivation: "what scores go through before a ranking loss",
  eluAlpha: "its height where it is elu",
  scorePenalty: "bpr-max: weight of the squared scores of negatives",
  negatives: "drawn for a batch, beside its other targets",
  alpha: "they are drawn by popularity to this power",
  logQ: "cross-entropy: how far scores are corrected for being drawn often",
  dropoutEmbedding: "share dropped of what is read",
  dropoutHidden: "share dropped of each layer's output",
  dropoutContext: "share dropped of what the session is about",
  batchSize: "sessions side by side; of narm prefixes in a batch",
  epochs: "passes over the sessions",
  learningRate: "step size of Adagrad, of narm of Adam",
  momentum: "of Adagrad",
  seed: "same seed and data: same model",
  dim: "numbers of an item's embedding",
  units: "units of the encoder",
  attention: "softmax: weights add up to 1; raw: as they are",
  maxLength: "the latest clicks that are read",
};

/** Of the models of sessions that have no parameters. */
export const NEIGHBOURS_HELP: Help = {
  neighbours: "sessions, or items, that resemble most and count",
  sampleSize: "the most recent sessions among which they are looked for",
  decay: "linear: later clicks count more; none: all alike (S-KNN)",
  idf: "rare items count more",
  clickDecay: "clicks back after which an item weighs 1/e",
  dayDecay: "days after which a session weighs 1/e",
  distanceDecay: "clicks from the shared item after which one weighs 1/e",
  followers: "items kept for each item",
  regularization: "added to the clicks of both items: tames rare ones",
  alpha: "0.5 normalises by both items alike",
};
