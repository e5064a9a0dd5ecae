/** `gen align <a> <b>`. @module */
import { join } from 'node:path'
import { fold, key, refusal } from '@gen/backend'
import { type Comparison, compareLocated, linearMapToJson } from '@gen/latent-tools'
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { startBackend } from '../backend.ts'
import { type Command, defineCommand } from '../command.ts'
import { openSplit } from '../dataset.ts'
import { alignFigure, shownImages } from '../figure/align-figure.ts'
import { choice, type FlagValues, integer, number, text, toggle } from '../flags.ts'
import type { LatentFolder } from '../run/latent-folder.ts'
import { evenItems, locateFlag, openLatent, withEncoder } from '../run/latent-model.ts'
import { locateImages } from '../run/locate-images.ts'
import { figureFile } from '../run/picture.ts'
import { sizedLike } from '../sized-like.ts'
import { writeOutput } from '../write-output.ts'
import { dataFlag, pictureScale } from './common-flags.ts'
import { backendNames, largestSeed } from './train-flags.ts'

const command = 'gen align'
const methods = ['ridge', 'leastSquares', 'affine', 'orthogonal', 'lortho', 'pls', 'sgd'] as const

const flags = {
  data: dataFlag('images located in both, a folder’s in the size of the models', 'the data of the first model'),
  support: integer(512, 'images from which the map is made', { min: 2, max: 100_000 }),
  test: integer(1000, 'other images on which it is measured', { min: 2, max: 100_000 }),
  method: choice('ridge', methods, 'how the map is fitted'),
  ridge: number(1, 'λ of ridge', { min: 1e-12, max: 1e12 }),
  locate: locateFlag,
  report: toggle(false, 'write a report with pictures and the curve against the size of the support set'),
  scale: pictureScale(0),
  seed: integer(0, 'seed of the choice of images and of searches', { min: 0, max: largestSeed }),
  out: text('align', 'folder for the map and the report', 'path'),
  backend: choice('auto', backendNames, 'what computes'),
}

type Values = FlagValues<typeof flags>

/** The command that maps the latent space of one model onto that of another. */
export const alignCommand: Command = defineCommand({
  name: command,
  description: 'map the latent space of a model onto that of another, and measure the map',
  positionals: [
    { name: 'a', description: 'the model whose codes are mapped: its folder, that of its run, or one of ONNX files' },
    { name: 'b', description: 'the model that decodes the mapped codes' },
  ],
  flags,
  run: (values, [a = '', b = '']) => align(a, b, values),
})

async function align(a: string, b: string, values: Values): Promise<void> {
  const backend = await startBackend(values.backend)
  const opened = [await openLatent(command, a), await openLatent(command, b)] as const
  const { images, name, split } = await imagesOf(opened, values)
  const [from, to] = [
    await withEncoder(command, a, opened[0], values.locate),
    await withEncoder(command, b, opened[1], values.locate),
  ]
  const seed = key(values.seed)
  const codes = {
    a: await locateImages(from.latent, images, { method: from.method, name: a, key: fold(seed, 1) }),
    b: await locateImages(to.latent, images, { method: to.method, name: b, key: fold(seed, 2) }),
  }
  const { method, ridge } = values
  const located = { ...codes, images }
  const found = await compareLocated(from.latent, to.latent, located, {
    support: values.support,
    fit: { method, ...(method === 'ridge' && { ridge }) },
    names: [a, b],
    shown: shownImages,
    ...(values.report ? {} : { sizes: [] }),
    key: seed,
  })
  dispose([images, codes.a, codes.b])
  console.log(found.report)
  const how = { a: from.method, b: to.method }
  const about = { a, b, data: name, split, located: how, seed: values.seed, backend, date: new Date().toISOString() }
  await save(values, found, about)
}

/** Images that both models make, of which training has seen none where the data say so. */
async function imagesOf(
  [{ model, data }, other]: readonly [LatentFolder, LatentFolder],
  { support, test, data: asked }: Values,
): Promise<{ images: Tensor; name: string; split: string }> {
  const wanted = asked || data
  if (!wanted) throw refusal('config', command, { expected: '--data', got: 'none', remedy: 'pass --data mnist, …' })
  const name = await sizedLike(wanted, model.shape)
  const { dataset, split } = await openSplit(name, 'test')
  if (dataset.size < support + 2) {
    const got = `${dataset.size} images for --support ${support}`
    throw refusal('config', command, { expected: 'more images than support points', got, remedy: 'pass a smaller one' })
  }
  const [{ shape }, others] = [model, other.model.shape]
  if (shape.join() !== others.join()) {
    const got = `[${shape.join(', ')}] and [${others.join(', ')}]`
    const remedy = 'train both on the same --data'
    throw refusal('shape', command, { expected: 'models of the same shape', got, remedy })
  }
  return { images: evenItems(command, '--support and --test', dataset, support + test, shape), name, split }
}

async function save({ out, report, scale }: Values, found: Comparison, about: object): Promise<void> {
  const { map, picture, report: words, ...numbers } = found
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
  const files: Record<string, string | Uint8Array> = { 'map.json': json({ ...linearMapToJson(map), about }) }
  if (report) {
    files['comparison.json'] = json({ ...about, map: map.config, ...numbers })
    files['report.md'] =
      `${words}${picture ? '\n![images, through A, through the map, through B](pictures.png)\n' : ''}`
    if (picture) files['pictures.png'] = (await figureFile(alignFigure(picture, found, scale))).file
  }
  for (const [file, content] of Object.entries(files)) {
    await writeOutput(command, join(out, file), content)
    console.log(join(out, file))
  }
}
