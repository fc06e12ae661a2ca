export { AutoRec, type AutoRecOptions } from "./autorec.ts";
export { CDAE, type CDAEOptions } from "./cdae.ts";
export { MultDAE, type MultDAEOptions } from "./mult-dae.ts";
export { MultVAE } from "./mult-vae.ts";
export type { MultinomialOptions, MultVAEOptions } from "./multinomial-options.ts";
export { RecVAE, type RecVAEOptions } from "./recvae.ts";
