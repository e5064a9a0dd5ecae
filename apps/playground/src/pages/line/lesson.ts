/** The GAN on the line, in the worker. @module */
import { fold } from '@gen/backend'
import { mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { adam } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { gameOf, type Networks } from '../gan/recipe.ts'
import { batches } from './data.ts'
import { picturesOf } from './pictures.ts'
import type { LineSettings } from './settings.ts'

/** Perceptrons from z in [−1, 1] to the line, and from the line to a number. */
export const lesson: Lesson<LineSettings, Course<LineSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin({ width, layers }, k) {
    const widths = Array<number>(layers).fill(width)
    const networks: Networks = {
      generator: mlpGenerator({ shape: [1], latentSize: 1, widths, key: fold(k, 0) }),
      discriminator: mlpDiscriminator({ shape: [1], widths, key: fold(k, 1) }),
    }
    return {
      training: (now) => ({
        model: gameOf(networks, now),
        batches: batches(now.data, now.batch),
        optimizer: adam({ learningRate: now.rate, beta1: now.momentum, beta2: 0.99 }),
        ...(now.players !== 'both' && { playing: () => [now.players] }),
      }),
      pictures: (now) => picturesOf(gameOf(networks, now), now),
      dispose: () => dispose([...networks.generator.variables(), ...networks.discriminator.variables()]),
    }
  },
}
