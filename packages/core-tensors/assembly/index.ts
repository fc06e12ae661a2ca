// Every kernel takes (begin, end, scratch, …): the part of the work to do and this thread's scratch memory.
export { activate, activateBackward, combine, multiply, scale } from "./elementwise";
export { eges } from "./eges";
export { factorize } from "./factorize";
export { gemm } from "./gemm";
export { adagrad, adagradRows, adam, adamRows } from "./optim";
export { dropout, sampleTriples } from "./random";
export { addScaledRows, gatherRows, normalizeRows, normalizeRowsBackward, rowDot, scatterAddRows } from "./rows";
export { logSoftmax, softmax, softmaxCrossEntropy } from "./softmax";
export { spmm, spmmFromRows, spmmRows } from "./spmm";
export { packItems, scoreTopK, topK } from "./top-k";
export { sharedSkipGram } from "./shared-skip-gram";
export { skipGram } from "./skip-gram";
export { walks } from "./walks";
