/** Faces of 4 × 4 pixels, where far more is left open than by 8 × 8. @module */
import { superResolve } from '@gen/diffusion'
import { add, sub } from '@tensorflow/tfjs-core'
import {
  blockMeans,
  blocks,
  holding,
  type Question,
  type Subject,
  answerSampler as sampler,
  small,
} from './questions.ts'

const enlarge: Question = {
  told: blocks,
  shown: blocks,
  given: (answers, faces) => sub(small(answers), small(faces)),
  ask: (model, face, options) =>
    holding(
      () => [small(face), blocks(face)],
      ([image, context]) => superResolve(model, { image, context, sampler, ...options }),
    ),
}

/** The same factor as from 8 × 8 to 64 × 64: eight. */
export const sixteenSquares: Subject = {
  name: 'sixteen-squares',
  size: 32,
  toldChannels: 3,
  questions: { enlarge },
  // As many as of diffusion.
  meanSteps: 750,
  allTold: blocks,
  agreeing: (answers, told) => add(answers, sub(told, blockMeans(answers))),
}
