/** The clock of measurements. @module */

/** GEN_BENCH_CLOCK=cpu: what the process computed instead of what passed, for one thread on a machine that others use. */
export const processorTime: boolean = process.env.GEN_BENCH_CLOCK === 'cpu'

/** Milliseconds by the clock that was chosen. */
export function now(): number {
  if (!processorTime) return performance.now()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
