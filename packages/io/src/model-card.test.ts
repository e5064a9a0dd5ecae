import { describe, expect, it } from 'vitest'
import { modelCard } from './model-card.ts'

describe('modelCard', () => {
  it('says everything it is given, in sections', () => {
    const card = modelCard({
      name: 'digits',
      description: 'Handwritten digits.',
      data: 'MNIST, 60,000 digits',
      architecture: 'U-Net, 1.9 M parameters',
      license: 'MIT',
      metrics: { FID: 7.25, 'bits | dim': '1.05' },
      seed: 0,
      samples: 'samples.png',
      tags: ['diffusion'],
      task: 'unconditional-image-generation',
      dataset: 'ylecun/mnist',
      usage: 'await model.sample({ count: 64 })',
    })
    expect(card).toBe(`---
license: "MIT"
library_name: "gen"
pipeline_tag: "unconditional-image-generation"
tags: ["diffusion"]
datasets: ["ylecun/mnist"]
metrics: ["FID","bits | dim"]
model-index: [{"name":"digits","results":[{"task":{"type":"unconditional-image-generation"},"dataset":{"name":"ylecun/mnist","type":"ylecun/mnist"},"metrics":[{"type":"FID","name":"FID","value":7.25}]}]}]
widget: [{"text":"-","output":{"url":"samples.png"}}]
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

## License

MIT
`)
  })

  it('tells commands from programs', () => {
    const card = modelCard({ name: 'x', command: 'gen sample . --count 4', usage: 'await model.sample()' })
    expect(card).toContain('## Usage\n\n```sh\ngen sample . --count 4\n```\n\n```ts\nawait model.sample()\n```\n')
    expect(modelCard({ name: 'x', command: 'gen' })).not.toContain('```ts')
  })

  const evil = '<script>alert(1)</script>\n<!-- a\n\n```\ncode\n> ~~~\n<img src=x onerror=y> &lt; & R&D'

  it('shows HTML as text, wherever it stands', () => {
    const card = modelCard({
      name: evil,
      description: evil,
      data: evil,
      architecture: evil,
      license: evil,
      metrics: { [evil]: evil },
      samples: evil,
      tags: [evil],
    })
    const [, , ...body] = card.split('---\n')
    const text = body.join('---\n').replace(/!\[Samples\]\(<[^<>\n]*>\)/, '')
    expect(text).not.toMatch(/<[a-z!/]/i)
    expect(text).toContain('&lt;script>alert(1)&lt;/script>')
    expect(text).toContain('&amp;lt; & R&D')
  })

  it('lets no text open or close a block of code', () => {
    const usage = 'const fences = `\n```\n````\n`'
    const card = modelCard({ name: 'x', description: evil, data: evil, command: evil, usage, license: 'MIT' })
    const fences = card.split('\n').filter((row) => /^[ \t>]*(`{3,}|~{3,})/.test(row))
    // Those of the usage stand in a block with a longer fence; those of the texts are none.
    expect(fences).toEqual(['````sh', '```', '> ~~~', '````', '`````ts', '```', '````', '`````'])
    expect(card.endsWith('\n\n## License\n\nMIT\n')).toBe(true)
  })

  it('keeps a row of measures one row', () => {
    const card = modelCard({ name: 'x', metrics: { 'a\\|b\nc': 'd|e' } })
    expect(card).toContain('\n| a\\\\\\|b c | d\\|e |\n')
  })

  it('leaves out what it is not given', () => {
    expect(modelCard({ name: 'x' })).toBe('---\nlibrary_name: "gen"\n---\n\n# x\n')
  })

  it('lets no value end the front matter', () => {
    const [, matter] = modelCard({ name: 'x\n---\ny', license: 'MIT"\n---\nevil: true', tags: ['a\n---'] }).split(
      '---\n',
    )
    expect(matter?.split('\n').length).toBe(4)
  })
})
