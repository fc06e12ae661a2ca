import { KithError } from "@kith/core-tensors";
import type { Id, Vocabulary } from "@kith/data";
import type { Ranking, RecommendOptions } from "./ranking.ts";
import type { SessionStates } from "./session-recommender.ts";

/** A session under way: `next` for every click, `recommend` at any time. It keeps what the model needs to go on, and nothing to be freed. */
export class Session {
  readonly #model: { readonly name: string; readonly items: Vocabulary };
  readonly #states: SessionStates;
  readonly #rank: (
    states: SessionStates,
    seen: () => Uint32Array,
    options: RecommendOptions,
  ) => Ranking;
  readonly #seen = new Set<number>();
  readonly #items: Vocabulary;
  #clicks = 0;

  /** @internal Made by `SessionRecommender.session`. */
  constructor(
    model: { readonly name: string; readonly items: Vocabulary },
    states: SessionStates,
    rank: (states: SessionStates, seen: () => Uint32Array, options: RecommendOptions) => Ranking,
  ) {
    this.#model = model;
    this.#items = model.items;
    this.#states = states;
    this.#rank = rank;
  }

  /** Clicks so far on items that the model knows. */
  get clicks(): number {
    return this.#clicks;
  }

  /**
   * One more click.
   * @returns whether the model knows the item: one that it does not know says nothing to it, and the session stays as it was
   */
  next(item: Id): boolean {
    this.#check();
    const index = this.#items.indexOf(item);
    if (index < 0) return false;
    this.#states.step(Uint32Array.of(index));
    this.#seen.add(index);
    this.#clicks++;
    return true;
  }

  /**
   * The items that come next, best first.
   * @throws KithError before the first click on an item that the model knows
   */
  recommend(options: RecommendOptions = {}): Ranking {
    this.#check();
    if (this.#clicks === 0)
      throw new KithError(
        `${this.#model.name}: the session has no click on an item that the model knows yet; until then recommend what is popular`,
      );
    return this.#rank(this.#states, () => Uint32Array.from(this.#seen).sort(), options);
  }

  /** A session belongs to what the model had learned when it began. */
  #check(): void {
    if (this.#model.items !== this.#items)
      throw new KithError(
        `${this.#model.name}: the model was trained again since this session began; begin a new one with model.session()`,
      );
  }
}
