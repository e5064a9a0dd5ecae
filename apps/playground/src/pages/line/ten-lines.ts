import { key, useBackend } from '@gen/backend'
import { lineGame } from '@gen/gan'

await useBackend()
const figure = lineGame({ means: [1], deviation: 0.5, steps: 600, every: 100, key: key(0) })
for await (const { step, x, data, generated, discriminator, optimum } of figure) {
  const miss = x.reduce((sum, _, i) => sum + data[i]! * Math.abs(discriminator[i]! - optimum[i]!), 0)
  const mass = data.reduce((sum, p) => sum + p, 0)
  console.log(
    `step ${step}: p_g reaches ${Math.max(...generated).toFixed(2)}, D misses D* by ${(miss / mass).toFixed(3)}`,
  )
}
