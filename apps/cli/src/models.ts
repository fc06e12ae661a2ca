import type { Rule } from "@kith/core-tensors";
import { DeepWalk, Eges, Item2Vec, Node2Vec } from "@kith/embeddings-w2v";
import { AutoRec, CDAE, MultDAE, MultVAE, RecVAE } from "@kith/models-ae";
import {
  EASE,
  GMF,
  IALS,
  ItemKNN,
  ItemMatrixFactorization,
  MatrixFactorization,
  MLP,
  NeuMF,
  Popularity,
  RP3beta,
} from "@kith/models-cf";
import { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL } from "@kith/models-gnn";
import {
  GRU4Rec,
  MarkovChain,
  NARM,
  SessionItemKNN,
  SessionPopularity,
  SPop,
  STAN,
  VSKNN,
} from "@kith/models-rnn";
import { UsageError } from "./errors.ts";
import type { AnyModel, Family } from "./families/family.ts";
import { featuredPairs, pairs, sequences } from "./families/items.ts";
import { sessions } from "./families/sessions.ts";
import { featuredUsersItems, ratings, usersItems } from "./families/users-items.ts";
import {
  AUTOENCODER_HELP,
  FACTORIZATION_HELP,
  GRAPH_HELP,
  LEAST_SQUARES_HELP,
  NCF_HELP,
  NEIGHBOURS_HELP,
  RECURRENT_HELP,
  SKIP_GRAM_HELP,
  USER_FACTORS_HELP,
} from "./model-help.ts";
import { didYouMean } from "./suggest.ts";

/** The options of a model by name: what each must be, and its default. */
export type ModelRules = Readonly<Record<string, Rule<unknown>>>;

/** A class of models as the command line sees it; not by its `name`, which bundlers change. */
export interface ModelType {
  readonly rules: ModelRules;
  load(file: Uint8Array): AnyModel;
  new (options?: object): AnyModel;
}

/** A model that can be asked for by name. */
export interface Model {
  /** What stands behind --model. */
  readonly name: string;
  /** What it is called in papers, model files and messages. */
  readonly title: string;
  readonly description: string;
  /** What it learns from and is measured on. */
  readonly family: Family;
  readonly type: ModelType;
  /** Options that are what they are under this name. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Whether it learns in epochs: then it has checkpoints and can be resumed. */
  readonly hasEpochs: boolean;
  /** What each of its options does, for --help, where models with the same one stand together. */
  readonly help: Readonly<Record<string, string>>;
}

/** What the recommenders on the graph of users and items have in common. */
const onGraph = { hasEpochs: true, help: GRAPH_HELP };
const encoding = { family: usersItems as Family, hasEpochs: true, help: AUTOENCODER_HELP };
const ofNcf = { hasEpochs: true, help: NCF_HELP, family: usersItems as Family };
const ofSessions = { family: sessions as Family };
const fromIds = { ...onGraph, family: usersItems as Family };
const fromFeatures = { ...onGraph, family: featuredUsersItems as Family };

