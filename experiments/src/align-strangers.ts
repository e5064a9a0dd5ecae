/** The lecture's claim on models of strangers: a PyTorch user's VAE and GAN, mapped linearly onto each other and onto our VAE. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AlignContext, alignPair, answers, openFaces, sharedBatch } from '@gen/align-latents'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { alignColumns } from './align/columns.ts'
import { modelsFolder } from './align/models-folder.ts'
import { type LocatedStranger, openStranger, type StrangerName, strangerNames } from './align/strangers.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

type NamedRow = [string, (context: RowContext) => Promise<Row>]

const opened = new Map<StrangerName, Promise<LocatedStranger>>()
let shared: Promise<Tensor4D> | undefined

/** The shared faces are those that the models of align-faces are compared on; no model has seen them. */
function located(name: StrangerName, context: AlignContext): Promise<LocatedStranger> {
  shared ??= openFaces('test').then((test) => sharedBatch({ test }))
  const found = opened.get(name) ?? shared.then((images) => openStranger(name, images, context))
  opened.set(name, found)
  return found
}

const within = (context: RowContext): AlignContext => ({ ...context, scratch: modelsFolder(context) })

const models = strangerNames.map(
  (name): NamedRow => [
    name,
    async (context) => {
      const { training, codes } = await located(name, within(context))
      return { training, latentSize: codes.columns, images: codes.rows }
    },
  ],
)

const pairs = strangerNames.flatMap((a) =>
  strangerNames.filter((b) => b !== a).map((b): NamedRow => [`${a}-to-${b}`, (context) => pairRow(a, b, context)]),
)

async function pairRow(a: StrangerName, b: StrangerName, context: RowContext): Promise<Row> {
  const [from, to] = [await located(a, within(context)), await located(b, within(context))]
  const { numbers, picture } = await alignPair({
    names: [a, b],
    models: [from.latent, to.latent],
    codes: [from.codes, to.codes],
    images: await shared!,
    attributes: answers((await openFaces('test')).attributes),
    context: within(context),
  })
  if (picture) writeFileSync(join(context.pictures, `${a}-to-${b}.png`), picture)
  return { ...numbers }
}

/** See experiments/README.md. */
export const alignStrangers: Experiment = {
  name: 'align-strangers',
  description:
    'a VAE and a GAN that a PyTorch user trained on such faces, in through ONNX, and our VAE, mapped linearly onto each other',
  minutes: 4,
  rows: Object.fromEntries([...models, ...pairs]),
  columns: (row, name) => alignColumns(row, name.includes('gan') ? 'type 3: GAN and VAE' : 'type 2: same class'),
}
