import { gzipSync } from "node:zlib";
import { type Csr, FormatError, OptionError, Rng, ShapeError } from "@kith/core-tensors";
import { Vocabulary } from "@kith/data";
import { fromEdges, type ReadEdgesOptions, readEdges, writeEdges } from "@kith/graph";
import { dense, f32, randomPairs, u32, utf8 } from "./support.ts";

const text = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]).toString();
const read = (list: string, options?: ReadEdgesOptions) => readEdges(utf8(list), options);

describe("reading", () => {
  test("sources and targets share one vocabulary, in order of first appearance", async () => {
    const { graph, nodes, report } = await read("source\ttarget\tweight\nb\ta\t2\na\tc\t0.5\n");
    expect(nodes.ids()).toEqual(["b", "a", "c"]);
    expect(dense(graph)).toEqual([
      [0, 2, 0],
      [2, 0, 0.5],
      [0, 0.5, 0],
    ]);
    expect(report).toEqual({ rows: 2, badRows: [], badRowCount: 0, format: "tsv" });
  });

  test("columns go by name, or by place without a header", async () => {
    const named = await read("from,kind,to\na,x,b\n", { sourceColumn: "from", targetColumn: "to" });
    const placed = await read("a,b\n", { header: false });
    expect(dense(named.graph)).toEqual(dense(placed.graph));
    const swapped = await read("a,b,9\n", {
      header: false,
      directed: true,
      sourceColumn: "2",
      targetColumn: "1",
    });
    expect(swapped.nodes.ids()).toEqual(["b", "a"]);
    expect(dense(swapped.graph)).toEqual([
      [0, 9],
      [0, 0],
    ]);
    const unweighted = await read("a,b,9\n", { header: false, weightColumn: false });
    expect([...unweighted.graph.values]).toEqual([1, 1]);
  });

  test("it takes gzip, JSON lines and duplicates as told", async () => {
    const packed = await readEdges(gzipSync("source\ttarget\nx\ty\nx\ty\n"));
    expect([...packed.graph.values]).toEqual([2, 2]);
    const json = await read(
      '{"source":1,"target":2,"weight":3}\n{"source":2,"target":1,"weight":4}',
      {
        duplicates: "first",
      },
    );
    expect(json.nodes.ids()).toEqual([1, 2]);
    expect([...json.graph.values]).toEqual([3, 3]);
  });

  test("comments at the beginning can be skipped, as SNAP's lists have them", async () => {
    const list = "# Undirected graph\n# FromNodeId\tToNodeId\n0\t1\n1\t2\n";
    const { nodes, report } = await read(list, { skipLines: 2, header: false });
    expect(nodes.ids()).toEqual(["0", "1", "2"]);
    expect(report.rows).toBe(2);
  });

  test("what is wrong is said with file, line and column", async () => {
    await expect(
      read("source\ttarget\tweight\na\tb\t1\na\tc\theavy\n", { name: "edges.tsv" }),
    ).rejects.toThrow('edges.tsv, line 3, column "weight": expected a finite number, got "heavy"');
    await expect(read("a\tb\nc\td\n", { name: "edges.tsv" })).rejects.toThrow(
      'edges.tsv: there is no column "source"; the columns are "a", "b"',
    );
    await expect(read("")).rejects.toThrow(FormatError);
    await expect(
      read("source\ttarget\na\tz\n", { name: "e.tsv", nodes: Vocabulary.from(["a", "b"]) }),
    ).rejects.toThrow('e.tsv: node "z" is not among the 2 nodes given');
  });

  test("options are refused by the names they have here", async () => {
    await expect(read("", { userColumn: "a" } as never)).rejects.toThrow(
      /readEdges: option "userColumn" is unknown; it takes name, .*sourceColumn/,
    );
    await expect(read("", { sourceColumn: false } as never)).rejects.toThrow(
      'readEdges: option "sourceColumn" must be a column\'s name, got false',
    );
    await expect(read("source\ttarget\na\tb", { duplicates: "mean" } as never)).rejects.toThrow(
      OptionError,
    );
  });
});

describe("writing", () => {
  const nodes = Vocabulary.from(["a", "ü 🙂", '"q']);

  test("each undirected edge is a line, under a header", () => {
    const graph = fromEdges(
      { source: u32(0, 2), target: u32(1, 1), weight: f32(0.1, 3) },
      { nodes: 3 },
    );
    expect(text(writeEdges(graph, nodes))).toBe(
      'source\ttarget\tweight\na\tü 🙂\t0.100000001\nü 🙂\t"q\t3\n',
    );
  });

  test("a graph of one direction must be written as one", () => {
    const graph = fromEdges({ source: u32(1), target: u32(0) }, { nodes: 3, directed: true });
    expect(text(writeEdges(graph, nodes, { directed: true }))).toBe(
      "source\ttarget\tweight\nü 🙂\ta\t1\n",
    );
    expect(() => writeEdges(graph, nodes)).toThrow("pass directed: true");
  });

  test("what a list cannot hold is refused", () => {
    const graph = fromEdges({ source: u32(0), target: u32(1) }, { nodes: 3 });
    for (const id of ["a\tb", "a\nb", "a\rb", "a\0b"])
      expect(() => text(writeEdges(graph, Vocabulary.from(["x", "y", id])))).toThrow(FormatError);
    const infinite: Csr = { ...graph, values: f32(Infinity, Infinity) };
    expect(() => text(writeEdges(infinite, nodes))).toThrow("is Infinity, not finite");
    expect(() => writeEdges(graph, Vocabulary.from(["a"]))).toThrow(ShapeError);
    expect(() => writeEdges(graph, nodes, { header: false } as never)).toThrow(OptionError);
  });
});

describe("reading what was written", () => {
  test.each([true, false])("gives the same graph to the bit (directed: %s)", async (directed) => {
    const rng = new Rng(3);
    const pairs = randomPairs(9, 9000, 300, 300);
    const graph = fromEdges(
      {
        source: u32(...pairs.map(([a]) => a)),
        target: u32(...pairs.map(([, b]) => b)),
        weight: Float32Array.from(
          pairs,
          () => (rng.below(2 ** 20) - 2 ** 19) / 997 / 3 ** rng.below(60),
        ),
      },
      { nodes: 310, directed },
    );
    const nodes = Vocabulary.from(Array.from({ length: 310 }, (_, n) => `node ${(n * 7) % 310} ✓`));
    const chunks = [...writeEdges(graph, nodes, { directed })];
    expect(chunks.length).toBeGreaterThan(1);
    const again = await readEdges(Buffer.concat(chunks), { directed, nodes });
    expect(again.graph).toEqual(graph);
    expect(again.nodes).toBe(nodes);
  });

  test("without the nodes it gives the same edges, under numbers of its own", async () => {
    const graph = fromEdges(
      { source: u32(2, 0), target: u32(1, 2), weight: f32(1.5, 1e-40) },
      { nodes: 3 },
    );
    const nodes = Vocabulary.from([10, 20, 30]);
    const again = await readEdges(Buffer.concat([...writeEdges(graph, nodes)]));
    expect(again.nodes.ids()).toEqual(["10", "30", "20"]);
    expect(dense(again.graph)).toEqual([
      [0, Math.fround(1e-40), 0],
      [Math.fround(1e-40), 0, 1.5],
      [0, 1.5, 0],
    ]);
  });
});
