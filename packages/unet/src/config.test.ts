import { GenError, key } from '@gen/backend'
import { expect, it } from 'vitest'
import { unetConfig } from './index.ts'

it('fills the defaults in and survives JSON', () => {
  const config = unetConfig({ shape: [28, 28, 1] })
  expect(config).toEqual({
    shape: [28, 28, 1],
    widths: [32, 64, 96, 128],
    depth: 2,
    attention: [],
    headSize: 32,
    embedding: 'film',
    embeddingSize: 128,
    classes: 0,
    context: [],
    augmentation: 0,
    outputChannels: 1,
    anySize: false,
    down: 'avg',
    up: 'nearest',
    groups: 8,
    dropout: 0,
    key: key(0),
  })
  expect(unetConfig(JSON.parse(JSON.stringify(config)))).toEqual(config)
  expect(unetConfig({ shape: [28, 28, 1], embedding: 'concat' }).embeddingSize).toBe(32)
})

it('says what is wrong and what would be right', () => {
  const refusals: [json: unknown, code: string, message: string][] = [
    [{ shape: [3, 28, 1] }, 'shape', 'unet: expected height and width of at least 5 for 4 levels, got [3, 28]'],
    [{ shape: [4, 1], widths: [8, 8, 8, 8] }, 'shape', 'every size from 5 up works, and [4] works with up to 3 widths'],
    [{ shape: [28, 28, 1], attention: [4] }, 'config', 'attention at levels 0 to 3 of 4 widths, got level 4'],
    [{ shape: [28, 28, 1], dept: 3 }, 'config', 'unet: expected fields shape, widths, depth'],
    [{ shape: [28, 28, 1], up: 'cubic' }, 'config', 'expected up ("nearest" | "bilinear" | "conv"), got "cubic"'],
    [{ shape: [28, 28, 1], widths: [8, 0] }, 'config', 'expected widths.1 at least 1, got 0'],
    [{ shape: [28, 28, 1], embeddingSize: 7 }, 'config', 'expected embeddingSize even, got 7'],
    [{ shape: [28, 28, 1], dropout: 1 }, 'config', 'expected dropout at most 0.95, got 1'],
    [
      { shape: [28, 28, 1], context: [5, 8] },
      'config',
      'that samples [28, 28, 1] can be told, got [5, 8]; pass the shape',
    ],
    [{ shape: [28, 1], context: [2, 2, 2] }, 'config', 'can be told, got [2, 2, 2]'],
    [{ shape: [28] }, 'config', 'expected shape [height, width, channels] or [positions, channels], got [28]'],
    [{}, 'config', 'expected shape'],
    [null, 'config', 'unet: expected config Object, got null'],
    [{ shape: [28, 28, 1], key: { hi: 0 } }, 'value', 'expected key a key'],
  ]
  for (const [json, code, message] of refusals) {
    const refusal = () => unetConfig(json)
    expect(refusal).toThrow(GenError)
    expect(refusal).toThrow(message)
    expect(refusal).toThrow(expect.objectContaining({ code }))
  }
})
