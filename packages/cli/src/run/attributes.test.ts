import { imageDataset } from '@gen/data'
import { describe, expect, it } from 'vitest'
import { attributeLabels, attributesOf } from './attributes.ts'

const digits = imageDataset({ pixels: new Uint8Array(4), shape: [1, 1, 1], labels: [0, 1, 1, 0], classes: 2 })
const folder = { ...digits, classNames: ['cats', 'dogs'] }
const unlabeled = imageDataset({ pixels: new Uint8Array(4), shape: [1, 1, 1] })

describe('attributes', () => {
  it('are classes by number, and of a folder by the name of a subfolder too', async () => {
    expect(await attributeLabels('gen edit', '1', digits, 4)).toEqual([0, 1, 1, 0])
    expect(await attributeLabels('gen edit', 'dogs', folder, 3)).toEqual([0, 1, 1])
    expect(await attributeLabels('gen edit', '0', folder, 4)).toEqual([1, 0, 0, 1])
  })

  it('are of items from all over the data, which may come class by class', async () => {
    const sorted = imageDataset({ pixels: new Uint8Array(6), shape: [1, 1, 1], labels: [0, 0, 0, 1, 1, 1], classes: 2 })
    expect(await attributeLabels('gen edit', '1', sorted, 2)).toEqual([0, 1])
  })

  it('are told of', () => {
    expect(attributesOf(digits)).toBe('the classes 0 to 1; pass one of them')
    expect(attributesOf(folder)).toBe('the classes cats, dogs; pass one of them')
    expect(attributesOf(unlabeled)).toMatch('no labels; pass other --data, as a folder of images with a subfolder')
  })

  it.each(['2', '-1', '1.5', '', '1:x', 'dogs'])('refuse %j of numbered classes', async (word) => {
    await expect(attributeLabels('gen edit', word, digits, 4)).rejects.toThrow(
      `gen edit: expected a class from 0 to 1, got '${word}'`,
    )
  })

  it('refuse what is no subfolder by the names that there are', async () => {
    await expect(attributeLabels('gen edit', 'birds', folder, 4)).rejects.toThrow("one of cats, dogs, got 'birds'")
    await expect(attributeLabels('gen edit', '1', unlabeled, 4)).rejects.toThrow('expected data with labels')
  })
})
