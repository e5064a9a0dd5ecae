/** Gray faces, faces of which a half is missing, faces of 8 × 8 pixels. @module */
import { gray } from '@gen/data'
import { colorize, inpaint } from '@gen/diffusion'
import {
  addN,
  concat,
  mul,
  ones,
  pad,
  slice,
  split,
  sub,
  type Tensor4D,
  tensor1d,
  tile,
  zeros,
} from '@tensorflow/tfjs-core'
import {
  blockMeans,
  blocks,
  enlarge,
  holding,
  type Question,
  type Subject,
  answerSampler as sampler,
  answerSteps as steps,
} from './questions.ts'

const size = 64

const plane = (faces: Tensor4D): [number, number, number, number] => [faces.shape[0], size, size, 1]
const whole = (faces: Tensor4D): Tensor4D => ones(plane(faces))
const none = (faces: Tensor4D): Tensor4D => zeros(plane(faces))
const grays = (faces: Tensor4D): Tensor4D => tile(gray(faces) as Tensor4D, [1, 1, 1, 3])

const questions: Readonly<Record<string, Question>> = {
  colorize: {
    told: (faces) => concat([grays(faces), whole(faces), none(faces), none(faces)], 3),
    shown: grays,
    given: (answers, faces) => sub(gray(answers), gray(faces)),
    ask: (model, face, options) =>
      holding(
        () => [gray(face), questions.colorize!.told(face)],
        ([image, context]) => colorize(model, { image, context, sampler, ...options }),
      ),
  },
  inpaint: {
    told: (faces) =>
      concat([mul(faces, known()), none(faces), tile(known(), [faces.shape[0], 1, 1, 1]), none(faces)], 3),
    shown: (faces) => mul(faces, known()),
    given: (answers, faces) => mul(sub(answers, faces), known()),
    ask: (model, face, options) =>
      holding(
        () => [known(), questions.inpaint!.told(face)],
        ([mask, context]) => inpaint(model, { image: face, known: mask, context, steps, resample: 1, ...options }),
      ),
  },
  enlarge: enlarge((faces) => concat([blocks(faces), none(faces), none(faces), whole(faces)], 3)),
}

/** Shares of the colors in the brightness, over the sum of their squares: the shortest way to another brightness. */
const toBrightness = [0.299, 0.587, 0.114].map((share, _, all) => share / all.reduce((sum, one) => sum + one * one, 0))

/** Told are what is seen, and for each question where it is asked. Every question is asked of an equal part of a batch, whose size three divides: one model learns to answer all, as Palette does. */
export const threeQuestions: Subject = {
  name: 'three-questions',
  size,
  toldChannels: 6,
  questions,
  meanSteps: 125,
  allTold: (faces) => {
    const all = Object.values(questions)
    return concat(split(faces, all.length).map((part, i) => all[i]!.told(part as Tensor4D)))
  },
  agreeing: (answers, told) => {
    const channels = (from: number, count: number) => slice(told, [0, 0, 0, from], [-1, -1, -1, count])
    const [seen, asksColors, isKnown, asksDetail] = [channels(0, 3), channels(3, 1), channels(4, 1), channels(5, 1)]
    const brighter = sub(slice(seen, [0, 0, 0, 0], [-1, -1, -1, 1]), gray(answers))
    return addN([
      answers,
      mul(mul(brighter, tensor1d(toBrightness)), asksColors),
      mul(sub(seen, answers), isKnown),
      mul(sub(seen, blockMeans(answers)), asksDetail),
    ])
  },
}

/** From where on a face is missing, from above. */
const cut = 34

/** 1 above the cut, 0 below. */
function known(): Tensor4D {
  const above = ones([1, cut, size, 1]) as Tensor4D
  return pad(above, [
    [0, 0],
    [0, size - cut],
    [0, 0],
    [0, 0],
  ])
}
