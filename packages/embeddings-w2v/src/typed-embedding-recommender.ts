import { OptionError, UnknownIdError } from "@kith/core-tensors";
import type { Id, Vocabulary } from "@kith/data";
import {
  AdditiveRecommender,
  type Learned,
  type Profile,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  TensorReader,
  type UserQuery,
} from "@kith/recommender";

/** Somebody the model was not trained on: their type, what they liked, or both. */
export interface TypedProfile extends Profile {
  /** Dense number of a type of users. */
  readonly type?: number | undefined;
}

interface TypedSubject extends Subject {
  readonly type?: number | undefined;
}

/** Types of users, and their vectors. */
interface UserTypes {
  readonly ids: Vocabulary;
  /** [types, dim] */
  readonly vectors: StoredTensor & { readonly data: Float32Array };
}

/** The models whose score is a dot product, and which answer for a type of users, too. */
export abstract class TypedEmbeddingRecommender extends AdditiveRecommender {
  #types: UserTypes | undefined;

  /** Remembers the types of users, if there are any. */
  protected learnUserTypes(types: UserTypes | undefined): void {
    this.#types = types;
  }

  /** The types that users can be of. */
  get userTypes(): readonly Id[] {
    return this.#types?.ids.ids() ?? [];
  }

  /**
   * A query for somebody the model has never seen, from the items they liked, their type, or both: then the mean of what both say.
   * @throws UnknownIdError for an item or type that the model does not know
   * @throws KithError when there is neither
   */
  override foldIn(
    history: Iterable<Id>,
    { userType }: { readonly userType?: Id | undefined } = {},
  ): TypedProfile {
    if (userType === undefined) return super.foldIn(history);
    const items = this.historyIndices(history);
    const type = this.#types?.ids.indexOf(userType) ?? -1;
    if (type < 0)
      throw new UnknownIdError(
        `${this.name}: user type`,
        userType,
        `the model knows ${this.userTypes.length} types of users`,
      );
    return { history: items, type };
  }

  /** The history's items by what each adds to the score; the rest of it is of the type, or of a training user's own vector. */
  override explain(query: UserQuery, item: Id): Reason[] {
    const reasons = super.explain(query, item);
    if (this.subject(query).type === undefined) return reasons;
    return reasons.map((reason) => ({ ...reason, weight: reason.weight / 2 }));
  }

  override dispose(): void {
    super.dispose();
    this.#types = undefined;
  }

  protected override subject(query: UserQuery): TypedSubject {
    const subject = super.subject(query);
    const type = typeof query === "object" ? (query as TypedProfile).type : undefined;
    if (type === undefined) return subject;
    if (!(Number.isInteger(type) && type >= 0 && type < (this.#types?.ids.size ?? 0)))
      throw new OptionError(
        this.name,
        "query",
        "must be a profile that foldIn() of this model made",
      );
    return { ...subject, type };
  }

  protected override scoreSubjects(subjects: readonly TypedSubject[]): Scores {
    const scores = super.scoreSubjects(subjects);
    if (scores.kind !== "dot") return scores;
    const { data, columns } = scores.queries;
    subjects.forEach(({ type, history }, r) => {
      if (type === undefined || !this.#types) return;
      const row = data.subarray(r * columns, (r + 1) * columns);
      const ofType = this.#types.vectors.data.subarray(type * columns, (type + 1) * columns);
      row.set(history.length > 0 ? row.map((own, d) => (own + ofType[d]) / 2) : ofType);
    });
    return scores;
  }

  protected override learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    const tensors = super.learnedTensors();
    if (!tensors || !this.#types) return tensors;
    return { ...tensors, "userTypes.embedding": this.#types.vectors };
  }

  protected override learned(): Learned | undefined {
    const learned = super.learned();
    if (!learned || !this.#types) return learned;
    return { ...learned, vocabularies: { ...learned.vocabularies, userTypes: this.#types.ids } };
  }

  protected override adopt(learned: Learned): void {
    const read = new TensorReader(this.name, learned.tensors);
    const { userTypes: ids } = learned.vocabularies;
    let types: UserTypes | undefined;
    if (ids) {
      const [, dim] = read.float32("users.embedding", [-1, -1]).shape;
      types = { ids, vectors: read.finite("userTypes.embedding", [ids.size, dim]) };
    }
    super.adopt(learned);
    this.#types = types;
  }
}
