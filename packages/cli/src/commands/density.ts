/** `gen density <folder>`. @module */
import { GenError, key } from '@gen/backend'
import { densityImages } from '@gen/flows'
import { encodePng, grid } from '@gen/io'
import { tidy } from '@tensorflow/tfjs-core'
import { type CommandDef, defineCommand } from 'citty'
import { startBackend } from '../backend.ts'
import type { FamilyModel } from '../families/family.ts'
import { argumentsOf, choice, type FlagValues, integer, number, text, valuesOf } from '../flags.ts'
import { openModel } from '../run/open-model.ts'
import { writeOutput } from '../write-output.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen density'

const flags = {
  low: number(0, 'left and lower end of the square that is drawn [where samples lie]'),
  high: number(0, 'right and upper end of it [where samples lie]'),
  resolution: integer(200, 'cells per side', { min: 2, max: 2000 }),
  scale: integer(3, 'pixels per side of a cell', { min: 1, max: 20 }),
  lines: integer(25, 'lines of the latent grid in each direction', { min: 2, max: 500 }),
  label: integer(0, 'class, for conditional models', { min: 0 }),
  out: text('density.png', 'file to write', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

/** The command that draws the density of a flow in the plane, and the latent grid that the flow warps. */
export const densityCommand: CommandDef = defineCommand({
  meta: { name: command, description: 'draw the density of a flow of points in the plane, and the grid that it warps' },
  args: {
    folder: { type: 'positional', description: 'a model folder, or the folder of a run' },
    ...argumentsOf(flags),
  },
  run: ({ args, rawArgs }) => density(String(args.folder), valuesOf(command, flags, args, rawArgs)),
}) as unknown as CommandDef

async function density(folder: string, values: FlagValues<typeof flags>): Promise<void> {
  const { resolution, scale, lines, label, out } = values
  if (!out.endsWith('.png')) throw new GenError('config', `${command}: expected --out to end in .png, got '${out}'`)
  await startBackend(values.backend)
  const { model, family } = await openModel(command, folder)
  if (!model.density) {
    throw new GenError('config', `${command}: expected a flow of points in the plane, got a model of family ${family}`)
  }
  const range = values.low < values.high ? ([values.low, values.high] as const) : await reach(model, label)
  const picture = await model.density({ range, resolution, lines }, label)
  await writeOutput(
    command,
    out,
    tidy(() => encodePng(grid(densityImages(picture, { scale }), { columns: 2, value: 1 }))),
  )
  console.log(out)
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
