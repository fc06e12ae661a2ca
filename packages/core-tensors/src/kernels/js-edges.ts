import type { Kernels } from "./kernels.ts";

const NONE = 0xffffffff;

/** The references of the kernels over the entries of sparse matrices, which are the edges of graphs. */
export const edgeKernels: Pick<
  Kernels,
  | "spmmHeads"
  | "edgeDots"
  | "edgeSums"
  | "segmentSum"
  | "segmentSoftmax"
  | "segmentSoftmaxBackward"
  | "neighbourMax"
  | "scatterAddFrom"
> = {
  spmmHeads(y, { rows, offsets, indices }, weights, x, dim, heads, order) {
    const width = dim / heads;
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < dim; c++) {
        const head = Math.floor(c / width);
        let total = 0;
        for (let k = offsets[i]; k < offsets[i + 1]; k++)
          total += weights[(order ? order[k] : k) * heads + head] * x[indices[k] * dim + c];
        y[i * dim + c] = total;
      }
  },

  edgeDots(y, { rows, offsets, indices }, targets, sources, dim, heads) {
    const width = dim / heads;
    for (let i = 0; i < rows; i++)
      for (let k = offsets[i]; k < offsets[i + 1]; k++)
        for (let head = 0; head < heads; head++) {
          let total = 0;
          for (let c = head * width; c < (head + 1) * width; c++)
            total += targets[i * dim + c] * sources[indices[k] * dim + c];
          y[k * heads + head] = total;
        }
  },

  edgeSums(y, { rows, offsets, indices }, targets, sources, width) {
    for (let i = 0; i < rows; i++)
      for (let k = offsets[i]; k < offsets[i + 1]; k++)
        for (let c = 0; c < width; c++)
          y[k * width + c] = targets[i * width + c] + sources[indices[k] * width + c];
  },

  segmentSum(y, offsets, x, width, order) {
    for (let i = 0; i < offsets.length - 1; i++)
      for (let c = 0; c < width; c++) {
        let total = 0;
        for (let k = offsets[i]; k < offsets[i + 1]; k++)
          total += x[(order ? order[k] : k) * width + c];
        y[i * width + c] = total;
      }
  },

  segmentSoftmax(y, offsets, x, heads) {
    for (let i = 0; i < offsets.length - 1; i++)
      for (let head = 0; head < heads; head++) {
        const [begin, end] = [offsets[i] * heads + head, offsets[i + 1] * heads];
        let most = Number.NEGATIVE_INFINITY;
        for (let k = begin; k < end; k += heads) if (x[k] > most) most = x[k];
        let total = 0;
        for (let k = begin; k < end; k += heads) {
          y[k] = Math.exp(x[k] - most);
          total += y[k];
        }
        for (let k = begin; k < end; k += heads) y[k] /= total;
      }
  },

  segmentSoftmaxBackward(dx, offsets, y, dy, heads) {
    for (let i = 0; i < offsets.length - 1; i++)
      for (let head = 0; head < heads; head++) {
        const [begin, end] = [offsets[i] * heads + head, offsets[i + 1] * heads];
        let along = 0;
        for (let k = begin; k < end; k += heads) along += y[k] * dy[k];
        for (let k = begin; k < end; k += heads) dx[k] = y[k] * (dy[k] - along);
      }
  },

  neighbourMax(y, from, { rows, offsets, indices }, x, dim) {
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < dim; c++) {
        let [most, at] = [0, NONE];
        for (let k = offsets[i]; k < offsets[i + 1]; k++) {
          const value = x[indices[k] * dim + c];
          if (at === NONE || value > most) [most, at] = [value, indices[k]];
        }
        y[i * dim + c] = most;
        from[i * dim + c] = at;
      }
  },

  scatterAddFrom(y, x, from, dim) {
    for (let i = 0; i < x.length; i++) if (from[i] !== NONE) y[from[i] * dim + (i % dim)] += x[i];
  },
};
