// Compiles assembly/ twice (SIMD, and relaxed SIMD for fused multiply-add) and embeds both as base64, so that
// the package needs no file path at run time: bundlers, jest and browsers load it as any module.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

async function compile(features) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [
      "assembly/index.ts",
      "--outFile",
      "out.wasm",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--importMemory",
      "--sharedMemory",
      "--initialMemory",
      "1",
      "--maximumMemory",
      "65536",
      "--memoryBase",
      "1024",
      "--enable",
      features,
      "--noColors",
    ],
    {
      writeFile: (name, contents) => files.set(name.replace(/^.*\//, ""), contents),
      baseDir: root,
    },
  );
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  return Buffer.from(files.get("out.wasm"));
}

const simd = await compile("simd,threads,bulk-memory");
const relaxed = await compile("simd,threads,bulk-memory,relaxed-simd");
const out = join(root, "src/kernels/wasm-binary.generated.ts");
mkdirSync(dirname(out), { recursive: true });
writeFileSync(
  out,
  `// Made by scripts/build-wasm.mjs from assembly/.
export const simdBinary: string = "${simd.toString("base64")}";
export const relaxedSimdBinary: string = "${relaxed.toString("base64")}";
`,
);
console.log(`wasm: simd ${simd.length} bytes, relaxed ${relaxed.length} bytes`);
