/** For tests: numbers that every engine and backend must give, bit for bit. All are of `key(7)`. @module */

import type { Key } from './key.ts'

/** Draws by the name of the function, or what is special about them. */
interface Golden extends Record<Draw, number[]> {
  split: Key[]
  fold: Key
}

type Draw =
  | 'normal'
  | 'far'
  | 'uniform'
  | 'scaled'
  | 'randint'
  | 'categorical'
  | 'bernoulli'
  | 'permutation'
  | 'permute'

export const golden: Golden = {
  split: [
    { hi: 3768874232, lo: 756042686 },
    { hi: 2349442663, lo: 2400034002 },
  ],
  /** fold(key, 5). */
  fold: { hi: 456157993, lo: 1738728672 },
  /** normal(key, [2, 5]). */
  normal: [
    -0.34948664903640747, 0.36262720823287964, 0.20679616928100586, -1.729100227355957, -1.14401113986969,
    0.3317176401615143, 1.1368427276611328, -0.3186669945716858, 0.1957663893699646, -0.6789201498031616,
  ],
  /** normal(key, [1, 3], { offset: 2³³ + 1 }). */
  far: [-1.2554911375045776, 1.4556214809417725, 1.0307053327560425],
  /** uniform(key, [2, 3]). */
  uniform: [
    0.8808924555778503, 0.37206345796585083, 0.21952784061431885, 0.49597781896591187, 0.2048148512840271,
    0.932452917098999,
  ],
  /** uniform(key, [2, 3], { min: −1, max: 2 }). */
  scaled: [
    1.6426773071289062, 0.11619043350219727, -0.34141647815704346, 0.4879333972930908, -0.3855554461479187,
    1.797358751296997,
  ],
  /** randint(key, [2, 5], { min: −3, max: 10 }). */
  randint: [8, 1, -1, 6, 2, 3, -1, 9, 2, 0],
  /** categorical(key, normal(key(1), [6, 4])). */
  categorical: [0, 2, 1, 0, 3, 2],
  /** bernoulli(key, [8], { p: 0.3 }). */
  bernoulli: [0, 0, 0, 0, 0, 0, 1, 1],
  /** permutation(key, 8). */
  permutation: [5, 1, 0, 7, 2, 3, 6, 4],
  /** permute(key, 8, 0…7). */
  permute: [3, 5, 6, 1, 2, 7, 0, 4],
}
