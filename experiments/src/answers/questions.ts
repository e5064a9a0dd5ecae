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
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'

/** Side of the faces. */
export const size = 32

/** A question, of faces `[n, 32, 32, 3]` in [0, 1]; all but `ask` are called in a tidy. */
export interface Question {
  /** What models are told: `[n, 32, 32, channels]`. */
  context(faces: Tensor4D): Tensor4D
  readonly channels: number
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
}

const steps = 25
const sampler = ddim({ steps, eta: 0.85 })

/** Three questions. */
export const questions: Readonly<Record<string, Question>> = {
  colorize: {
    context: (faces) => gray(faces) as Tensor4D,
    channels: 1,
    shown: (faces) => tile(gray(faces) as Tensor4D, [1, 1, 1, 3]),
    given: (answers, faces) => sub(gray(answers), gray(faces)),
    ask: (model, face, options) =>
      holding([gray(face)], ([image]) => colorize(model, { image, context: image, sampler, ...options })),
  },
  inpaint: {
    context: masked,
    channels: 4,
    shown: (faces) => mul(faces, known()),
    given: (answers, faces) => mul(sub(answers, faces), known()),
    ask: (model, face, options) =>
      holding(
        tidy(() => [known(), masked(face)]),
        ([mask, context]) => inpaint(model, { image: face, known: mask, context, steps, resample: 1, ...options }),
      ),
  },
  enlarge: {
    context: blocks,
    channels: 3,
    shown: blocks,
    given: (answers, faces) => sub(small(answers), small(faces)),
    ask: (model, face, options) =>
      holding(
        tidy(() => [small(face), blocks(face)]),
        ([image, context]) => superResolve(model, { image, context, sampler, ...options }),
      ),
  },
}

type Held = [Tensor, Tensor]

/** What is asked, freed when there are answers. */
async function holding(question: readonly Tensor[], ask: (question: Held) => Promise<Tensor>): Promise<Tensor4D> {
  try {
    return (await ask(question as Held)) as Tensor4D
  } finally {
    for (const tensor of question) tensor.dispose()
  }
}

/** From where on a face is missing, from above. */
const cut = 17

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

/** What is known, and where. */
function masked(faces: Tensor4D): Tensor4D {
  return concat([mul(faces, known()), tile(known(), [faces.shape[0], 1, 1, 1])], 3)
}

/** What is left of faces of 4 × 4 pixels, as large as the faces. */
function blocks(faces: Tensor4D): Tensor4D {
  return images.resizeNearestNeighbor(small(faces), [size, size])
}

/** Means over 8 × 8 pixels. */
function small(faces: Tensor4D): Tensor4D {
  return avgPool(faces, 8, 8, 'valid')
}
