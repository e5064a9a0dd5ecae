/** Data with known answers: past frames, and the exact distribution of the next. @module */
export { type BouncingBallOptions, bouncingBall } from './bouncing-ball.ts'
export type { Outcome } from './chain.ts'
export { type MovingDigitsOptions, movingDigits } from './moving-digits.ts'
export { type WalkerGridOptions, type WalkerOdds, walkerGrid } from './walker-grid.ts'
export type { World, WorldItems } from './world.ts'
