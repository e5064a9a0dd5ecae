/** What all tasks share: one question, many answers. @module */
import { checkValues, refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionSampleOptions } from '../sample.ts'

/** What a task asks of a model: a `Diffusion`, or what has these members. */
export type Answerer = Pick<Diffusion, 'shape' | 'config' | 'sample'>

/** How answers are drawn: as samples are. Answer i depends only on (key, i). */
export interface AnswerOptions extends Omit<DiffusionSampleOptions, 'noise' | 'sampler' | 'shard'> {
  /** How many answers to the one question. */
  readonly count: number
}

/**
 * Asserts that a question is one item of this shape with values that the data can have.
 *
 * @throws GenError `shape`, `range`, `non-finite`, or `value` for a tensor that is disposed.
 */
export async function assertQuestion(
  where: string,
  name: string,
  question: Tensor,
  { shape, range }: { readonly shape: readonly number[]; readonly range: readonly [number, number] | null },
): Promise<void> {
  if (question.isDisposed) {
    throw refusal('value', where, { expected: `${name} in a tensor`, got: 'one that is disposed' })
  }
  const [rows, ...row] = question.shape
  if (rows !== 1 || row.join() !== shape.join()) {
    const got = `[${question.shape.join(', ')}]`
    const remedy = 'ask one question at a time, at the size of the model'
    throw refusal('shape', where, { expected: `${name} of shape [1, ${shape.join(', ')}]`, got, remedy })
  }
  const bounds = range ? { min: range[0], max: range[1], slack: 1e-6, remedy: 'scale it to the range of the data' } : {}
  await checkValues(where, name, question, bounds)
}
