import { NotFittedError, NotSupportedError, Tensor, TrainingError } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  type Epoch,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
  UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";
import { NcfAnswers } from "./ncf-answers.ts";
import { foldInRow } from "./ncf-fold-in.ts";
import type { NcfSettings } from "./ncf-options.ts";
import { NcfParts } from "./ncf-parts.ts";
import { NcfTraining, type NcfTrainingOptions } from "./ncf-training.ts";

/** What a model of the family is beside the options that all have. */
export interface NcfDesign {
  /** Numbers of a row that are multiplied with those of the other side; 0: none. */
  readonly dim: number;
  /** Widths of layers; none: none. */
  readonly layers: readonly number[];
  readonly optimizer: "adam" | "sgd";
  readonly pretrainEpochs: number;
  readonly alpha: number;
}

/** Neural collaborative filtering (He et al., WWW 2017, https://arxiv.org/abs/1708.05031): what GMF, MLP and NeuMF have in common, which is nearly all. */
export abstract class NcfRecommender extends UserItemRecommender {
  abstract override readonly options: NcfSettings;
  #answers: NcfAnswers | undefined;
  /** Rows of newcomers that were asked for, by their histories. */
  #rows = new WeakMap<Uint32Array, Float32Array>();

  protected abstract readonly design: NcfDesign;

  /** Fills the network before training, where it does not begin with drawn numbers; undefined where it does. */
  protected beginning(_data: Interactions): NcfTrainingOptions["begin"] {
    return undefined;
  }

  /** Binary cross-entropy with Adam; an epoch's loss is the mean over its samples. */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const begin = this.beginning(data);
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    const shape = { users: data.users.size, items: data.items.size, ...this.design };
    const training = new NcfTraining(this.name, data, shape, {
      ...this.options,
      ...this.design,
      begin,
      finish: (parts, theta) =>
        this.#answerFrom(new NcfAnswers(parts, (name) => parts.of(theta, name))),
    });
    try {
      yield* trainingLoop(this, training, options);
    } finally {
      training.dispose();
    }
  }

  /** @throws NotSupportedError always */
  override explain(_query: UserQuery, _item: Id): Reason[] {
    throw new NotSupportedError(
      `${this.name}: a score is a function of what was learned of the user as a whole, to which items of the history do not add up; ask ItemKNN or LightGCN for reasons`,
    );
  }

  dispose(): void {
    this.#answers?.dispose();
    this.#answers = undefined;
    this.#rows = new WeakMap();
  }

  /** @internal What it answers from. */
  get network(): NcfAnswers {
    if (!this.#answers) throw new NotFittedError(this.name);
    return this.#answers;
  }

  #answerFrom(answers: NcfAnswers): void {
    this.dispose();
    if (!answers.isFinite) {
      answers.dispose();
      throw new TrainingError(
        `${this.name}: what was learned is no longer finite numbers: training diverged; lower the learning rate`,
      );
    }
    this.#answers = answers;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const answers = this.network;
    const { width, shape } = answers.parts;
    const known = subjects.map(({ user, history }) =>
      user === undefined ? this.#newcomer(answers, history) : user,
    );
    const rows = Tensor.empty([subjects.length, width]);
    known.forEach((row, r) => {
      rows.data.set(typeof row === "number" ? answers.user(row) : row, r * width);
    });
    if (shape.layers.length > 0) return { kind: "all", values: answers.logits(rows) };
    return {
      kind: "dot",
      queries: answers.queries(rows),
      items: answers.tensors["items.embedding"],
    };
  }

  #newcomer(answers: NcfAnswers, history: Uint32Array): Float32Array {
    const known = this.#rows.get(history);
    if (known) return known;
    const row = foldInRow(answers, history, this.options);
    this.#rows.set(history, row);
    return row;
  }

  protected override itemVectors(): Tensor | undefined {
    return this.#answers?.tensors["items.embedding"];
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#answers?.tensors;
  }

  protected adoptTensors(tensors: TensorReader, users: number, items: number): void {
    const parts = new NcfParts({ users, items, ...this.design });
    const read = Object.fromEntries(
      Object.entries(parts.places).map(([name, { shape }]) => [
        name,
        tensors.finite(name, shape).data,
      ]),
    );
    this.#answerFrom(new NcfAnswers(parts, (name) => read[name]));
  }
}
