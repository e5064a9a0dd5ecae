/** Adam in float64 on the CPU, for problems that are solved in float64. @module */

/** Moves the values down a gradient, in place. */
export type Adam64 = (values: Float64Array, gradient: Float64Array) => void

/**
 * Adam over a vector, which keeps its two means and the number of its steps: that of `@gen/train` computes on the device, in
 * float32. ε lies on the uncorrected root, as in the paper's faster form.
 *
 * @see Adam: a method for stochastic optimization (Kingma and Ba, 2014), section 2 https://arxiv.org/abs/1412.6980
 */
export function adam64(size: number, learningRate: number): Adam64 {
  const first = new Float64Array(size)
  const second = new Float64Array(size)
  let step = 0
  return (values, gradient) => {
    step++
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)
    for (let i = 0; i < size; i++) {
      const slope = gradient[i]!
      first[i] = 0.9 * first[i]! + 0.1 * slope
      second[i] = 0.999 * second[i]! + 0.001 * slope * slope
      values[i]! -= (rate * first[i]!) / (Math.sqrt(second[i]!) + 1e-8)
    }
  }
}
