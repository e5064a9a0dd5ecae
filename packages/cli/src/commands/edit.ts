/** `gen edit <folder>`. @module */
import { key, refusal } from '@gen/backend'
import {
  type AttributeDirection,
  attributeDirection,
  type Direction,
  type LatentModel,
  projectDirection,
} from '@gen/latent-tools'
import { dispose, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import type { Block } from '../figure/block.ts'
import { editFigure } from '../figure/edit-figure.ts'
import { choice, type FlagValues, integer, number, text } from '../flags.ts'
import { attributeLabels, attributesOf } from '../run/attributes.ts'
import { decodedImages, editAmounts, movedCodes, spreadAlong, withExamples } from '../run/edit-codes.ts'
import { evenItems, locateFlag, openLatent, rowsOf, withEncoder } from '../run/latent-model.ts'
import { locateImages } from '../run/locate-images.ts'
import { figureFile } from '../run/picture.ts'
import { shownExamples } from '../run/shown-examples.ts'
import { sizedLike } from '../sized-like.ts'
import { writeOutput } from '../write-output.ts'
import { dataFlag, modelFolder, pictureExtension, pictureScale } from './common-flags.ts'
import { backendNames, largestSeed } from './train-flags.ts'

const command = 'gen edit'
const methods = ['svm', 'logistic', 'lda', 'meanDifference'] as const

const flags = {
  attribute: text(
    '',
    'what to change: a class, as 7, or of faces glasses, hairColor:red, …; without it all are listed',
    'word',
    'a list of what the data have',
  ),
  keep: text('', 'what must not change with it, separated by commas', 'words', 'nothing'),
  data: dataFlag('labeled data'),
  count: integer(2000, 'examples from which the boundaries are learned', { min: 20, max: 100_000 }),
  method: choice('svm', methods, 'how boundaries are found'),
  locate: locateFlag,
  shown: integer(8, 'examples to edit, from the end of those, with the attribute and without in turn', {
    min: 1,
    max: 1000,
  }),
  steps: integer(7, 'pictures of each', { min: 2, max: 101 }),
  reach: number(3, 'how far the edit goes both ways, in deviations σ of the codes along the direction', {
    min: 0,
    max: 100,
  }),
  scale: pictureScale(0),
  seed: integer(0, 'seed of the split and of searches', { min: 0, max: largestSeed }),
  out: text('edit.png', 'picture to write, .png or .svg: a row for each example', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that edits an attribute of examples. */
export const editCommand: Command = defineCommand({
  name: command,
  description: 'change an attribute of examples, by a direction in the latent space',
  positionals: [modelFolder],
  flags,
  run: (values, [folder = '']) => edit(folder, values),
})

async function edit(folder: string, values: Values): Promise<void> {
  const extension = pictureExtension(command, values.out)
  await startBackend(values.backend)
  const opened = await openLatent(command, folder)
  const wanted = values.data || opened.data
  if (!wanted) throw refusal('config', command, { expected: '--data', got: 'none', remedy: 'pass --data mnist, …' })
  const name = await sizedLike(wanted, opened.model.shape)
  const { dataset } = await openSplit(name, 'test')
  if (!values.attribute) {
    throw refusal('config', command, {
      expected: '--attribute',
      got: 'none',
      remedy: `${name} has ${attributesOf(dataset)}`,
    })
  }
  const words = [values.attribute, ...values.keep.split(',').filter(Boolean)]
  const count = Math.min(values.count, dataset.size)
  const labels = await Promise.all(words.map((word) => attributeLabels(command, word, dataset, count)))
  assertImages(opened.model.shape)
  const images = evenItems(command, '--count', dataset, count, opened.model.shape)
  const last = shownExamples(labels[0]!, values.shown)
  const { latent, method } = await withEncoder(command, folder, opened, values.locate)
  const z = await locateImages(latent, images, { method, name: folder, key: key(values.seed) })
  const found = labels.map((attribute) =>
    attributeDirection(z, attribute, { method: values.method, key: key(values.seed) }),
  )
  const told = found.map((direction, i) => describe(words[i]!, direction))
  console.log(told.join('\n'))
  const direction = conditioned(found)
  const examples = rowsOf(images, last)
  const names = last.map((row) => `#${row} ${labels[0]![row] ? 'with' : 'without'}`)
  const shown = { examples, codes: rowsOf(z, last), spread: await spreadAlong(z, direction) }
  const figure = await drawn(shown, direction, { words, names, told, latent, values })
  dispose([images, z, examples, shown.codes])
  await writeOutput(command, values.out, (await figureFile(figure, extension)).file)
  console.log(values.out)
}

/** Edits are looked at: what has no picture is refused before anything is located. */
function assertImages(shape: readonly number[]): void {
  if (shape.length === 3) return
  throw refusal('config', command, {
    expected: 'a model of images',
    got: `one of [${shape.join(', ')}]`,
    remedy: 'train one on images',
  })
}

interface Shown {
  readonly examples: Tensor
  readonly codes: Tensor2D
  /** Deviation of all codes along the direction. */
  readonly spread: number
}

interface About {
  /** The attribute, and what is kept. */
  readonly words: readonly string[]
  readonly names: readonly string[]
  readonly told: readonly string[]
  readonly latent: LatentModel
  readonly values: Values
}

/** Examples, each moved along the direction. */
async function drawn({ examples, codes, spread }: Shown, direction: Direction, about: About): Promise<Block> {
  const { words, names, told, latent, values } = about
  const amounts = editAmounts(values.steps, values.reach)
  const lengths = amounts.map((amount) => amount * spread)
  const moved = movedCodes(codes, direction, lengths)
  const edits = await decodedImages(latent, moved)
  const images = withExamples(examples as Tensor4D, edits)
  const [attribute = '', ...kept] = words
  const figure = editFigure(images, { attribute, kept, amounts, rows: names, told, scale: values.scale })
  dispose([moved, edits, images])
  return figure
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
