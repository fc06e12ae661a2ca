export {
  type BackendInfo,
  type BackendOptions,
  backendInfo,
  kernels,
  useBackend,
} from "./backend.ts";
export { choleskyInvert, choleskySolve } from "./cholesky.ts";
export type { Csr } from "./csr.ts";
export {
  BackendError,
  FormatError,
  KithError,
  MemoryError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  ShapeError,
  TrainingError,
  UnknownIdError,
} from "./errors.ts";
export { type Gradient, gradients } from "./gradients.ts";
export { heap, requireMemory } from "./heap.ts";
export { HeapIndices } from "./heap-indices.ts";
export { normal, uniform, xavierUniform } from "./init.ts";
export { itemOutside } from "./item-outside.ts";
export { jsKernels } from "./kernels/js.ts";
export type {
  Activation,
  AdagradStep,
  AdamStep,
  FactorizeRules,
  FactorPairs,
  Factors,
  GemmShape,
  Kernels,
  Lists,
  NcfNetwork,
  NcfPairs,
  NcfRules,
  NcfState,
  Negatives,
  Neighbours,
  Pattern,
  RankingLoss,
  RankingRules,
  SequenceLosses,
  SideRows,
  SkipGramRules,
  SkipGramTables,
  TokenSequences,
  TripleSource,
  Triples,
  UserFactorRules,
  UserItemPairs,
  UserLoss,
  WalkGraph,
  WalkRules,
  Walks,
} from "./kernels/kernels.ts";
export { ncfNumbers, ncfWork } from "./kernels/kernels.ts";
export { workerSource } from "./kernels/worker-source.ts";
export { bprLoss } from "./losses/bpr.ts";
export { softmaxCrossEntropy } from "./losses/cross-entropy.ts";
export { type InBatchRankingOptions, inBatchRankingLoss } from "./losses/in-batch-ranking.ts";
export { maxMarginLoss } from "./losses/max-margin.ts";
export { dotMultinomialLoss } from "./losses/multinomial.ts";
export { type DotSoftmaxOptions, dotSoftmaxCrossEntropy } from "./losses/softmax-cross-entropy.ts";
export { fromNdarray, type NdArrayLike, toNdarray } from "./ndarray.ts";
export { elu, exp, leakyRelu, relu, sigmoid, softplus, tanh } from "./ops/activations.ts";
export { add, addAll, multiply, scale, subtract, weightedSum } from "./ops/arithmetic.ts";
export { addBias } from "./ops/bias.ts";
export { columns } from "./ops/columns.ts";
export { concat } from "./ops/concat.ts";
export { dropout } from "./ops/dropout.ts";
export { edgeDots, edgeSums, propagateWeighted, segmentSoftmax } from "./ops/edges.ts";
export { gather } from "./ops/gather.ts";
export { gruCell } from "./ops/gru-cell.ts";
export { gruCellAfter } from "./ops/gru-cell-after.ts";
export { headDots } from "./ops/head-dots.ts";
export { layerNorm } from "./ops/layer-norm.ts";
export { type MatmulOptions, matmul } from "./ops/matmul.ts";
export { perturb } from "./ops/perturb.ts";
export { propagate, propagateRows } from "./ops/propagate.ts";
export { propagateMax } from "./ops/propagate-max.ts";
export { mean, sum, sumOfSquares } from "./ops/reduce.ts";
export { normalizeRows, rowDot } from "./ops/rows.ts";
export { logSoftmax, softmax } from "./ops/softmax.ts";
export { stack } from "./ops/stack.ts";
export { Adagrad, type AdagradOptions } from "./optim/adagrad.ts";
export { Adam, type AdamOptions } from "./optim/adam.ts";
export { Optimizer } from "./optim/optimizer.ts";
export { Sgd, type SgdOptions } from "./optim/sgd.ts";
export {
  between,
  checkNames,
  flag,
  fraction,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  type Rule,
  type Rules,
  resolveOptions,
  wholeNumber,
} from "./options.ts";
export { ParameterSet } from "./parameter-set.ts";
export { Rng, type RngState, threefry } from "./rng.ts";
export { scope, trimArena } from "./scope.ts";
export { rowsOf, SparseMatrix, type SparseMatrixOptions, transpose } from "./sparse-matrix.ts";
export { SymmetricMatrix } from "./symmetric-matrix.ts";
export { type GradientSink, type Origin, Tensor } from "./tensor.ts";
