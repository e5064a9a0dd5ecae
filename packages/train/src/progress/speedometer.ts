/** How fast a training goes. @module */

/** Measures steps; the time between them, which is the consumer's, does not count. */
export interface Speedometer {
  /** Runs one step and takes its time. `rowsOf` tells how many rows the step trained on. */
  time<T>(step: () => Promise<T>, rowsOf: (result: T) => number): Promise<T>
  samplesPerSecond(): number
  secondsLeft(stepsLeft: number): number
}

/** Share of a new measurement in the running mean, once there are enough. */
const share = 0.05

/** Makes a speedometer at rest. */
export function speedometer(): Speedometer {
  let seconds = 0
  let rows = 0
  let count = 0
  return {
    async time(step, rowsOf) {
      const start = performance.now()
      const result = await step()
      // The first step compiles kernels: the second replaces it.
      const weight = Math.max(share, 1 / Math.max(1, count))
      seconds += weight * ((performance.now() - start) / 1000 - seconds)
      rows += weight * (rowsOf(result) - rows)
      count++
      return result
    },
    samplesPerSecond: () => (seconds > 0 ? rows / seconds : 0),
    secondsLeft: (stepsLeft) => stepsLeft * seconds,
  }
}
