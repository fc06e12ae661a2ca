/** The items of each user: user u has items[offsets[u]] … items[offsets[u + 1]], ascending. */
export interface ItemsByUser {
  /** Shape [users + 1]. */
  readonly offsets: Uint32Array;
  /** Shape [distinct pairs]. */
  readonly items: Uint32Array;
}

/** How often each of 0 … size − 1 is in `column`. Shape [size]. */
export function countsOf(column: Uint32Array, size: number): Uint32Array {
  const counts = new Uint32Array(size);
  for (let row = 0; row < column.length; row++) counts[column[row]]++;
  return counts;
}

/** `rows` in ascending order of column[row]; equal ones keep their order. One counting sort, so linear. */
export function sortedBy(column: Uint32Array, size: number, rows?: Uint32Array): Uint32Array {
  const length = rows?.length ?? column.length;
  const next = new Uint32Array(size + 1);
  for (let i = 0; i < length; i++) next[column[rows ? rows[i] : i] + 1]++;
  for (let key = 0; key < size; key++) next[key + 1] += next[key];
  const sorted = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const row = rows ? rows[i] : i;
    sorted[next[column[row]]++] = row;
  }
  return sorted;
}

/** All rows in ascending order of (user, item); equal pairs keep their order. Shape [rows]. */
export function rowsByPair(
  user: Uint32Array,
  item: Uint32Array,
  users: number,
  items: number,
): Uint32Array {
  return sortedBy(user, users, sortedBy(item, items));
}

/**
 * Each user's distinct items, ascending; in linear time: transposed twice, users by item and then items by user, which come
 * in ascending order. Reads are sequential, only writes jump.
 */
export function itemsByUser(
  user: Uint32Array,
  item: Uint32Array,
  users: number,
  items: number,
): ItemsByUser {
  const usersOfItems = new Uint32Array(user.length);
  const itemEnds = startsOf(item, items);
  for (let row = 0; row < user.length; row++) usersOfItems[itemEnds[item[row]]++] = user[row];

  const starts = startsOf(user, users);
  const ends = starts.slice();
  const itemsOfUsers = new Uint32Array(user.length);
  for (let i = 0, at = 0; i < items; i++) {
    for (; at < itemEnds[i]; at++) {
      const u = usersOfItems[at];
      const end = ends[u];
      if (end > starts[u] && itemsOfUsers[end - 1] === i) continue; // the same pair again
      itemsOfUsers[end] = i;
      ends[u] = end + 1;
    }
  }
  return packed(starts, ends, itemsOfUsers, users);
}

/** Closes the gaps that duplicates have left. */
function packed(
  starts: Uint32Array,
  ends: Uint32Array,
  itemsOfUsers: Uint32Array,
  users: number,
): ItemsByUser {
  const offsets = new Uint32Array(users + 1);
  for (let u = 0; u < users; u++) {
    offsets[u + 1] = offsets[u] + ends[u] - starts[u];
    if (offsets[u] < starts[u]) itemsOfUsers.copyWithin(offsets[u], starts[u], ends[u]);
  }
  const size = offsets[users];
  return {
    offsets,
    items: size < itemsOfUsers.length ? itemsOfUsers.slice(0, size) : itemsOfUsers,
  };
}

/** Where each key's part begins when rows are sorted by `column`. Shape [size + 1]. */
function startsOf(column: Uint32Array, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (let row = 0; row < column.length; row++) starts[column[row] + 1]++;
  for (let key = 0; key < size; key++) starts[key + 1] += starts[key];
  return starts;
}
