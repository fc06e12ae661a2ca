import { softplus } from "../ops/activations.ts";
import { subtract } from "../ops/arithmetic.ts";
import { checkSameShape } from "../ops/check.ts";
import { mean } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Bayesian personalised ranking (Rendle et al., UAI 2009, https://arxiv.org/abs/1205.2618): the mean of −ln σ(liked − unseen) over
 * pairs of scores [n], as softplus(unseen − liked), which cannot overflow.
 */
export function bprLoss(liked: Tensor, unseen: Tensor): Tensor {
  checkSameShape("bprLoss", liked, unseen);
  return mean(softplus(subtract(unseen, liked)));
}
