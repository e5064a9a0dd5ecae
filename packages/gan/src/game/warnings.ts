/** What the two players warn of. @module */
import type { Warning } from '@gen/model'

type Means = Readonly<Record<string, number>>

/** A discriminator that is always right, and sure: its loss is about 0 while it tells data and samples apart. */
export function discriminatorWarnings({ adversarial = 1, realLogit = 0, fakeLogit = 0 }: Means): Warning[] {
  if (adversarial < 0 || adversarial > leastLoss || realLogit - fakeLogit < leastGap) return []
  const got = adversarial.toPrecision(2)
  return [
    {
      name: 'discriminator-wins',
      message:
        `gan.discriminator: expected a loss above ${leastLoss}, got ${got} over the last steps, so the generator learns ` +
        'next to nothing; add a penalty such as r1(), augment, or lower its learning rate',
    },
  ]
}

/** A generator whose samples are all alike. */
export function generatorWarnings({ variety = 1 }: Means): Warning[] {
  if (variety > leastVariety) return []
  const got = `${(100 * variety).toPrecision(2)} %`
  return [
    {
      name: 'mode-collapse',
      message:
        `gan.generator: expected samples that vary like the data, got ${got} of their variance over the last steps; use ` +
        'relativistic() with r1() and r2(), pack, or a discriminator with groupSize',
    },
  ]
}

const leastLoss = 0.01
/** The Wasserstein loss is 0 when the two are alike; then the logits are too. */
const leastGap = 0.5
const leastVariety = 0.05
