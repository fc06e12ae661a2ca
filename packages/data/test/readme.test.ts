import { join } from "node:path";
import * as data from "@kith/data";
import { runReadmeExample } from "@kith/testkit";

const path = join(__dirname, "..", "README.md");

/** The README breaks long values into lines of its own. */
const oneLine = (text: string) => text.replace(/\s+/g, " ");

/** Where the README leaves something out, it says `…`. */
const pattern = (text: string) =>
  new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".+")}$`);

test("the README's example runs and prints what its comments say", async () => {
  const { says, printed } = await runReadmeExample(path, { modules: { "@kith/data": data } });
  expect(printed.map(oneLine)).toEqual(
    says.map((text) => expect.stringMatching(pattern(oneLine(text)))),
  );
  expect(printed).toHaveLength(11);
});
