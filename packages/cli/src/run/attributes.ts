/** Attributes that a word names: a class of the data, or something known of its faces. @module */
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { type FaceAttribute, faceAttributes } from '@gen/data/faces'

/**
 * 1 for each of the first items that has the attribute, else 0. `glasses` is any value but the first, `hairColor:red` is
 * one value, and `7` the class of that number.
 *
 * @throws GenError 'config' for an attribute that the data do not have.
 */
export async function attributeLabels(
  command: string,
  word: string,
  dataset: Dataset,
  count: number,
): Promise<number[]> {
  const [name = '', value] = word.split(':')
  const known = (dataset as Partial<{ attributes: Record<string, Int32Array> }>).attributes
  if (known) return faceLabels(command, name, value, known).slice(0, count)
  const wanted = Number(name)
  if (dataset.classes === undefined || !Number.isInteger(wanted) || wanted < 0 || wanted >= dataset.classes || value) {
    const expected = dataset.classes === undefined ? 'data with labels' : `a class from 0 to ${dataset.classes - 1}`
    throw refusal('config', command, { expected, got: `'${word}'` })
  }
  const { x, labels } = dataset.take(Array.from({ length: count }, (_, i) => i))
  const classes = [...(await labels!.data())]
  x.dispose()
  labels!.dispose()
  return classes.map((label) => Number(label === wanted))
}

/** All that {@link attributeLabels} knows of a dataset, in words. */
export function attributesOf(dataset: Dataset): string {
  const known = (dataset as Partial<{ attributes: Record<string, Int32Array> }>).attributes
  if (known) {
    const lines = Object.keys(known).map((name) => `  ${name}: ${faceAttributes[name as FaceAttribute].join(', ')}`)
    return `the attributes below; name one, as glasses for any value but the first, or with a value, as hairColor:red\n${lines.join('\n')}`
  }
  if (dataset.classes === undefined) return 'no labels; pass other --data'
  return `the classes 0 to ${dataset.classes - 1}; pass one of them`
}

function faceLabels(
  command: string,
  name: string,
  value: string | undefined,
  known: Record<string, Int32Array>,
): number[] {
  const labels = known[name]
  const values: readonly string[] = labels ? faceAttributes[name as FaceAttribute] : []
  if (!labels || (value !== undefined && !values.includes(value))) {
    const expected = labels ? `${name}: with ${values.join(', ')}` : `one of ${Object.keys(known).join(', ')}`
    throw refusal('config', command, { expected, got: `'${value ?? name}'` })
  }
  const at = value === undefined ? undefined : values.indexOf(value)
  return Array.from(labels, (label) => Number(at === undefined ? label !== 0 : label === at))
}
