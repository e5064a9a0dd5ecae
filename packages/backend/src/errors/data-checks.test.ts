import { tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../index.ts'
import { assertLabels, checkLabels, labelList, labelTensor } from '../labels/labels.ts'
import { checkValues } from './check-values.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('checkValues', () => {
  it('lets through what is in range, up to rounding', async () => {
    const x = tensor2d([0, 1.0000005, 0.5, -0.0000005], [2, 2])
    await checkValues('here', 'x', x, { min: 0, max: 1, slack: 1e-6 })
    await expect(checkValues('here', 'x', x, { min: 0, max: 1 })).rejects.toThrow(
      'expected x in [0, 1], got 1.00000047',
    )
    await checkValues('here', 'x', x)
    x.dispose()
  })

  it('names the value, its row and the remedy', async () => {
    const [high, strange] = [tensor2d([0, 0, 0, 255], [2, 2]), tensor2d([0, 0, Number.NaN, 0], [2, 2])]
    await expect(checkValues('here', 'x', high, { min: 0, max: 1, remedy: 'divide by 255' })).rejects.toThrow(
      'here: expected x in [0, 1], got 255 in row 1; divide by 255',
    )
    await expect(checkValues('here', 'x', strange)).rejects.toThrow('expected x of finite numbers, got NaN in row 1')
    high.dispose()
    strange.dispose()
  })
})

describe('labels', () => {
  const bounds = { rows: 3, classes: 4 }

  it('are one for each row, from a number, a list or a tensor', () => {
    expect(labelList('here', 2, bounds)).toEqual([2, 2, 2])
    const given = tensor1d([3, 0, 1], 'int32')
    for (const labels of [[3, 0, 1], given]) {
      const tensor = labelTensor('here', labels, bounds)!
      expect([tensor.dtype, ...tensor.dataSync()]).toEqual(['int32', 3, 0, 1])
      tensor.dispose()
    }
    given.dispose()
    expect(labelTensor('here', undefined, { rows: 3, classes: 0 })).toBeUndefined()
    expect(labelList('here', [4, 0, 4], { ...bounds, noClass: true })).toEqual([4, 0, 4])
  })

  it('are refused where they do not fit', async () => {
    const tooMany = 'here: expected 3 labels, got 2; pass one for each row or a single one'
    expect(() => labelList('here', [1, 2], bounds)).toThrow(tooMany)
    expect(() => labelList('here', 4, bounds)).toThrow('expected labels from 0 to 3, got 4; raise classes')
    expect(() => labelList('here', [0, 1, 5], { ...bounds, noClass: true })).toThrow(
      'from 0 to 3 (or 4 for no class), got 5',
    )
    expect(() => labelList('here', [0, 1, 0.5], bounds)).toThrow('got 0.5')
    expect(() => labelTensor('here', undefined, bounds)).toThrow('expected labels for 4 classes, got none')
    expect(() => assertLabels('here', 1, { rows: 1, classes: 0 })).toThrow('expected no labels')
    const [long, strange] = [tensor1d([1, 2, 3, 0], 'int32'), tensor1d([0, -1], 'int32')]
    expect(() => labelTensor('here', long, bounds)).toThrow('expected labels of shape [3], got [4]')
    await checkLabels('here', long, 4)
    await expect(checkLabels('here', strange, 4)).rejects.toThrow('got -1')
    long.dispose()
    strange.dispose()
  })
})
