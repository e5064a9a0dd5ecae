/** Samplers beside each other, from the same noise. @module */
import { refusal } from '@gen/backend'
import { type SamplerName, samplerNames } from '@gen/diffusion'
import { concat, dispose, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { SampleOptions } from '../families/family.ts'
import { sheet } from '../figure/sheet.ts'
import type { Flag } from '../flags.ts'
import { assertRoom, mostHeld } from '../limits.ts'
import type { OpenModel } from './open-model.ts'
import { figureFile, type Picture } from './picture.ts'

/** A sampler and its steps. */
export interface Compared {
  readonly sampler: SamplerName
  readonly steps: number
}

const mostSteps = 10_000
const mostRows = 50
const expected = `samplers with their steps, such as ddim:10,dpmpp-2m:10, of ${samplerNames.join(', ')}`

const words: readonly string[] = samplerNames
const isNamed = (text: string): boolean => /^[^:]+:\d{1,6}$/.test(text) && words.includes(text.split(':')[0]!)

const compared = v.pipe(
  v.string(expected),
  v.transform((given) => given.split(',')),
  v.maxLength(mostRows, `at most ${mostRows} samplers`),
  v.check((texts) => texts.every(isNamed), expected),
  v.transform((texts) =>
    texts.map((text): Compared => {
      const [sampler, steps] = text.split(':')
      return { sampler: sampler as SamplerName, steps: Number(steps) }
    }),
  ),
  v.check((rows) => rows.every(({ steps }) => steps >= 1 && steps <= mostSteps), `of 1 to ${mostSteps} steps`),
)

/** The flag that names them. */
export const compareFlag: Flag<readonly Compared[]> = {
  initial: [],
  description:
    'samplers and their steps, of a diffusion model of images: a sheet with a row for each, from the same noise',
  hint: 'word:n,…',
  otherwise: 'one sampler',
  schema: compared,
}

/** Samples in a row unless `--count` says otherwise. */
export const rowLength = 10

/**
 * Asserts that samplers can be compared so.
 *
 * @throws GenError 'config' for a model of no images, or flags that say the same otherwise; 'range' for more than find room.
 */
export function assertCompared(
  command: string,
  { model, family }: OpenModel,
  rows: readonly Compared[],
  { count, flags }: { count: number; flags: Readonly<Record<string, unknown>> },
): void {
  const refuse = (wanted: string, got: string, remedy: string): never => {
    throw refusal('config', command, { expected: wanted, got, remedy })
  }
  if (family !== 'diffusion') refuse('a diffusion model for --compare', `one of family ${family}`, 'leave it out')
  if (model.shape.length !== 3) refuse('a model of images for --compare', `samples of [${model.shape}]`, 'leave it out')
  for (const [flag, given] of Object.entries(flags)) {
    if (given) refuse(`--compare without --${flag}`, 'both', `leave --${flag} out`)
  }
  assertRoom(command, '--count with --compare', count * rows.length, model.shape, mostHeld)
}

/** The sheet: a row for each, with its name beside it. */
export async function comparisonSheet(
  { model }: OpenModel,
  rows: readonly Compared[],
  options: SampleOptions,
  look: { names?: readonly string[]; scale: number; extension: Picture['extension'] },
): Promise<Picture> {
  const drawn: Tensor[] = []
  try {
    for (const row of rows) drawn.push(await model.sample({ ...options, ...row }))
    const images = concat(drawn) as Tensor4D
    drawn.push(images)
    const { names = [], scale, extension } = look
    const titles = rows.map(({ sampler, steps }) => (sampler === 'adaptive' ? sampler : `${sampler}, ${steps}`))
    return await figureFile(sheet(images, { columns: options.count, rows: titles, names, scale }), extension)
  } finally {
    dispose(drawn)
  }
}
