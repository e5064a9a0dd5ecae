/** Questions about faces: what is shown of one, and how far an answer is from that. @module */
import type { Key } from '@gen/backend'
import { gray } from '@gen/data'
import { colorize, type Diffusion, ddim, inpaint, superResolve } from '@gen/diffusion'
import {
  avgPool,
  concat,
  image as images,
  mul,
  ones,
  pad,
  split,
  sub,
  type Tensor,
  type Tensor4D,
  tile,
  zeros,
} from '@tensorflow/tfjs-core'

/** Side of the faces. */
export const size = 64

/** Sides of the squares of which only the mean is shown. */
export const blockSide = 8

/** Channels of what models are told: what is seen, and for each question where it is asked. */
export const toldChannels = 6

/** A question, of faces `[n, size, size, 3]` in [0, 1]; all but `ask` are called in a tidy. */
export interface Question {
  /** What models are told: `[n, size, size, toldChannels]`. */
  told(faces: Tensor4D): Tensor4D
  /** The same for people. */
  shown(faces: Tensor4D): Tensor4D
  /** Answers less the faces, in what is given. */
  given(answers: Tensor4D, faces: Tensor4D): Tensor
  /** A diffusion model's answers to one face, with what is given put in at every step. */
  ask(model: Diffusion, face: Tensor4D, options: AskOptions): Promise<Tensor4D>
}

/** How answers are drawn. */
export interface AskOptions {
  readonly count: number
  readonly key: Key
  /** Weight of what is told. @default 1 */
  readonly guidance?: number
}

const plane = (faces: Tensor4D): [number, number, number, number] => [faces.shape[0], size, size, 1]
const whole = (faces: Tensor4D): Tensor4D => ones(plane(faces))
const none = (faces: Tensor4D): Tensor4D => zeros(plane(faces))
const grays = (faces: Tensor4D): Tensor4D => tile(gray(faces) as Tensor4D, [1, 1, 1, 3])

const steps = 50
const sampler = ddim({ steps, eta: 0.85 })

/** Three questions. */
export const questions: Readonly<Record<string, Question>> = {
  colorize: {
    told: (faces) => concat([grays(faces), whole(faces), none(faces), none(faces)], 3),
    shown: grays,
    given: (answers, faces) => sub(gray(answers), gray(faces)),
    ask: (model, face, options) =>
      holding([gray(face), questions.colorize!.told(face)], ([image, context]) =>
        colorize(model, { image, context, sampler, ...options }),
      ),
  },
  inpaint: {
    told: (faces) =>
      concat([mul(faces, known()), none(faces), tile(known(), [faces.shape[0], 1, 1, 1]), none(faces)], 3),
    shown: (faces) => mul(faces, known()),
    given: (answers, faces) => mul(sub(answers, faces), known()),
    ask: (model, face, options) =>
      holding([known(), questions.inpaint!.told(face)], ([mask, context]) =>
        inpaint(model, { image: face, known: mask, context, steps, resample: 1, ...options }),
      ),
  },
  enlarge: {
    told: (faces) => concat([blocks(faces), none(faces), none(faces), whole(faces)], 3),
    shown: blocks,
    given: (answers, faces) => sub(small(answers), small(faces)),
    ask: (model, face, options) =>
      holding([small(face), questions.enlarge!.told(face)], ([image, context]) =>
        superResolve(model, { image, context, sampler, ...options }),
      ),
  },
}

/** Every question to an equal part of the faces, whose number three divides: one model learns to answer all, as Palette does. */
export function allTold(faces: Tensor4D): Tensor4D {
  const all = Object.values(questions)
  return concat(split(faces, all.length).map((part, i) => all[i]!.told(part as Tensor4D)))
}

type Held = [Tensor, Tensor]

/** What is asked, freed when there are answers. */
async function holding(question: Held, ask: (question: Held) => Promise<Tensor>): Promise<Tensor4D> {
  try {
    return (await ask(question)) as Tensor4D
  } finally {
    for (const tensor of question) tensor.dispose()
  }
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

/** What is left of faces of 8 × 8 pixels, as large as the faces. */
function blocks(faces: Tensor4D): Tensor4D {
  return images.resizeNearestNeighbor(small(faces), [size, size])
}

/** Means over squares. */
function small(faces: Tensor4D): Tensor4D {
  return avgPool(faces, blockSide, blockSide, 'valid')
}
