/** `gen density <folder>`. @module */
import { key, refusal } from '@gen/backend'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import type { FamilyModel } from '../families/family.ts'
import { densityFigure } from '../figure/density-figure.ts'
import { choice, type FlagValues, integer, optionalNumber, text } from '../flags.ts'
import { openModel } from '../run/open-model.ts'
import { figureFile } from '../run/picture.ts'
import { writeOutput } from '../write-output.ts'
import { modelFolder, pictureExtension } from './common-flags.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen density'

const where = 'where samples lie'
const largest = 1e6

const flags = {
  low: optionalNumber('left and lower end of the square that is drawn', { min: -largest, max: largest }, where),
  high: optionalNumber('right and upper end of it', { min: -largest, max: largest }, where),
  resolution: integer(200, 'cells per side', { min: 2, max: 2000 }),
  scale: integer(3, 'pixels per side of a cell', { min: 1, max: 20 }),
  lines: integer(25, 'lines of the latent grid in each direction', { min: 2, max: 500 }),
  label: integer(0, 'class, of a conditional model', { min: 0, max: 1_000_000 }),
  out: text('density.png', 'file to write: .png or .svg', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that draws the density of a flow in the plane, and the latent grid that the flow warps. */
export const densityCommand: Command = defineCommand({
  name: command,
  description: 'draw the density of a flow of points in the plane, and the grid that it warps',
  positionals: [modelFolder],
  flags,
  run: (values, [folder = '']) => density(folder, values),
})

/** Pixels per side of a panel. */
const mostPixels = 3000

async function density(folder: string, values: Values): Promise<void> {
  const { resolution, scale, lines, label, out } = values
  const extension = pictureExtension(command, out)
  if (resolution * scale > mostPixels) {
    const expected = `--resolution times --scale to be at most ${mostPixels} pixels`
    throw refusal('range', command, { expected, got: resolution * scale, remedy: 'pass smaller ones' })
  }
  await startBackend(values.backend)
  const { model, family } = await openModel(command, folder)
  if (!model.density) {
    throw refusal('config', command, { expected: 'a flow of points in the plane', got: `a model of family ${family}` })
  }
  assertClass(label, model.classes ?? 0)
  const range = await rangeOf(model, values)
  const picture = await model.density({ range, resolution, lines }, label)
  await writeOutput(command, out, (await figureFile(densityFigure(picture, { scale }), extension)).file)
  console.log(out)
}

function assertClass(label: number, classes: number): void {
  if (label < Math.max(1, classes)) return
  const expected = classes > 0 ? `--label from 0 to ${classes - 1}` : 'no --label, for the model has no classes'
  throw refusal('range', command, { expected, got: label })
}

/** What the flags say, and where they are silent where samples lie. */
async function rangeOf(model: FamilyModel, { low, high, label }: Values): Promise<[low: number, high: number]> {
  const [left, right] = low === undefined || high === undefined ? await reach(model, label) : [low, high]
  const range: [number, number] = [low ?? left, high ?? right]
  if (range[0] < range[1]) return range
  throw refusal('config', command, { expected: '--low below --high', got: range.join(' and '), remedy: 'pass both' })
}

const samples = 2000
/** Of the samples on each side; the farthest would make the rest small. */
const leftOut = 0.001

/** The square that holds nearly all samples, and a tenth more. */
async function reach(model: FamilyModel, label: number): Promise<[low: number, high: number]> {
  const labels = model.classes ? [label] : undefined
  const drawn = await model.sample({ count: samples, key: key(0), steps: 1, guidance: 1, labels })
  const sorted = (await drawn.data<'float32'>()).slice().sort()
  drawn.dispose()
  const skipped = Math.floor(leftOut * sorted.length)
  const [low, high] = [sorted[skipped]!, sorted[sorted.length - 1 - skipped]!]
  const margin = 0.1 * (high - low)
  return [low - margin, high + margin]
}
