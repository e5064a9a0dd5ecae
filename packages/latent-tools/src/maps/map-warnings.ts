/** What the reader of a fitted map should know, in words. @module */
import { type Matrix64, sumOfSquares } from '@gen/linear-algebra'

/** The slope that `sgd` may leave, as a share of the one that it began with. */
const arrived = 0.05

/** Where the points span fewer directions than the first space has. */
export function openWarning(x: Matrix64, rank: number): string[] {
  if (rank >= x.columns) return []
  return [
    `the points span only ${rank} of ${x.columns} dimensions of the first space: the map sees nothing of the others`,
  ]
}

/** Where λ is more than the mean square of the points along the directions they span: most of the map is the penalty's. */
export function ridgeWarning(x: Matrix64, rank: number, ridge: number): string[] {
  const mean = sumOfSquares(x) / Math.max(1, rank)
  if (!(ridge > mean)) return []
  return [
    `a ridge of ${ridge} outweighs the points, whose squares sum to ${mean.toPrecision(2)} along a direction: pass scaling: 'isotropic' or a smaller ridge`,
  ]
}

/** The same of the penalty of `sgd`, whose error is a mean over points and over coordinates. */
export function penaltyWarning(x: Matrix64, y: Matrix64, penalty: number): string[] {
  const mean = sumOfSquares(x) / (x.rows * x.columns * y.columns)
  if (!(penalty > mean)) return []
  return [
    `a penalty of ${penalty} outweighs the points, whose mean square is ${mean.toPrecision(2)} for each output: pass scaling: 'isotropic' or a smaller penalty`,
  ]
}

/** Where gradient descent stopped on the way. */
export function arrivalWarning(slopeLeft: number): string[] {
  if (!(slopeLeft > arrived)) return []
  const share = `${(100 * slopeLeft).toPrecision(2)} %`
  return [`sgd stopped on the way, with ${share} of the first slope left: pass more steps or a larger learningRate`]
}
