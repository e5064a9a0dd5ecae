/** Kinds of posteriors from plain JSON. @module */
import { configFields, type Key, type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { normalPosterior, type PosteriorKind, pointPosterior } from './posterior-kind.ts'
import { quantizedPosterior } from './quantized-posterior.ts'

const { finite, size } = configFields
const codebook = { size, codes: v.pipe(size, v.maxValue(2 ** 16)), decay: finite, commitment: finite, revive: finite }

/** The kind whose `config` is given; the key draws a codebook. Throws a GenError `config` for what no kind gives. */
export const posteriorFromConfig: Registry<PosteriorKind, Key> = registry('vae.vaeFromConfig', 'a posterior', {
  normal: registryEntry({}, () => normalPosterior()),
  point: registryEntry({}, () => pointPosterior()),
  quantized: registryEntry(codebook, (options, key) => quantizedPosterior({ ...options, key })),
})
