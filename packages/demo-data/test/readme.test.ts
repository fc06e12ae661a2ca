import { join } from "node:path";
import * as demoData from "@kith/demo-data";
import { runReadmeExample } from "@kith/testkit";

test("the README's example runs and prints what its comments say", async () => {
  const modules = { "@kith/demo-data": demoData };
  const { says, printed } = await runReadmeExample(join(__dirname, "../README.md"), { modules });
  expect(printed.map((text) => text.trimEnd())).toEqual(says);
  expect(printed).toHaveLength(2);
});
