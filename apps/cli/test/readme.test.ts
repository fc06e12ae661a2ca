import { join } from "node:path";
import * as data from "@kith/data";
import * as modelsGnn from "@kith/models-gnn";
import { runReadmeExample } from "@kith/testkit";

test("the first example in the repository's README runs, and recommends what its comment says", async () => {
  const recommend = jest.spyOn(modelsGnn.LightGCN.prototype, "recommend");
  const modules = { "@kith/data": data, "@kith/models-gnn": modelsGnn };
  const { code } = await runReadmeExample(join(__dirname, "../../../README.md"), { modules });
  const firsts = [
    ...code.matchAll(/model\.recommend\("ann", .*\); \/\/ \{ items: \["(\w+)", …\]/g),
  ];
  expect(firsts).toHaveLength(1);
  expect(recommend.mock.results[0].value.items[0]).toBe(firsts[0][1]);
  expect(recommend.mock.results[1].value.items).toHaveLength(2);
});
