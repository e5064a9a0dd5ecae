import { fold, type Key, key, uniform, useBackend } from '@gen/backend'
import { r1, relativistic } from '@gen/losses'
import { adam, fit, last, readWeights, writeWeights } from '@gen/train'
import {
  abs,
  concat,
  dispose,
  fill,
  greater,
  max,
  mean,
  mul,
  ones,
  sub,
  type Tensor4D,
  tidy,
  where,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { ganFromConfig } from '../from-config.ts'
import { type Gan, gan } from '../gan.ts'
import { patchDiscriminator, pix2pixGenerator } from './pix2pix.ts'

const sizes = { shape: [6, 5, 2], context: [6, 5, 1], widths: [6, 8] }

function game(k: Key): Gan {
  const generator = pix2pixGenerator({ ...sizes, latentSize: 2, key: fold(k, 0) })
  const discriminator = patchDiscriminator({ ...sizes, key: fold(k, 1) })
  return gan({ generator, discriminator, objective: relativistic(), penalties: [r1({ weight: 0.02 })] })
}

interface Asked {
  readonly x: Tensor4D
  readonly condition: { readonly context: Tensor4D }
}

/** A question is an even gray; its answers have that gray in the first channel or in the second, and nothing in the other. */
function asked(k: Key, count = 32): Asked {
  return tidy(() => {
    const gray = mul(ones([count, 6, 5, 1]), uniform(fold(k, 0), [count, 1, 1, 1], { min: 0.4, max: 1 })) as Tensor4D
    const empty = mul(gray, 0)
    const first = greater(uniform(fold(k, 1), [count, 1, 1, 1]), 0.5)
    const x = where(first, concat([gray, empty], 3), concat([empty, gray], 3)) as Tensor4D
    return { x, condition: { context: gray } }
  })
}

beforeAll(async () => {
  await useBackend()
})

it('has a score that is a logit for each image', () => {
  const model = game(key(0))
  const { x, condition } = asked(key(1), 3)
  expect(model.config.discriminator).toMatchObject({ kind: 'patchDiscriminator' })
  const logits = model.score(x, condition)
  expect(logits.shape).toEqual([3])
  dispose([x, condition.context, logits])
  model.dispose()
})

it('learns that one question has two answers, and which they are', async () => {
  const model = game(key(0))
  const optimizer = adam({ learningRate: 5e-3, beta1: 0, beta2: 0.9 })
  const batches = { at: (i: number) => asked(fold(key(2), i)) }
  await last(fit(model, batches, { steps: 400, optimizer, ema: { decay: 0.97, players: ['generator'] }, key: key(3) }))
  const context = fill([1, 6, 5, 1], 0.8)
  const answers = (await model.sample({ count: 60, context, key: key(4) })) as Tensor4D
  const colors = tidy(() => mean(answers, [1, 2]).arraySync() as [number, number][])
  const firsts = colors.filter(([first, second]) => first > second).length
  expect(Math.min(firsts, colors.length - firsts)).toBeGreaterThan(10)
  const brightness = tidy(() => mean(abs(sub(max(answers, 3, true), context))).dataSync()[0])
  expect(brightness).toBeLessThan(0.15)
  dispose([context, answers])
  model.dispose()
})

it('comes back from its config', async () => {
  const model = game(key(5))
  const again = ganFromConfig(JSON.parse(JSON.stringify(model.config)))
  writeWeights(again, await readWeights(model))
  const context = ones([1, 6, 5, 1])
  const samples = await Promise.all([model, again].map((one) => one.sample({ count: 2, context, key: key(6) })))
  expect([...samples[0]!.dataSync()]).toEqual([...samples[1]!.dataSync()])
  dispose([context, ...samples])
  for (const one of [model, again]) one.dispose()
})

it('refuses questions of another size', () => {
  const small = { ...sizes, context: [3, 5, 1], key: key(0) }
  expect(() => pix2pixGenerator({ ...small, latentSize: 2 })).toThrow(
    /expected context \[6, 5, channels\].*got \[3, 5, 1\].*resize/,
  )
  expect(() => patchDiscriminator(small)).toThrow(/patchDiscriminator: expected context/)
  expect(() => patchDiscriminator({ ...sizes, shape: [6], key: key(0) })).toThrow(/height, width, channels/)
  expect(() => patchDiscriminator({ ...sizes, widths: [4, 4, 4, 4], key: key(0) })).toThrow(/fewer widths/)
})
