/**
 * Trains what the pages on faces open, and leaves it in `models/`: `node --conditions=@gen/source --import tsx
 * src/models/train-faces.ts [vae judge codes gan]` in this folder; without names all, about a quarter of an hour on one thread.
 * Numbers of steps, not minutes, so that a busy machine changes no result; what is here was made by Node 20, the GAN by Node 24.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { type FaceAttribute, type Faces, faceAttributes, faces } from '@gen/data/faces'
import { r1Gan } from '@gen/gan'
import { encodeSafetensors, readRaw } from '@gen/io'
import type { Batch, Trainable } from '@gen/model'
import { openModel } from '@gen/open'
import { computedGamma, convNetworks } from '@gen/vae'
import { dispose, losses, type Tensor2D, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { halved } from './half.ts'
import { faceJudge } from './judge.ts'
import { questions } from './questions.ts'
import { halvedWeights, modelsFolder, saveHalved } from './save-halved.ts'
import { train } from './train.ts'

const command = 'node --conditions=@gen/source --import tsx src/models/train-faces.ts'
const shape = [32, 32, 3]
const widths = [16, 32, 64]
const latentSize = 64
const batchSize = 64
/** Faces that the pages know: located in the VAE, with their answers; no training has seen them. */
const shown = 1600

const jobs: Readonly<Record<string, () => Promise<void>>> = {
  vae: trainVae,
  judge: trainJudge,
  codes: locate,
  gan: trainGan,
}

await useBackend('simd')
await setThreads(1)
mkdirSync(modelsFolder, { recursive: true })
const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : Object.keys(jobs)) await jobs[name]!()

function people(part: 'train' | 'shown'): Promise<Faces> {
  return part === 'train' ? faces({ count: 20_000, key: key(100) }) : faces({ count: shown, key: key(101) })
}

async function trainVae(): Promise<void> {
  const data = await people('train')
  const model = computedGamma({ shape, latentSize, network: convNetworks({ widths }), key: key(0) })
  const batches = data.batches({ size: batchSize, key: key(1) })
  const steps = 1600
  await train({ name: 'vae', steps, rate: 1e-3, model, batches, key: key(2) })
  const { x } = (await people('shown')).take(Array.from({ length: 16 }, (_, i) => i))
  const samples = model.reconstruct(x) as Tensor4D
  const description = `A VAE of cartoon faces (32 × 32, 64 numbers a code), ${steps} steps of ${batchSize}. The picture: faces it has not seen, through its code.`
  await saveHalved(model, { name: 'faces-vae', family: 'vae', data: 'faces', description, command, samples })
  dispose([x, samples])
}

async function trainGan(): Promise<void> {
  const data = await people('train')
  const model = r1Gan({ shape, latentSize, widths, weight: 1, key: key(3) })
  const size = 32
  const batches = data.batches({ size, key: key(4) })
  const steps = 1500
  await train({ name: 'gan', steps, rate: 3e-3, beta1: 0.5, model, batches, key: key(5) })
  const samples = (await model.sample({ count: 16, key: key(6) })) as Tensor4D
  const description = `A GAN of cartoon faces (32 × 32, 64 numbers a code) with R1, ${steps} steps of ${size}, averaged weights.`
  await saveHalved(model, { name: 'faces-gan', family: 'gan', data: 'faces', description, command, samples })
  samples.dispose()
}

/** Answers 0 or 1, a row for each face. */
function answersOf({ attributes }: Faces, rows: readonly number[]): number[][] {
  const yes = questions.map(({ attribute, yes: values }) => {
    const words: readonly string[] = faceAttributes[attribute satisfies FaceAttribute]
    return (row: number) => Number(values.includes(words[attributes[attribute][row]!]!))
  })
  return rows.map((row) => yes.map((answer) => answer(row)))
}

async function trainJudge(): Promise<void> {
  const data = await people('train')
  const judge = faceJudge()
  type Asked = Batch & { readonly truth: Tensor2D }
  const model: Trainable<Asked> = {
    players: [
      {
        name: 'judge',
        variables: judge.variables,
        loss: ({ x, truth }) => ({ total: losses.sigmoidCrossEntropy(truth, judge.judge(x as Tensor4D)) }),
      },
    ],
  }
  const batches = {
    at(index: number): Asked {
      const rows = Array.from({ length: batchSize }, (_, i) => (index * batchSize + i) % data.size)
      return { x: data.take(rows).x, truth: tensor2d(answersOf(data, rows)) }
    },
  }
  await train({ name: 'judge', steps: 1200, rate: 3e-3, model, batches, key: key(41) })
  const test = await people('shown')
  const rows = Array.from({ length: test.size }, (_, i) => i)
  const { x } = test.take(rows)
  const said = tidy(() => judge.judge(x as Tensor4D).arraySync() as number[][])
  x.dispose()
  const truth = answersOf(test, rows)
  for (const [j, { name }] of questions.entries()) {
    console.log(
      `the judge on ${name}:`,
      said.filter((row, i) => Number(row[j]! > 0) === truth[i]![j]).length / rows.length,
    )
  }
  writeFileSync(`${modelsFolder}faces-judge.safetensors`, encodeSafetensors(await halvedWeights(model)))
}

/** Codes of the faces that are shown, with their answers. */
async function locate(): Promise<void> {
  const { model } = await openModel(`${modelsFolder}faces-vae`)
  const data = await people('shown')
  const rows = Array.from({ length: data.size }, (_, i) => i)
  const { x } = data.take(rows)
  const codes = model.encode!(x) as Tensor2D
  const answers = {
    dtype: 'U8',
    shape: [data.size, questions.length],
    data: Uint8Array.from(answersOf(data, rows).flat()),
  } as const
  writeFileSync(
    `${modelsFolder}faces-codes.safetensors`,
    encodeSafetensors({ codes: halved(await readRaw(codes)), answers }),
  )
  dispose([x, codes])
}
