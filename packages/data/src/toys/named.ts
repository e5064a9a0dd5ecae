/** Toys by name, for command lines and menus. @module */
import { refusal } from '@gen/backend'
import { checkerboard } from './checkerboard.ts'
import { moons, spirals, swissRoll } from './curves.ts'
import { gaussianGrid, gaussianRing } from './gaussians.ts'
import { pinwheel } from './pinwheel.ts'
import type { Toy } from './toy.ts'

/** The name of a toy. */
export type ToyName = 'moons' | 'gaussianRing' | 'gaussianGrid' | 'checkerboard' | 'spirals' | 'pinwheel' | 'swissRoll'

const makers: Readonly<Record<ToyName, () => Toy>> = {
  moons,
  gaussianRing,
  gaussianGrid,
  checkerboard,
  spirals,
  pinwheel,
  swissRoll,
}

/** The names of all toys. */
export const toyNames: readonly ToyName[] = Object.keys(makers) as ToyName[]

/**
 * The toy of a name, with its default options.
 *
 * @throws GenError `config` for another name.
 * @example
 * const x = toy('moons').sample(256, key(0))
 */
export function toy(name: ToyName): Toy {
  if (Object.hasOwn(makers, name)) return makers[name]()
  throw refusal('config', 'data.toy', { expected: `one of ${toyNames.join(', ')}`, got: JSON.stringify(name) })
}
