/** What the article and its code's page say of their own runs, for our page to set beside ours: AUC of all and of seen pairs, and minutes on its machine. */
export const ARTICLE = {
  electronics: {
    items: 418_749,
    /** Share of the items that have any side information; of those the share without a brand. */
    coverage: 0.39,
    withoutBrand: 0.51,
    /** By the name of the implementation here. */
    runs: {
      "MF with biases on pairs": { all: 0.7951, minutes: 45 },
      node2vec: { failed: "did not finish in 64 GB" },
      "word2vec (CBOW)": { all: 0.9082, seen: 0.9735, minutes: 2.58 },
      "skip-gram": { all: 0.9554, seen: 0.9855, minutes: 23.63 },
      "skip-gram with side information, equal weights": { failed: "AUC fell to about 0.4 to 0.5" },
      "skip-gram with side information, learned weights": {
        failed: "AUC fell to about 0.4 to 0.5",
      },
      "MF with biases on walks": { all: 0.932, minutes: 70.39 },
    },
  },
  books: { matrix: 0.4996, matrixOnWalks: 0.7196, skipGram: 0.9775 },
} as const;
