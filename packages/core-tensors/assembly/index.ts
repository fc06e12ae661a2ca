// Every kernel takes (begin, end, scratch, …): the part of the work to do and this thread's scratch memory.
export { edgeDots, edgeSums, neighbourMax, scatterAddFrom, segmentSoftmax, segmentSoftmaxBackward, segmentSum, spmmHeads } from "./edges";
export { activate, activateBackward, combine, multiply, scale } from "./elementwise";
export { eges } from "./eges";
export { factorize } from "./factorize";
export { gemm } from "./gemm";
export { sampleNeighbours } from "./neighbours";
export { ncf } from "./ncf";
export { adagrad, adagradRows, adam, adamRows } from "./optim";
export { dropout, perturbRows, sampleTriples } from "./random";
export { rankCounts, rankingLoss } from "./ranking";
export { gruAfter, gruAfterBackward, gruGates, gruGatesBackward, gruState, gruStateBackward } from "./recurrent";
export { addBias, addScaledRows, columnSums, copyColumns, gatherRows, normalizeRows, normalizeRowsBackward, rowDot, scatterAddRows } from "./rows";
export { logSoftmax, softmax, softmaxCrossEntropy } from "./softmax";
export { spmm, spmmFromRows, spmmRows } from "./spmm";
export { packItems, scoreOne, scoreTopK, topK } from "./top-k";
export { sharedSkipGram } from "./shared-skip-gram";
export { skipGram } from "./skip-gram";
export { walks } from "./walks";
