/** `gen align <a> <b>`. @module */
import { join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { type Comparison, compareSpaces, linearMapToJson } from '@gen/latent-tools'
import { type CommandDef, defineCommand } from 'citty'
import { startBackend } from '../backend.ts'
import { openSplit } from '../dataset.ts'
import { argumentsOf, choice, type FlagValues, integer, number, text, toggle, valuesOf } from '../flags.ts'
import { firstItems, openLatent } from '../run/latent-model.ts'
import { writeOutput } from '../write-output.ts'
import { backendNames } from './train-flags.ts'

const command = 'gen align'
const methods = ['ridge', 'leastSquares', 'affine', 'orthogonal', 'lortho', 'pls', 'sgd'] as const

const flags = {
  data: text('', 'images located in both; of named data the test part [the data of the first model]', 'name'),
  support: integer(512, 'images from which the map is made', { min: 2 }),
  test: integer(1000, 'other images on which it is measured', { min: 2 }),
  method: choice('ridge', methods, 'how the map is fitted'),
  ridge: number(1, 'λ of ridge', { min: 1e-12 }),
  report: toggle(false, 'write a report with pictures and the curve against the size of the support set'),
  seed: integer(0, 'seed of the choice of images and of searches', { min: 0 }),
  out: text('align', 'folder for the map and the report', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that maps the latent space of one model onto that of another. */
export const alignCommand: CommandDef = defineCommand({
  meta: { name: command, description: 'map the latent space of a model onto that of another, and measure the map' },
  args: {
    a: { type: 'positional', description: 'the model whose codes are mapped: its folder, or that of its run' },
    b: { type: 'positional', description: 'the model that decodes the mapped codes' },
    ...argumentsOf(flags),
  },
  run: ({ args, rawArgs }) => align(String(args.a), String(args.b), valuesOf(command, flags, args, rawArgs)),
}) as unknown as CommandDef

async function align(a: string, b: string, values: Values): Promise<void> {
  const backend = await startBackend(values.backend)
  const [from, to] = [await openLatent(command, a), await openLatent(command, b)]
  const name = values.data || from.data
  if (!name) throw new GenError('config', `${command}: expected --data, got none; pass --data mnist, …`)
  const { dataset, split } = await openSplit(name, 'test')
  const wanted = values.support + values.test
  if (dataset.size < values.support + 2) {
    const got = `${dataset.size} images for --support ${values.support}`
    throw new GenError('config', `${command}: expected more images than support points, got ${got}; pass a smaller one`)
  }
  const images = firstItems(dataset, wanted)
  const { method, ridge } = values
  const found = await compareSpaces(from.latent, to.latent, images, {
    support: values.support,
    fit: { method, ...(method === 'ridge' && { ridge }) },
    names: [a, b],
    ...(values.report ? {} : { sizes: [] }),
    key: key(values.seed),
  })
  images.dispose()
  console.log(found.report)
  const about = { a, b, data: name, split, seed: values.seed, backend, date: new Date().toISOString() }
  await save(values, found, about)
}

async function save({ out, report }: Values, found: Comparison, about: object): Promise<void> {
  const { map, picture, report: words, ...numbers } = found
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
  const files: Record<string, string | Uint8Array> = { 'map.json': json({ ...linearMapToJson(map), about }) }
  if (report) {
    files['comparison.json'] = json({ ...about, map: map.config, ...numbers })
    files['report.md'] =
      `${words}${picture ? '\n![images, through A, through the map, through B](pictures.png)\n' : ''}`
    if (picture) files['pictures.png'] = picture
  }
  for (const [file, content] of Object.entries(files)) {
    await writeOutput(command, join(out, file), content)
    console.log(join(out, file))
  }
}
