// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import {
  bootstrapInterval,
  gauc,
  type Item,
  type Metric,
  type MetricName,
  ndcgExponential,
  novelty,
  parseMetric,
  rankOf,
  recall,
  type TiePolicy,
  wilcoxonSignedRank,
} from "../src/index.ts";

const random = (): number => 0.5;
const policy = "mean" as TiePolicy;

// Right uses.
recall(["a"], new Set(["a"]), 10) satisfies number;
recall(new Uint32Array(3), new Set([1]), 10);
const frozen: readonly string[] = ["a"];
const held: ReadonlySet<string> = new Set(["a"]);
recall(frozen, held, 5);
const metric: Metric = parseMetric("recall@20");
metric.ofHits(new Uint8Array(20), 3) satisfies number;
metric.name satisfies MetricName;
const id: Item = "a";
recall([id], new Set<Item>([1, "a"]), 1);
rankOf([1, 2], 0, "mean");
rankOf([1, 2], 0, policy, random);
novelty(["a"], (item: string) => item.length);
bootstrapInterval([1, 2], { random });

// @ts-expect-error ids of two kinds never match
recall(["1"], new Set([1]), 10);
// @ts-expect-error relevant is a Set
recall([1], [1], 10);
// @ts-expect-error k is required
recall([1], new Set([1]));
// @ts-expect-error graded relevance needs grades
ndcgExponential([1], new Set([1]), 10);
// @ts-expect-error a tie policy is required
rankOf([1, 2], 0);
// @ts-expect-error "random" needs a source of chance
rankOf([1, 2], 0, "random");
// @ts-expect-error a policy that may be "random" needs one too
rankOf([1, 2], 0, policy);
// @ts-expect-error GRU4Rec's word, not ours
rankOf([1, 2], 0, "median");
// @ts-expect-error string ids have no place in a list of numbers
novelty(["a"], [1, 2]);
// @ts-expect-error the weights must be stated
gauc([1], [1], [0.5], {});
// @ts-expect-error misspelt option
wilcoxonSignedRank([1], [2], { methods: "exact" });
// @ts-expect-error undefined is not a method
wilcoxonSignedRank([1], [2], { method: undefined });
// @ts-expect-error chance comes from the caller
bootstrapInterval([1], { iterations: 10 });
// @ts-expect-error a metric cannot be changed
metric.k = 10;
