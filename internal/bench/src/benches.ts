import type { Bench } from "./bench.ts";
import { adjacencyMlpBench } from "./benches/adjacency-mlp.ts";
import { autoencodersBench } from "./benches/autoencoders.ts";
import { closedFormBench } from "./benches/closed-form.ts";
import { convergenceBench } from "./benches/convergence.ts";
import { coraBench } from "./benches/cora.ts";
import { egesBench } from "./benches/eges.ts";
import { epochTimesBench } from "./benches/epoch-times.ts";
import { factorSpeedBench } from "./benches/factor-speed.ts";
import { graphGowallaBench } from "./benches/graph-gowalla.ts";
import { graphModelsBench } from "./benches/graph-models.ts";
import { gru4recSeedsBench } from "./benches/gru4rec-seeds.ts";
import { itemEmbeddingsBench } from "./benches/item-embeddings.ts";
import { kernelsBench } from "./benches/kernels.ts";
import { largeGraphBench } from "./benches/large-graph.ts";
import { lightgcnBench, lightgcnFastBench } from "./benches/lightgcn.ts";
import { linkPredictionBench } from "./benches/link-prediction.ts";
import { ncfBench } from "./benches/ncf.ts";
import { ncfSpeedBench } from "./benches/ncf-speed.ts";
import { ratingsBench } from "./benches/ratings.ts";
import { readersBench } from "./benches/readers.ts";
import { samplingBench } from "./benches/sampling.ts";
import { seedArticleBench } from "./benches/seed-article.ts";
import { sessionFindingsBench } from "./benches/session-findings.ts";
import { sessionLatencyBench } from "./benches/session-latency.ts";
import { sessionModelsBench } from "./benches/session-models.ts";
import { sessionSpeedBench } from "./benches/session-speed.ts";
import { vaeSpeedBench } from "./benches/vae-speed.ts";
import { walksBench } from "./benches/walks.ts";
import { word2vecBench } from "./benches/word2vec.ts";

/** All there are, by name. */
export const benches: readonly Bench[] = [
  kernelsBench,
  samplingBench,
  readersBench,
  lightgcnBench,
  lightgcnFastBench,
  walksBench,
  word2vecBench,
  linkPredictionBench,
  egesBench,
  itemEmbeddingsBench,
  seedArticleBench,
  coraBench,
  convergenceBench,
  epochTimesBench,
  graphModelsBench,
  graphGowallaBench,
  largeGraphBench,
  adjacencyMlpBench,
  closedFormBench,
  ratingsBench,
  autoencodersBench,
  factorSpeedBench,
  ncfBench,
  ncfSpeedBench,
  vaeSpeedBench,
  sessionModelsBench,
  sessionFindingsBench,
  gru4recSeedsBench,
  sessionSpeedBench,
  sessionLatencyBench,
];
