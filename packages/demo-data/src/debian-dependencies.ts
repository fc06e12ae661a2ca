import { description, interactions, items, users } from "./debian-dependencies.generated.ts";

/** What the data set is, where it comes from and on what terms. */
export interface Description {
  readonly title: string;
  /** The release, archive area and architecture it was read from. */
  readonly release: string;
  /** The day it was derived, as YYYY-MM-DD. */
  readonly date: string;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Of the gzip files in the repository, by file name. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly terms: string;
}

/** The tables as bytes of tab-separated values, UTF-8, with a header line. */
export interface DebianDependencies {
  /** Columns user, item: a source package and a binary package it needs. */
  readonly interactions: Uint8Array;
  /** Columns item, section, tags, description. */
  readonly items: Uint8Array;
  /** Columns user, section, description. */
  readonly users: Uint8Array;
  readonly description: Description;
}

/** Which package of Debian needs which others. Unpacked anew on each call, in some hundredths of a second. */
export async function debianDependencies(): Promise<DebianDependencies> {
  const [interactionBytes, itemBytes, userBytes] = await Promise.all(
    [interactions, items, users].map(unpacked),
  );
  return { interactions: interactionBytes, items: itemBytes, users: userBytes, description };
}

async function unpacked(base64: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
