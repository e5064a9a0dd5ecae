import { describe, expect, it } from 'vitest'
import { modelCard } from './model-card.ts'

describe('modelCard', () => {
  it('says everything it is given, in sections', () => {
    const card = modelCard({
      name: 'digits',
      description: 'Handwritten digits.',
      data: 'MNIST, 60,000 digits',
      architecture: 'U-Net, 1.9 M parameters',
      licence: 'MIT',
      metrics: { FID: 7.25, 'bits | dim': '1.05' },
      seed: 0,
      samples: 'samples.png',
      tags: ['diffusion'],
      usage: 'await model.sample({ count: 64 })',
    })
    expect(card).toBe(`---
license: "MIT"
library_name: "gen"
tags: ["diffusion"]
---

# digits

Handwritten digits.

![Samples](<samples.png>)

## Data

MNIST, 60,000 digits

## Architecture

U-Net, 1.9 M parameters

## Metrics

| metric | value |
|---|---|
| FID | 7.25 |
| bits \\| dim | 1.05 |

## Training

Seed: 0

## Usage

\`\`\`ts
await model.sample({ count: 64 })
\`\`\`

## Licence

MIT
`)
  })

  it('leaves out what it is not given', () => {
    expect(modelCard({ name: 'x' })).toBe('---\nlibrary_name: "gen"\n---\n\n# x\n')
  })

  it('lets no value end the front matter', () => {
    const [, matter] = modelCard({ name: 'x\n---\ny', licence: 'MIT"\n---\nevil: true', tags: ['a\n---'] }).split(
      '---\n',
    )
    expect(matter?.split('\n').length).toBe(4)
  })
})
