/** Attributes that a word names: a class of the data, or something known of its faces. @module */
import { refusal } from '@gen/backend'
import type { Dataset, FolderDataset } from '@gen/data'
import { type FaceAttribute, faceAttributes } from '@gen/data/faces'
import { evenPlaces } from './even-places.ts'

/**
 * 1 for each item of {@link evenPlaces} that has the attribute, else 0. `glasses` is any value but the first, `hairColor:red` is
 * one value, and `7` the class of that number; of a folder also the name of a subfolder.
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
  const places = evenPlaces(dataset.size, count)
  if (known) {
    const labels = faceLabels(command, name, value, known)
    return places.map((place) => labels[place]!)
  }
  const named = classNamesOf(dataset).indexOf(word)
  const wanted = named >= 0 ? named : Number(word || Number.NaN)
  if (dataset.classes === undefined || !Number.isInteger(wanted) || wanted < 0 || wanted >= dataset.classes) {
    throw refusal('config', command, { expected: expectedOf(dataset), got: `'${word}'` })
  }
  const { x, labels } = dataset.take(places)
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
  if (dataset.classes === undefined) {
    return 'no labels; pass other --data, as a folder of images with a subfolder for each class'
  }
  const names = classNamesOf(dataset)
  const told = names.length > 0 ? names.join(', ') : `0 to ${dataset.classes - 1}`
  return `the classes ${told}; pass one of them`
}

function expectedOf(dataset: Dataset): string {
  if (dataset.classes === undefined) return 'data with labels'
  const names = classNamesOf(dataset)
  return names.length > 0 ? `one of ${names.join(', ')}` : `a class from 0 to ${dataset.classes - 1}`
}

/** A folder calls its classes by its subfolders. */
function classNamesOf(dataset: Dataset): readonly string[] {
  return (dataset as Partial<FolderDataset>).classNames ?? []
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
