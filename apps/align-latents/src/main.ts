/**
 * "GAN and VAE share the same space": `pnpm --filter @gen/align-latents align [faces|digits] [minutes] [folder]` trains six
 * models (two VAEs, a Split-VAE, a GAN with a recoder, a flow, a diffusion model), some minutes each, and maps the space
 * of each linearly onto all others. It prints a table and leaves a report and a picture of each pair: the image, through
 * the first model, through the second, through the map into the second. What is trained is kept: a killed run goes on.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
import { alignment } from './alignment.ts'
import { modelNames, modelPairs } from './models.ts'

const [data = 'faces', minutes = '4', folder = `runs/align-${data}`] = process.argv.slice(2)
if ((data !== 'faces' && data !== 'digits') || !(Number(minutes) > 0)) {
  throw new Error('usage: align [faces|digits] [minutes for each model, more for some] [folder]')
}

await useBackend()
const scratch = join(folder, 'models')
await mkdir(scratch, { recursive: true })
const context = { seed: 0, minutes: Number(minutes), scratch, progress: onOneLine }
const spaces = alignment(data)
for (const name of modelNames) await spaces.open(name, context)

onOneLine('')
console.log('mean squared error per pixel: R through the first model, M through the map into the second')
for (const [a, b] of modelPairs) {
  const { numbers, report, picture } = await spaces.align(a, b, context)
  const { reconstruction, mapped, baselines } = numbers.images
  const [r, m, mean] = [reconstruction, mapped, baselines.meanImage].map((error) => error.mean.toFixed(4))
  onOneLine('')
  console.log(`${`${a} → ${b}`.padEnd(24)} R ${r}  M ${m}  mean image ${mean}  R² ${numbers.latent.r2.toFixed(3)}`)
  await writeFile(join(folder, `${a}-to-${b}.md`), report)
  if (picture) await writeFile(join(folder, `${a}-to-${b}.png`), picture)
}
console.log(folder)

/** Where the work is, where there is a terminal. */
function onOneLine(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`)
}
