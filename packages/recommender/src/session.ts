import { KithError } from "@kith/core-tensors";
import type { Id, Vocabulary } from "@kith/data";
import type { Ranking, RecommendOptions } from "./ranking.ts";
import type { SessionStates } from "./session-recommender.ts";

/** What a session needs of its model. */
interface Bond {
  /** Whether the model is what it was when the session began. */
  isCurrent(): boolean;
  rank(seen: () => Uint32Array, options: RecommendOptions): Ranking;
}

/** A session under way: `next` for every click, `recommend` at any time. It keeps what the model needs to go on, and nothing to be freed. */
export interface Session {
  /** Clicks so far on items that the model knows. */
  readonly clicks: number;
  /**
   * One more click.
   * @returns whether the model knows the item: one that it does not know says nothing to it, and the session stays as it was
   * @throws KithError when the model was trained again since the session began
   */
  next(item: Id): boolean;
  /**
   * The items that come next, best first.
   * @throws KithError before the first click on an item that the model knows, or when the model was trained again
   */
  recommend(options?: RecommendOptions): Ranking;
}

/** The session that a model makes. */
export class OpenSession implements Session {
  readonly #model: { readonly name: string; readonly items: Vocabulary };
  readonly #states: SessionStates;
  readonly #bond: Bond;
  readonly #seen = new Set<number>();
  #clicks = 0;

  constructor(
    model: { readonly name: string; readonly items: Vocabulary },
    states: SessionStates,
    bond: Bond,
  ) {
    this.#model = model;
    this.#states = states;
    this.#bond = bond;
  }

  get clicks(): number {
    return this.#clicks;
  }

  next(item: Id): boolean {
    this.#check();
    const index = this.#model.items.indexOf(item);
    if (index < 0) return false;
    this.#states.step(Uint32Array.of(index));
    this.#seen.add(index);
    this.#clicks++;
    return true;
  }

  recommend(options: RecommendOptions = {}): Ranking {
    this.#check();
    if (this.#clicks === 0)
      throw new KithError(
        `${this.#model.name}: the session has no click on an item that the model knows yet; until then recommend what is popular`,
      );
    return this.#bond.rank(() => Uint32Array.from(this.#seen).sort(), options);
  }

  /** A session belongs to what the model had learned when it began. */
  #check(): void {
    if (!this.#bond.isCurrent())
      throw new KithError(
        `${this.#model.name}: the model was trained again since this session began; begin a new one with model.session()`,
      );
  }
}