export const MODELS: readonly Model[] = [
  {
    ...fromIds,
    name: "lightgcn",
    title: "LightGCN",
    description: "embeddings smoothed over the graph of users and items",
    type: LightGCN as unknown as ModelType, // its constructor takes more than `object`, which resolveOptions checks
  },
  {
    ...fromIds,
    name: "xsimgcl",
    title: "XSimGCL",
    description: "lightgcn with noise in training and a contrastive loss",
    type: XSimGCL as unknown as ModelType,
  },
  {
    ...fromIds,
    name: "ngcf",
    title: "NGCF",
    description: "messages that know how alike a user and an item are",
    type: NGCF as unknown as ModelType,
  },
  {
    ...fromFeatures,
    name: "gcn",
    title: "GCN",
    description: "graph convolutions; reads --features of items",
    type: GCN as unknown as ModelType,
  },
  {
    ...fromFeatures,
    name: "gat",
    title: "GAT",
    description: "attention of each node to its neighbours; reads --features",
    type: GAT as unknown as ModelType,
  },
  {
    ...fromFeatures,
    name: "graphsage",
    title: "GraphSAGE",
    description: "drawn neighbours, for large graphs; reads --features",
    type: GraphSAGE as unknown as ModelType,
  },
  {
    ...fromFeatures,
    name: "pinsage",
    title: "PinSage",
    description: "items by what walks from them visit most; reads --features",
    type: PinSage as unknown as ModelType,
  },
  {
    ...encoding,
    name: "mult-vae",
    title: "MultVAE",
    description: "variational autoencoder of what users have, with a multinomial likelihood",
    type: MultVAE as unknown as ModelType,
  },
  {
    ...encoding,
    name: "mult-dae",
    title: "MultDAE",
    description: "denoising autoencoder with the same likelihood",
    type: MultDAE as unknown as ModelType,
  },
  {
    ...encoding,
    name: "rec-vae",
    title: "RecVAE",
    description: "a deeper one, whose encoder and decoder take turns",
    type: RecVAE as unknown as ModelType,
  },
  {
    ...encoding,
    name: "cdae",
    title: "CDAE",
    description: "denoising autoencoder whose users have a vector of their own",
    type: CDAE as unknown as ModelType,
  },
  {
    ...encoding,
    name: "autorec",
    title: "AutoRec",
    description: "autoencoder of ratings, of items or of users",
    family: ratings as Family,
    type: AutoRec as unknown as ModelType,
  },
  {
    name: "mf",
    title: "MatrixFactorization",
    description: "matrix factorisation by gradient descent: bpr, bce, squared error or ratings",
    family: usersItems as Family,
    type: MatrixFactorization as unknown as ModelType,
    hasEpochs: true,
    help: USER_FACTORS_HELP,
  },
  {
    name: "ials",
    title: "IALS",
    description: "matrix factorisation of all users × items by least squares",
    family: usersItems as Family,
    type: IALS as unknown as ModelType,
    hasEpochs: true,
    help: LEAST_SQUARES_HELP,
  },
  {
    name: "ease",
    title: "EASE",
    description: "a weight for each pair of items, in closed form; up to 20,000 items or so",
    family: usersItems as Family,
    type: EASE as unknown as ModelType,
    hasEpochs: false,
    help: { regularization: "weight of the L2 penalty" },
  },
  {
    name: "rp3-beta",
    title: "RP3beta",
    description: "items at the end of walks of three steps, less popular ones raised",
    family: usersItems as Family,
    type: RP3beta as unknown as ModelType,
    hasEpochs: false,
    help: {
      neighbours: "items that each item keeps as those most walks to it come through",
      alpha: "the power of each step's probability",
      beta: "the power of an item's users that its scores are divided by",
    },
  },
  {
    ...ofNcf,
    name: "gmf",
    title: "GMF",
    description: "a dot product of user and item whose terms have weights",
    type: GMF as unknown as ModelType,
  },
  {
    ...ofNcf,
    name: "mlp",
    title: "MLP",
    description: "layers that read a user's and an item's embedding",
    type: MLP as unknown as ModelType,
  },
  {
    ...ofNcf,
    name: "neumf",
    title: "NeuMF",
    description: "gmf and mlp under one output; --pretrain-epochs learns them first",
    type: NeuMF as unknown as ModelType,
  },
  {
    name: "item-knn",
    title: "ItemKNN",
    description: "items that the same users have: nearest neighbours by cosine",
    family: usersItems as Family,
    type: ItemKNN as unknown as ModelType,
    hasEpochs: false,
    help: {
      neighbours: "items that each item keeps as its most similar ones",
      shrinkage: "pulls similarities that few users attest towards 0",
    },
  },
  {
    name: "popularity",
    title: "Popularity",
    description: "what most users have: the baseline",
    family: usersItems as Family,
    type: Popularity as unknown as ModelType,
    hasEpochs: false,
    help: {},
  },
  {
    name: "deepwalk",
    title: "DeepWalk",
    description: "pairs of items: random walks over their graph, read by word2vec",
    family: pairs as Family,
    type: DeepWalk as unknown as ModelType,
    hasEpochs: true,
    help: SKIP_GRAM_HELP,
  },
  {
    name: "node2vec",
    title: "Node2Vec",
    description:
      "the same with walks that lean towards going back (p), staying near or going far (q)",
    family: pairs as Family,
    type: Node2Vec as unknown as ModelType,
    hasEpochs: true,
    help: SKIP_GRAM_HELP,
  },
  {
    name: "item2vec",
    title: "Item2Vec",
    description: "sequences of items, such as sessions and baskets, read by word2vec",
    family: sequences as Family,
    type: Item2Vec as unknown as ModelType,
    preset: { marketNegatives: 0 }, // files of sequences say nothing about markets
    hasEpochs: true,
    help: SKIP_GRAM_HELP,
  },
  {
    name: "eges",
    title: "Eges",
    description:
      "deepwalk with side information of items, weighted anew for each item (--features)",
    family: featuredPairs as Family,
    type: Eges as unknown as ModelType,
    hasEpochs: true,
    help: SKIP_GRAM_HELP,
  },
  {
    name: "item-mf",
    title: "ItemMatrixFactorization",
    description: "matrix factorisation of pairs of items, or of walks over their graph",
    family: pairs as Family,
    type: ItemMatrixFactorization as unknown as ModelType,
    preset: { biases: false },
    hasEpochs: true,
    help: FACTORIZATION_HELP,
  },
  {
    name: "item-mf-bias",
    title: "ItemMatrixFactorization",
    description: "the same with a bias for each item",
    family: pairs as Family,
    type: ItemMatrixFactorization as unknown as ModelType,
    preset: { biases: true },
    hasEpochs: true,
    help: FACTORIZATION_HELP,
  },
  {
    ...ofSessions,
    name: "gru4rec",
    title: "GRU4Rec",
    description: "sessions: a recurrent network reads them click by click",
    type: GRU4Rec as unknown as ModelType,
    hasEpochs: true,
    help: RECURRENT_HELP,
  },
  {
    ...ofSessions,
    name: "narm",
    title: "NARM",
    description: "sessions: a recurrent network with attention to all clicks (--explain)",
    type: NARM as unknown as ModelType,
    hasEpochs: true,
    help: RECURRENT_HELP,
  },
  {
    ...ofSessions,
    name: "vsknn",
    title: "VSKNN",
    description: "sessions: what sessions with the same items went on to; no training",
    type: VSKNN as unknown as ModelType,
    hasEpochs: false,
    help: NEIGHBOURS_HELP,
  },
  {
    ...ofSessions,
    name: "stan",
    title: "STAN",
    description: "the same, weighted by place and by how long ago",
    type: STAN as unknown as ModelType,
    hasEpochs: false,
    help: NEIGHBOURS_HELP,
  },
  {
    ...ofSessions,
    name: "markov",
    title: "MarkovChain",
    description: "sessions: what most often came next after the last item",
    type: MarkovChain as unknown as ModelType,
    hasEpochs: false,
    help: NEIGHBOURS_HELP,
  },
  {
    ...ofSessions,
    name: "session-knn",
    title: "SessionItemKNN",
    description: "sessions: items that share most sessions with the last one",
    type: SessionItemKNN as unknown as ModelType,
    hasEpochs: false,
    help: NEIGHBOURS_HELP,
  },
  {
    ...ofSessions,
    name: "s-pop",
    title: "SPop",
    description: "sessions: what the session clicked most often, then what all do",
    type: SPop as unknown as ModelType,
    hasEpochs: false,
    help: {},
  },
  {
    ...ofSessions,
    name: "session-popularity",
    title: "SessionPopularity",
    description: "sessions: what is clicked most often: the baseline",
    type: SessionPopularity as unknown as ModelType,
    hasEpochs: false,
    help: {},
  },
];

/** The options of a model that can be chosen. */
export function rulesOf({ type, preset = {} }: Model): ModelRules {
  return Object.fromEntries(
    Object.entries(type.rules).filter(([name]) => !Object.hasOwn(preset, name)),
  );
}

/**
 * A model by the name on the command line or the one in files and papers: case, "-" and "_" do not matter.
 * @throws UsageError naming those there are
 */
export function modelNamed(name: string): Model {
  const found = MODELS.find((model) =>
    [model.name, model.title].some((each) => plain(each) === plain(name)),
  );
  if (found) return found;
  const names = MODELS.map((model) => model.name);
  throw new UsageError(
    `there is no model ${JSON.stringify(name)}${didYouMean(name, names)}; the models are ${names.join(", ")}`,
  );
}

/** What a trained or loaded model is called on the command line: by its class, and by the options that belong to the name. */
export function modelOf(model: AnyModel): Model {
  const options = model.options as Readonly<Record<string, unknown>>;
  const found = MODELS.find(
    ({ title, preset = {} }) =>
      title === model.name && Object.entries(preset).every(([name, is]) => options[name] === is),
  );
  return found ?? modelNamed(model.name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}
