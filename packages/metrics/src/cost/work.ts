/**
 * Floating point operations of one sample, forward and backward: how they are written down and put together.
 *
 * @module
 */

/** Operations per sample of a layer or of a step within it; a multiplication and an addition are two. */
export interface Work {
  readonly forward: number
  /** For the gradients of its own weights, with all that these need within the layer. */
  readonly weightGradient: number
  /** For the gradient of its inputs; only done when something before it trains. */
  readonly inputGradient: number
  /** Whether it has weights that train. */
  readonly trains: boolean
}

/** Nothing to compute, or only memory to move. */
export const noWork: Work = { forward: 0, weightGradient: 0, inputGradient: 0, trains: false }

/** A product of matrices or a convolution: the two gradients cost as much as the product itself. */
export function product(macs: number, outputs: number, { bias, trains }: { bias: boolean; trains: boolean }): Work {
  const biasWork = bias ? outputs : 0
  return {
    forward: 2 * macs + biasWork,
    weightGradient: trains ? 2 * macs + biasWork : 0,
    inputGradient: 2 * macs,
    trains,
  }
}

/** A function applied number by number, or a sum, without weights. */
export function elementwise(elements: number, forward = 1, backward = 1): Work {
  return { forward: elements * forward, weightGradient: 0, inputGradient: elements * backward, trains: false }
}

/**
 * A normalization with scale and offset. Forward 7 an element: sum for the mean, difference, square, sum,
 * multiplication by 1/σ, scale, offset. Backward 3 for scale and offset (product, two sums), and 8 for the input:
 * scale, two sums and a product for the means, two differences, a product and a multiplication by 1/σ.
 */
export function normalization(elements: number, trains: boolean): Work {
  return { forward: 7 * elements, weightGradient: trains ? 3 * elements : 0, inputGradient: 8 * elements, trains }
}

/**
 * A scale and an offset that come from an embedding: their gradients take a product and two sums, the input's a
 * product.
 */
export function modulation(elements: number, trains: boolean): Work {
  return { forward: 2 * elements, weightGradient: trains ? 3 * elements : 0, inputGradient: elements, trains }
}

/** Softmax: maximum, difference, exponential, sum, division; backward product, sum, difference, product. */
export function softmax(elements: number): Work {
  return elementwise(elements, 5, 4)
}

/** A named activation. */
export function activation(name: unknown, elements: number): Work {
  if (name === undefined || name === null || name === 'linear') return noWork
  return name === 'softmax' ? softmax(elements) : elementwise(elements)
}

/**
 * Steps one after the other within a layer. What comes after the first step that trains must always be differentiated;
 * what comes before, and the input of that step, only when something before the layer trains.
 */
export function inSequence(...steps: Work[]): Work {
  const first = steps.findIndex((step) => step.trains)
  const inner = first < 0 ? [] : steps.slice(first + 1)
  const outer = first < 0 ? steps : steps.slice(0, first + 1)
  return {
    forward: sum(steps, 'forward'),
    weightGradient: sum(steps, 'weightGradient') + sum(inner, 'inputGradient'),
    inputGradient: sum(outer, 'inputGradient'),
    trains: first >= 0,
  }
}

/** Steps side by side on the same input, or on several. */
export function sideBySide(...branches: Work[]): Work {
  return {
    forward: sum(branches, 'forward'),
    weightGradient: sum(branches, 'weightGradient'),
    inputGradient: sum(branches, 'inputGradient'),
    trains: branches.some((branch) => branch.trains),
  }
}

function sum(steps: readonly Work[], part: 'forward' | 'weightGradient' | 'inputGradient'): number {
  return steps.reduce((total, step) => total + step[part], 0)
}
