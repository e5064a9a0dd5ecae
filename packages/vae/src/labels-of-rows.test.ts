/** Every row has its own class, beyond the size of a chunk. */
import { key, useBackend } from '@gen/backend'
import { dispose, ones, slice, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { conditionalVae, mlpNetworks } from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const make = () =>
  conditionalVae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0), classes: 2 })

it('tells each row of a large sample its own class', async () => {
  const model = make()
  const labels = Array.from({ length: 600 }, (_, i) => Number(i >= 300))
  const z = model.parts.prior.sample(600, key(2))
  const sampler = { size: 2, sample: () => z.clone() }
  const wish = { count: 600, key: key(1) }
  const all = await model.sample({ ...wish, labels })
  const whole = await model.sample({ ...wish, labels, sampler })
  const other = await model.sample({ ...wish, labels: 0, sampler })
  tidy(() => {
    const parts = [0, 200, 400].flatMap((start) => {
      const rows = slice(z, [start, 0], [200, 2])
      return [...model.decode(rows, { labels: labels.slice(start, start + 200) }).dataSync()]
    })
    expect(all.shape).toEqual([600, 3])
    expect(whole.dataSync()).toBeAllClose(parts)
    const [a, b] = [whole.dataSync(), other.dataSync()]
    const differ = Array.from({ length: 600 }, (_, i) => a[3 * i] !== b[3 * i])
    expect(differ).toEqual(labels.map((label) => label === 1))
  })
  dispose([z, all, whole, other])
  model.dispose()
})

it('weighs each item with its own class, over as many draws as cross a chunk', async () => {
  const model = make()
  const x = ones([3, 3])
  const labels = [0, 1, 0]
  const options = { samples: 400, key: key(1) }
  const { value } = await model.logMarginal(x, { ...options, labels })
  const [zeros, ones1] = [0, 1].map((label) => model.logMarginal(x, { ...options, labels: label }))
  const [of0, of1] = [(await zeros!).value, (await ones1!).value]
  expect([...value]).toEqual([of0[0], of1[1], of0[2]])
  expect(of0[1]).not.toBe(of1[1])
  x.dispose()
  model.dispose()
})
