export type { Example, Run, RunOptions } from "./readme-example.ts";
export { readmeExample, runReadmeExample } from "./readme-example.ts";
export { readmeOptions } from "./readme-options.ts";
