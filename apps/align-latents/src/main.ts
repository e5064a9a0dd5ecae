/**
 * "VAE and VAE share the same space": `pnpm --filter @gen/align-latents align [minutes] [folder]` trains a VAE twice on the
 * digits, from different weights, and a Split-VAE, then maps each space linearly onto the others. It prints a table and
 * leaves, for each pair, a report and a picture: the digit, through the first model, through the map, through the second.
 * All pairs of all families, on faces too, are the experiment `align-faces`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fold, type Key, key, useBackend } from '@gen/backend'
import { mnist } from '@gen/data'
import { compareSpaces } from '@gen/latent-tools'
import { adam, fit } from '@gen/train'
import { computedGamma, splitVae, type Vae } from '@gen/vae'

const minutes = Number(process.argv[2] ?? 2)
const folder = process.argv[3] ?? 'runs/align-latents'
if (!(minutes > 0)) throw new Error('usage: align [minutes for each model] [folder]')

await useBackend()
const [train, test] = [await mnist(), await mnist({ split: 'test' })]
const { shape } = train
const models: Record<string, Vae> = {
  vae: computedGamma({ shape, latentSize: 16, key: key(0) }),
  'vae-again': computedGamma({ shape, latentSize: 16, key: key(1) }),
  'split-vae': splitVae({ shape, latentSize: 24, key: key(2) }),
}

/** Trains for the minutes, and leaves the averaged weights. */
async function trainModel(name: string, model: Vae, k: Key): Promise<void> {
  const start = performance.now()
  const batches = train.batches({ size: 64, key: fold(k, 0) })
  const share = () => Math.min(1, (performance.now() - start) / 60_000 / minutes)
  const learningRate = () => 1e-3 * (0.5 + 0.5 * Math.cos(Math.PI * share()))
  for await (const event of fit(model, batches, {
    steps: 1e9,
    optimizer: adam({ learningRate }),
    ema: 0.995,
    key: fold(k, 1),
  })) {
    if (event.type !== 'step') continue
    const { total = Number.NaN } = Object.values(event.losses)[0] ?? {}
    if (event.step % 100 === 0) console.log(`${name}: step ${event.step}, loss ${total.toFixed(1)}`)
    if (share() >= 1) break
  }
}

for (const [i, [name, model]] of Object.entries(models).entries()) await trainModel(name, model, key(10 + i))

await mkdir(folder, { recursive: true })
const { x: images, labels } = test.take(Array.from({ length: 1024 }, (_, i) => i))
labels?.dispose()
const names = Object.keys(models)
console.log('\nmean squared error per pixel: R through the first model, M through the map into the second')
for (const [a, b] of names.flatMap((first) => names.filter((name) => name !== first).map((name) => [first, name]))) {
  const options = { support: 512, names: [a!, b!] as [string, string], key: key(20) }
  const { images: errors, latent, report, picture } = await compareSpaces(models[a!]!, models[b!]!, images, options)
  const [r, m, mean] = [errors.reconstruction, errors.mapped, errors.baselines.meanImage].map((e) => e.mean.toFixed(4))
  console.log(`${`${a} → ${b}`.padEnd(24)} R ${r}  M ${m}  mean image ${mean}  R² ${latent.r2.toFixed(3)}`)
  await writeFile(join(folder, `${a}-to-${b}.md`), report)
  if (picture) await writeFile(join(folder, `${a}-to-${b}.png`), picture)
}
console.log(folder)
