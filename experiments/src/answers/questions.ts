/** Questions about faces: what is shown of one, and how far an answer is from that. @module */
import type { Key } from '@gen/backend'
import { type Diffusion, ddim, superResolve } from '@gen/diffusion'
import { avgPool, image as images, reshape, sub, type Tensor, type Tensor4D, tidy, tile } from '@tensorflow/tfjs-core'

/** Faces of one size, and what a model learns to answer about them; all functions are called in a tidy. */
export interface Subject {
  /** Of the folder for the weights of its models. */
  readonly name: string
  /** Side of the faces. */
  readonly size: number
  /** Channels of what models are told. */
  readonly toldChannels: number
  readonly questions: Readonly<Record<string, Question>>
  /** Steps of the squared error's own training for each minute of the experiment. */
  readonly meanSteps: number
  /** What is told of the faces of a batch to learn from, `[n, size, size, toldChannels]`. */
  allTold(faces: Tensor4D): Tensor4D
  /** Answers in [0, 1] with what is given put in, as it is into each step of a diffusion model. */
  agreeing(answers: Tensor4D, told: Tensor4D): Tensor
}

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

/** Of a diffusion model's answer. */
export const answerSteps = 50
export const answerSampler: ReturnType<typeof ddim> = ddim({ steps: answerSteps, eta: 0.85 })

/** Asks with an image and what is told, which are freed when there are answers. */
export async function holding(
  make: () => [image: Tensor, context: Tensor],
  ask: (asked: [image: Tensor, context: Tensor]) => Promise<Tensor>,
): Promise<Tensor4D> {
  const asked = tidy(make)
  try {
    return (await ask(asked)) as Tensor4D
  } finally {
    for (const tensor of asked) tensor.dispose()
  }
}

/** Sides of the squares of which only the mean is shown. */
export const blockSide = 8

/** Means over squares. */
function small(faces: Tensor4D): Tensor4D {
  return avgPool(faces, blockSide, blockSide, 'valid')
}

/** What is left of faces that are eight times smaller, as large as the faces. */
export function blocks(faces: Tensor4D): Tensor4D {
  return images.resizeNearestNeighbor(small(faces), faces.shape.slice(1, 3) as [number, number])
}

/** The same by operations that a gradient passes at full speed. */
export function blockMeans(x: Tensor4D): Tensor {
  const [rows, size, , channels] = x.shape
  const side = size / blockSide
  const columns = tile(reshape(small(x), [-1, 1, channels]), [1, blockSide, 1])
  const lines = tile(reshape(columns, [rows * side, 1, size * channels]), [1, blockSide, 1])
  return reshape(lines, [rows, size, size, channels])
}

/** What faces were before they were made eight times smaller; models are told of it by `told`. */
export function enlarge(told: Question['told']): Question {
  return {
    told,
    shown: blocks,
    given: (answers, faces) => sub(small(answers), small(faces)),
    ask: (model, face, options) =>
      holding(
        () => [small(face), told(face)],
        ([image, context]) => superResolve(model, { image, context, sampler: answerSampler, ...options }),
      ),
  }
}
