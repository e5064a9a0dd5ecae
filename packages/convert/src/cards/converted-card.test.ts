/** Cards have the metadata that hubs read. */
import { expect, it } from 'vitest'
import { convertedCard } from '../index.ts'

const about = { family: 'diffusion', shape: [28, 28, 1], parameters: 1000, data: 'mnist', license: 'MIT' } as const

it.each(['onnx', 'pytorch', 'diffusers', 'gen'] as const)(
  '%s: license, library, task, tags and data are YAML',
  (to) => {
    const [, front] = convertedCard({ ...about, to }).split('---\n')
    const keys = Object.fromEntries(
      front!
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), JSON.parse(line.slice(line.indexOf(':') + 1))]),
    )
    expect(keys).toEqual({
      license: 'MIT',
      library_name: to,
      pipeline_tag: 'unconditional-image-generation',
      tags: ['diffusion', 'tensorflow.js'],
      datasets: ['ylecun/mnist'],
    })
  },
)

it('data that no hub knows are named in the text alone', () => {
  const card = convertedCard({ ...about, data: 'photos', shape: [3], to: 'gen' })
  expect(card).not.toMatch(/datasets|pipeline_tag/)
  expect(card).toContain('## Data\n\nphotos')
})
