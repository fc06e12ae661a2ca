import { FormatError } from "@kith/core-tensors";
import { type Interactions, ItemPairs, type PairsReport, readItemPairs } from "@kith/data";
import { CliError } from "./errors.ts";
import { openBytes } from "./files.ts";
import { DEMO, loadInteractions } from "./load-data.ts";
import { type PairFlags, pairOptions, tellBadRows } from "./read-flags.ts";
import { count, number, type Tell } from "./words.ts";

/** Reads a file of pairs of items, or the embedded data as pairs of a package and a library; of one relation where that is asked for. */
export async function loadPairs(
  path: string,
  flags: PairFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<{ data: ItemPairs; report?: PairsReport }> {
  if (path === DEMO)
    return { data: asPairs((await loadInteractions(DEMO, {}, tell, signal)).data) };
  const { data, report } = await readItemPairs(
    await openBytes(path),
    pairOptions(path, flags, signal),
  );
  tellBadRows(path, report, tell);
  return { data: ofRelation(path, data, flags.relation), report };
}

/**
 * Reads pairs to learn from: those of label 0 are left out, and those that are no edges are told.
 * @throws CliError when none is an edge
 */
export async function loadEdges(
  path: string,
  flags: PairFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<ItemPairs> {
  const data = positivesOf(path, await loadMaybeLabelled(path, flags, tell, signal), tell);
  const { source, target, weight, length } = data;
  let [loops, zeros, edges] = [0, 0, 0];
  for (let row = 0; row < length; row++)
    if (source[row] === target[row]) loops++;
    else if (weight?.[row] === 0) zeros++;
    else edges++;
  if (edges === 0)
    throw new CliError(
      `${path}: no pair is an edge: of ${count(length, "pair")}, ${number(loops)} are of an item with itself and ${number(zeros)} weigh 0`,
    );
  if (loops > 0) tell(`${path}: ${count(loops, "pair")} of an item with itself: no edge`);
  if (zeros > 0) tell(`${path}: ${count(zeros, "pair")} of weight 0: no edge`);
  return data;
}

/** The column that is named for labels is that of the pairs to be told apart; these may have it, too. */
async function loadMaybeLabelled(
  path: string,
  flags: PairFlags,
  tell: Tell,
  signal: AbortSignal | undefined,
): Promise<ItemPairs> {
  try {
    return (await loadPairs(path, flags, tell, signal)).data;
  } catch (error) {
    const isMissing =
      error instanceof FormatError &&
      typeof flags.labelCol === "string" &&
      error.message.includes(`there is no column ${JSON.stringify(flags.labelCol)}`);
    if (!isMissing) throw error;
    return (await loadPairs(path, { ...flags, labelCol: false }, tell, signal)).data;
  }
}

function positivesOf(path: string, data: ItemPairs, tell: Tell): ItemPairs {
  const { label, length } = data;
  if (!label) return data;
  const negatives = length - label.reduce((sum, one) => sum + one, 0);
  if (negatives === length)
    throw new CliError(
      `${path}: all ${number(length)} pairs have label 0; there is none to learn from`,
    );
  if (negatives > 0) tell(`${path}: ${count(negatives, "pair")} of label 0 left out`);
  return withoutLabels(data.select((row) => label[row] === 1));
}

/**
 * Reads pairs to be told apart.
 * @throws CliError unless there are labels of both kinds
 */
export async function loadLabelled(
  flag: string,
  path: string,
  flags: PairFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<ItemPairs> {
  const { data } = await loadPairs(path, { ...flags, weightCol: false }, tell, signal);
  if (!data.label)
    throw new CliError(
      `${flag} ${path} has no column named label, with 1 for pairs that are there and 0 for those that are not; name it with --label-col (train --split pairs makes such pairs itself)`,
    );
  const positives = data.label.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === data.length)
    throw new CliError(
      `${flag} ${path}: all ${number(data.length)} pairs have label ${data.label[0]}; pairs of both labels are needed`,
    );
  return data;
}

function ofRelation(path: string, data: ItemPairs, relation: string | undefined): ItemPairs {
  if (relation === undefined) return data;
  const { relations, relation: of } = data;
  if (!relations || !of)
    throw new CliError(
      `${path}: --relation ${relation} needs a column that is named relation, rel or type; name another with --relation-col`,
    );
  const wanted = relations.indexOf(relation);
  if (wanted < 0) {
    const some = relations.ids().slice(0, 20).join(", ");
    throw new CliError(
      `${path}: there is no relation ${JSON.stringify(relation)}; there ${relations.size === 1 ? "is" : "are"} ${some}${relations.size > 20 ? ", …" : ""}`,
    );
  }
  return data.select((row) => of[row] === wanted).compact();
}

function withoutLabels({
  items,
  source,
  target,
  weight,
  relation,
  relations,
}: ItemPairs): ItemPairs {
  return ItemPairs.fromColumns({ items, source, target, weight, relation, relations });
}

/** Users and items in one vocabulary. */
function asPairs({ users, items, user, item, length }: Interactions): ItemPairs {
  function* rows(): Generator<[string, string]> {
    for (let row = 0; row < length; row++)
      yield [String(users.id(user[row])), String(items.id(item[row]))];
  }
  return ItemPairs.from(rows());
}
