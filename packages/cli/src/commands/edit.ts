/** `gen edit <folder>`. @module */
import { extname } from 'node:path'
import { GenError, key } from '@gen/backend'
import {
  type AttributeDirection,
  attributeDirection,
  type Direction,
  locate,
  moveBy,
  picture,
  projectDirection,
} from '@gen/latent-tools'
import { concat, expandDims, type Tensor2D, tidy, unstack } from '@tensorflow/tfjs-core'
import { type CommandDef, defineCommand } from 'citty'
import { startBackend } from '../backend.ts'
import { openSplit } from '../dataset.ts'
import { argumentsOf, choice, type FlagValues, integer, number, text, valuesOf } from '../flags.ts'
import { attributeLabels } from '../run/attributes.ts'
import { firstItems, openLatent, rowsOf } from '../run/latent-model.ts'
import { writeOutput } from '../write-output.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen edit'
const methods = ['svm', 'logistic', 'lda', 'meanDifference'] as const

const flags = {
  attribute: text('', 'what to change: a class, as 7, or of faces glasses, hairColour:red, …', 'word'),
  keep: text('', 'what must not change with it, separated by commas', 'words'),
  data: text('', 'labelled data, as for gen train [the data of the model]', 'name'),
  count: integer(2000, 'examples from which the boundaries are learned', { min: 20 }),
  method: choice('svm', methods, 'how boundaries are found'),
  shown: integer(8, 'examples to edit, from the end of those', { min: 1 }),
  steps: integer(7, 'pictures of each', { min: 2 }),
  reach: number(3, 'how far the edit goes both ways, in deviations of the codes along the direction', { min: 0 }),
  seed: integer(0, 'seed of the split and of searches', { min: 0 }),
  out: text('edit.png', 'picture to write: a row for each example', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that edits an attribute of examples. */
export const editCommand: CommandDef = defineCommand({
  meta: { name: command, description: 'change an attribute of examples, by a direction in the latent space' },
  args: {
    folder: { type: 'positional', description: 'a model folder, or the folder of a run' },
    ...argumentsOf(flags),
  },
  run: ({ args, rawArgs }) => edit(String(args.folder), valuesOf(command, flags, args, rawArgs)),
}) as unknown as CommandDef

async function edit(folder: string, values: Values): Promise<void> {
  if (!values.attribute)
    throw new GenError('config', `${command}: expected --attribute, got none; pass a class or a name`)
  if (extname(values.out) !== '.png') {
    throw new GenError('config', `${command}: expected --out to end in .png, got '${values.out}'`)
  }
  await startBackend(values.backend)
  const { latent, data: trainedOn } = await openLatent(command, folder)
  const name = values.data || trainedOn
  if (!name) throw new GenError('config', `${command}: expected --data, got none; pass --data mnist, …`)
  const { dataset } = await openSplit(name, 'test')
  const count = Math.min(values.count, dataset.size)
  const words = [values.attribute, ...values.keep.split(',').filter(Boolean)]
  const labels = await Promise.all(words.map((word) => attributeLabels(command, word, dataset, count)))
  const images = firstItems(dataset, count)
  const { z, error } = await locate(latent, images, { key: key(values.seed) })
  images.dispose()
  error.dispose()
  const found = labels.map((attribute) =>
    attributeDirection(z, attribute, { method: values.method, key: key(values.seed) }),
  )
  found.forEach((direction, i) => {
    console.log(describe(words[i]!, direction))
  })
  const direction = conditioned(found)
  const codes = rowsOf(
    z,
    Array.from({ length: Math.min(values.shown, count) }, (_, i) => count - 1 - i),
  )
  const moved = steps(codes, direction, await spreadAlong(z, direction), values)
  const file = await picture(latent, moved, { columns: values.steps })
  for (const tensor of [z, codes, moved]) tensor.dispose()
  await writeOutput(command, values.out, file)
  console.log(values.out)
}

function describe(word: string, { accuracy: { heldOut, baseline } }: AttributeDirection): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return `${word}: the boundary is right for ${percent(heldOut)} of examples left out; always saying the same for ${percent(baseline)}`
}

/** The first direction without what it shares with the others. */
function conditioned([wanted, ...kept]: readonly AttributeDirection[]): Direction {
  if (kept.length === 0) return wanted!
  const projected = projectDirection(wanted!, kept)
  for (const warning of projected.warnings) console.log(`warning: ${warning}`)
  return projected
}

/** Standard deviation of the codes along a direction: spaces differ in scale. */
async function spreadAlong(z: Tensor2D, { normal }: Direction): Promise<number> {
  const along = ((await z.array()) as number[][]).map((code) =>
    code.reduce((sum, value, k) => sum + value * normal[k]!, 0),
  )
  const mean = along.reduce((sum, value) => sum + value, 0) / along.length
  return Math.sqrt(along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / along.length)
}

/** Each code at all steps, one code after the other. */
function steps(codes: Tensor2D, direction: Direction, spread: number, { steps: count, reach }: Values): Tensor2D {
  return tidy(() => {
    const rows = unstack(codes).map((code) => expandDims(code, 0) as Tensor2D)
    const amounts = Array.from({ length: count }, (_, i) => reach * spread * ((2 * i) / (count - 1) - 1))
    return concat(rows.flatMap((row) => amounts.map((amount) => moveBy(row, direction, amount))))
  })
}
