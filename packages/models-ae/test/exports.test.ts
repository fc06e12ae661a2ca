import * as ae from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(ae).sort()).toEqual(["AutoRec", "CDAE", "MultDAE", "MultVAE", "RecVAE"]);
});
