/** Faces of 4 × 4 pixels, where far more is left open than by 8 × 8. @module */
import { add, sub } from '@tensorflow/tfjs-core'
import { blockMeans, blocks, enlarge, type Subject } from './questions.ts'

/** The same factor as from 8 × 8 to 64 × 64: eight. */
export const sixteenSquares: Subject = {
  name: 'sixteen-squares',
  size: 32,
  toldChannels: 3,
  questions: { enlarge: enlarge(blocks) },
  // As many as of diffusion.
  meanSteps: 750,
  allTold: blocks,
  agreeing: (answers, told) => add(answers, sub(told, blockMeans(answers))),
}
