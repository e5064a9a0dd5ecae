/** AdamW on jax-js. @module */
import { numpy } from '@jax-js/jax'

/** The rates that the other engines use too. */
export interface AdamWRates {
  learningRate: number
  weightDecay: number
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]

/** A value with its two moments. */
export type AdamWState = [value: numpy.Array, m: numpy.Array, v: numpy.Array]

/** The state before the first step. */
export function adamWStart(value: numpy.Array): AdamWState {
  return [value, numpy.zeros([...value.shape]), numpy.zeros([...value.shape])]
}

/** `1 − βᵗ` of both moments at step t, from 1: an input, so that a compiled update serves all steps. */
export function adamWCorrections(step: number): numpy.Array {
  return numpy.array([1 - beta1 ** step, 1 - beta2 ** step])
}

/** One step of one variable; consumes its arguments. For `jit`. */
export function adamWUpdate(
  [value, m, v]: AdamWState,
  gradient: numpy.Array,
  corrections: numpy.Array,
  { learningRate, weightDecay }: AdamWRates,
): AdamWState {
  const nextM = m.mul(beta1).add(gradient.ref.mul(1 - beta1))
  const nextV = v.mul(beta2).add(numpy.square(gradient).mul(1 - beta2))
  const [first, second] = numpy.split(corrections, 2) as [numpy.Array, numpy.Array]
  const direction = nextM.ref.div(first).div(numpy.sqrt(nextV.ref.div(second)).add(epsilon))
  return [value.ref.sub(direction.add(value.mul(weightDecay)).mul(learningRate)), nextM, nextV]
}
