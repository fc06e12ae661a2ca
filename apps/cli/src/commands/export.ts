import { useBackend } from "@kith/core-tensors";
import {
  type KeyedVectors,
  writeIds,
  writeNpy,
  writeSafeTensors,
  writeWord2Vec,
} from "@kith/embeddings-w2v";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { printJson } from "../json-events.ts";
import { ProgressLine } from "../progress.ts";
import { checkApart } from "../same-file.ts";
import { vectorsOfModel } from "../vectors.ts";
import { count } from "../words.ts";

const FORMATS = ["word2vec", "word2vec-binary", "npy", "safetensors"] as const;
type Format = (typeof FORMATS)[number];

const WRITERS: Readonly<Record<Format, (vectors: KeyedVectors) => Iterable<Uint8Array>>> = {
  word2vec: (vectors) => writeWord2Vec(vectors),
  "word2vec-binary": (vectors) => writeWord2Vec(vectors, { binary: true }),
  npy: writeNpy,
  safetensors: writeSafeTensors,
};

interface ExportFlags {
  readonly modelFile?: string;
  readonly format?: Format;
  readonly out?: string;
  readonly ids?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith export --model-file items.kith --format word2vec --out vectors.txt
  kith export --model-file items.kith --format word2vec-binary --out vectors.bin
  kith export --model-file items.kith --format npy --out vectors.npy --ids ids.txt
  kith export --model-file model.kith --format safetensors --out vectors.safetensors

The vectors are as they were learned, not at length 1. word2vec and word2vec-binary are what gensim's KeyedVectors opens; npy has no
ids: --ids writes those of its rows, one a line.`;

/** \`kith export\`: the vectors of a model's items, for other programs. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .description("write the vectors of a model's items for other programs");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option("--format <name>", FORMATS.join(", "), parse.oneOf("--format", FORMATS))
    .option("--out <file>", "where to write", parse.text("--out"))
    .option("--ids <file>", "npy: where to write the ids of the rows", parse.text("--ids"))
    .option("--json", "what was written, as one JSON object on stdout")
    .option("--quiet", "no remarks")
    .addHelpText("after", EXAMPLES)
    .action(() => run(command.opts<ExportFlags>()));
}

async function run({
  modelFile,
  format,
  out,
  ids,
  json,
  quiet = false,
}: ExportFlags): Promise<void> {
  if (format === undefined)
    throw new UsageError(`--format is missing: one of ${FORMATS.join(", ")}`);
  if (out === undefined) throw new UsageError("--out is missing: the file to write");
  if (ids !== undefined && format !== "npy")
    throw new UsageError(`--ids comes with --format npy: ${format} has the ids in the file itself`);
  await checkApart(
    [
      ["--out", out],
      ["--ids", ids],
    ],
    [["--model-file", modelFile]],
  );
  for (const path of [out, ids]) if (path !== undefined) await checkWritable(path);
  await useBackend({ threads: 1 });
  const vectors = await vectorsOfModel(modelFile);
  const { items, dim } = vectors;
  await writeAtomically(out, WRITERS[format](vectors));
  if (ids !== undefined) await writeAtomically(ids, writeIds(items));
  const line = new ProgressLine({ quiet });
  line.note(`saved the vectors of ${count(items.size, "item")} × ${dim} in ${out}`);
  if (ids !== undefined) line.note(`saved their ids in ${ids}`);
  else if (format === "npy") line.note("the rows have no ids: --ids <file> would save them");
  if (json)
    await printJson({
      event: "result",
      items: items.size,
      dim,
      format,
      out,
      ...(ids !== undefined && { ids }),
    });
}
