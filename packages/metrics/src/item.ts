/** What names an item: the caller's own id or a dense index. */
export type Item = string | number;
