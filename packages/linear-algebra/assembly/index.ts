// The program of this package: what src/arithmetic/webassembly.ts calls.
import { firstNumber } from './layout'

export { multiply } from './multiply'
export { solveTriangle } from './triangle'
export { addOuter, timesVector, transposedTimesVector, turn } from './vectors'
export { version } from './version'

/** Address of the first number that is a caller's. */
export function start(): usize {
  return firstNumber
}
