// Adam on the rows of a table that a step touches. Steps in which a row has no gradient still move it by its moments; they are made up for when it is touched next.
import { adamSpan } from "./optim";
import { expNegative1 } from "./simd";

let rate: f32 = 0, epsilon: f32 = 0, beta1: f64 = 0, beta2: f64 = 0, ln1: f64 = 0, ln2: f64 = 0;

export function setDecay(b1: f64, b2: f64): void {
  beta1 = b1;
  beta2 = b2;
  ln1 = NativeMath.log(b1);
  ln2 = NativeMath.log(b2);
}

/** Adam's step t of this rate, with the corrections of both moments. */
export function setStep(t: f64, learningRate: f64, eps: f64): void {
  const root = NativeMath.sqrt(1 - NativeMath.pow(beta2, t));
  rate = <f32>(learningRate * root / (1 - NativeMath.pow(beta1, t)));
  epsilon = <f32>(eps * root);
}

/** `count` numbers get their gradients g. */
export function adamNow(count: usize, g: usize, m: usize, v: usize, p: usize): void {
  adamSpan(count, rate, beta1, beta2, epsilon, g, m, v, p);
}

/**
 * What k steps without a gradient do to `count` numbers: p −= rate · m / (√v + ε) · Σⱼ rʲ, j = 1 … k, r = β₁ / √β₂; then m ·= β₁ᵏ and v ·= β₂ᵏ.
 * The rate is that of now, and ε does not grow against √v meanwhile.
 */
export function catchUp(count: usize, k: f64, m: usize, v: usize, p: usize): void {
  const b1 = expNegative1(<f32>(k * ln1)), b2 = expNegative1(<f32>(k * ln2));
  const r = <f64>beta1 / NativeMath.sqrt(beta2), rk = <f64>expNegative1(<f32>(k * (ln1 - 0.5 * ln2)));
  const s = <f32>(<f64>rate * r * (1 - rk) / (1 - r)), e = count << 2;
  const b14 = f32x4.splat(b1), b24 = f32x4.splat(b2), s4 = f32x4.splat(s), eps4 = f32x4.splat(epsilon);
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) {
    const mv = v128.load(m + o), vv = v128.load(v + o);
    v128.store(p + o, f32x4.sub(v128.load(p + o), f32x4.div(f32x4.mul(s4, mv), f32x4.add(f32x4.sqrt(vv), eps4))));
    v128.store(m + o, f32x4.mul(mv, b14));
    v128.store(v + o, f32x4.mul(vv, b24));
  }
  for (; o < e; o += 4) {
    const mv = f32.load(m + o), vv = f32.load(v + o);
    f32.store(p + o, f32.load(p + o) - s * mv / (sqrt(vv) + epsilon));
    f32.store(m + o, mv * b1);
    f32.store(v + o, vv * b2);
  }
}
