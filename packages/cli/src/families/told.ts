/** What a model of pictures may be told of each while it learns, so that `gen answer` can ask it. @module */
import { refusal } from '@gen/backend'
import { type Dataset, gray, paired } from '@gen/data'
import { avgPool, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'

/** All words of `--told`. */
export const toldWords = ['nothing', 'gray', 'small'] as const
type ToldWord = (typeof toldWords)[number]

/** How often `small` goes into each side. */
const factor = 4

interface Question {
  /** What pictures must be for it, in words; undefined where these are. */
  unfit(shape: readonly number[]): string | undefined
  /** Of a picture of this shape. */
  shape(shape: readonly number[]): number[]
  of(x: Tensor): Tensor
}

const questions: Readonly<Record<Exclude<ToldWord, 'nothing'>, Question>> = {
  gray: {
    unfit: (shape) => (shape.length === 3 && shape[2] === 3 ? undefined : 'pictures with colors'),
    shape: ([height = 0, width = 0]) => [height, width, 1],
    of: gray,
  },
  small: {
    unfit: (shape) =>
      shape.length === 3 && shape[0]! % factor === 0 && shape[1]! % factor === 0
        ? undefined
        : `pictures with sides of a multiple of ${factor} pixels`,
    shape: ([height = 0, width = 0, channels = 0]) => [height / factor, width / factor, channels],
    of: (x) => avgPool(x as Tensor4D, factor, factor, 'valid'),
  },
}

/**
 * The shape of what is told.
 *
 * @throws GenError 'config' for pictures of which it cannot be told.
 */
export function toldShape(command: string, told: ToldWord, shape: readonly number[]): number[] | undefined {
  if (told === 'nothing') return undefined
  const question = questions[told]
  const expected = question.unfit(shape)
  if (!expected) return question.shape(shape)
  const got = `items of [${shape.join(', ')}]`
  throw refusal('config', command, { expected: `${expected} for --told ${told}`, got, remedy: 'leave it out' })
}

/** The same items, each with what is told of it. */
export function toldOf(told: ToldWord, items: Dataset): Dataset {
  return told === 'nothing' ? items : paired(items, questions[told].of)
}
