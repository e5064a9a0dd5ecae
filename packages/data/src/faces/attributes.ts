/** What can differ between two faces. @module */
import { type Key, refusal, uniformArray } from '@gen/backend'

/** A face in words. */
export interface Face {
  readonly skin: 'pale' | 'light' | 'tan' | 'brown' | 'dark'
  readonly hair:
    | 'big'
    | 'bob'
    | 'bun'
    | 'caesar'
    | 'curly'
    | 'dreads'
    | 'flat'
    | 'fringe'
    | 'frizzle'
    | 'fro'
    | 'shaggy'
    | 'waved'
  /** Of the beard too. */
  readonly hairColor: 'black' | 'blond' | 'brown' | 'pink' | 'red' | 'silver'
  readonly eyes: 'happy' | 'hearts' | 'rolled' | 'surprised'
  readonly eyebrows: 'angry' | 'calm' | 'worried'
  readonly mouth: 'grimace' | 'scream' | 'serious' | 'smile' | 'tongue'
  readonly glasses: 'none' | 'round' | 'square' | 'sunglasses'
  readonly beard: 'none' | 'full' | 'moustache' | 'short'
  readonly shirt: 'black' | 'blue' | 'green' | 'red' | 'white' | 'yellow'
  readonly background: 'blue' | 'gray' | 'peach' | 'rose' | 'violet'
}

/** Something in which faces differ. */
export type FaceAttribute = keyof Face

/** What a value sets in the options of @dicebear/avataaars. */
type StyleOptions = Readonly<Record<string, readonly string[] | number>>

const one = (option: string, value: string): StyleOptions => ({ [option]: [value] })
const none = (option: string): StyleOptions => ({ [`${option}Probability`]: 0 })
const some = (option: string, value: string): StyleOptions => ({ [option]: [value], [`${option}Probability`]: 100 })
/** Beards have the color of the hair. */
const hair = (value: string): StyleOptions => ({ hairColor: [value], facialHairColor: [value] })

/**
 * The values of each attribute in the order of their labels. Chosen so that each can be told from the others at 32 pixels
 * and hides little: no hats, no bald heads, no shirts with pictures. (Sunglasses dim the eyes, and some hair the eyebrows.)
 */
const table: { readonly [Attribute in FaceAttribute]: Readonly<Record<Face[Attribute], StyleOptions>> } = {
  skin: {
    pale: one('skinColor', 'ffdbb4'),
    light: one('skinColor', 'edb98a'),
    tan: one('skinColor', 'd08b5b'),
    brown: one('skinColor', 'ae5d29'),
    dark: one('skinColor', '614335'),
  },
  hair: {
    big: one('top', 'bigHair'),
    bob: one('top', 'bob'),
    bun: one('top', 'bun'),
    caesar: one('top', 'theCaesar'),
    curly: one('top', 'curly'),
    dreads: one('top', 'dreads'),
    flat: one('top', 'shortFlat'),
    fringe: one('top', 'straight02'),
    frizzle: one('top', 'frizzle'),
    fro: one('top', 'fro'),
    shaggy: one('top', 'shaggyMullet'),
    waved: one('top', 'shortWaved'),
  },
  hairColor: {
    black: hair('2c1b18'),
    blond: hair('d6b370'),
    brown: hair('724133'),
    pink: hair('f59797'),
    red: hair('c93305'),
    silver: hair('e8e1e1'),
  },
  eyes: {
    happy: one('eyes', 'happy'),
    hearts: one('eyes', 'hearts'),
    rolled: one('eyes', 'eyeRoll'),
    surprised: one('eyes', 'surprised'),
  },
  eyebrows: {
    angry: one('eyebrows', 'angry'),
    calm: one('eyebrows', 'default'),
    worried: one('eyebrows', 'sadConcerned'),
  },
  mouth: {
    grimace: one('mouth', 'grimace'),
    scream: one('mouth', 'screamOpen'),
    serious: one('mouth', 'serious'),
    smile: one('mouth', 'smile'),
    tongue: one('mouth', 'tongue'),
  },
  glasses: {
    none: none('accessories'),
    round: some('accessories', 'round'),
    square: some('accessories', 'prescription02'),
    sunglasses: some('accessories', 'sunglasses'),
  },
  beard: {
    none: none('facialHair'),
    full: some('facialHair', 'beardMajestic'),
    moustache: some('facialHair', 'moustacheMagnum'),
    short: some('facialHair', 'beardMedium'),
  },
  shirt: {
    black: one('clothesColor', '262e33'),
    blue: one('clothesColor', '5199e4'),
    green: one('clothesColor', 'a7ffc4'),
    red: one('clothesColor', 'ff5c5c'),
    white: one('clothesColor', 'ffffff'),
    yellow: one('clothesColor', 'ffffb1'),
  },
  background: {
    blue: one('backgroundColor', 'b6e3f4'),
    gray: one('backgroundColor', 'd6d6d6'),
    peach: one('backgroundColor', 'ffdfbf'),
    rose: one('backgroundColor', 'ffd5dc'),
    violet: one('backgroundColor', 'c0aede'),
  },
}

/** The values that each attribute can have. */
export type FaceValues = { readonly [Attribute in FaceAttribute]: readonly Face[Attribute][] }

/** The names of the attributes, in the order of the columns of {@link drawLabels}. */
export const attributeNames: readonly FaceAttribute[] = Object.keys(table) as FaceAttribute[]

/**
 * The values of each attribute, in the order of their labels: `faceAttributes.glasses[2]` is `'square'`.
 *
 * Half of all faces have no glasses, half no beard; otherwise all values of an attribute are equally frequent, and the
 * attributes are independent of each other.
 *
 * @example
 * const choices = Object.values(faceAttributes).reduce((product, values) => product * values.length, 1) // 10,368,000
 */
export const faceAttributes: FaceValues = Object.fromEntries(
  attributeNames.map((name) => [name, Object.keys(table[name])]),
) as unknown as FaceValues

/** The labels of faces `first … first + count − 1`, a row each: row i depends only on the key and i. */
export function drawLabels(key: Key, first: number, count: number): Int32Array {
  const columns = attributeNames.length
  const uniform = uniformArray(key, count, columns, { offset: first })
  return Int32Array.from(uniform, (u, i) => labelAt(attributeNames[i % columns] as FaceAttribute, u))
}

function labelAt(name: FaceAttribute, u: number): number {
  const values: readonly string[] = faceAttributes[name]
  if (values[0] !== 'none') return Math.floor(u * values.length)
  return u < 0.5 ? 0 : 1 + Math.floor((2 * u - 1) * (values.length - 1))
}

/** The label of each attribute of a face in words. */
export function labelsOf(where: string, face: Face): number[] {
  return attributeNames.map((name) => {
    const values: readonly string[] = faceAttributes[name]
    const label = values.indexOf(face[name])
    if (label >= 0) return label
    const expected = `${name} among ${values.join(', ')}`
    throw refusal('value', where, { expected, got: JSON.stringify(face[name]) })
  })
}

/** What all faces share. The seed decides nothing that is seen. */
const fixed = { seed: 'face', topProbability: 100, clothing: ['shirtCrewNeck'], accessoriesColor: ['262e33'] } as const

/** What @dicebear/avataaars is told about a face, so that nothing is left to its own random numbers. */
export function styleOptions(labels: ArrayLike<number>): Record<string, unknown> {
  const chosen = attributeNames.map((name, i) => Object.values<StyleOptions>(table[name])[labels[i] as number])
  return Object.assign({ ...fixed }, ...chosen)
}
