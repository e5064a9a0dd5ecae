/** Generators and discriminators from plain JSON. @module */
import { configFields, type Key, type Registry, registry, registryEntry } from '@gen/backend'
import type { Network } from '@gen/model'
import { activations } from '@gen/nn'
import * as v from 'valibot'
import { dcganDiscriminator, dcganGenerator } from './dcgan.ts'
import { mlpDiscriminator, mlpGenerator } from './mlp.ts'
import { patchDiscriminator, pix2pixGenerator } from './pix2pix.ts'
import { r3Discriminator, r3Generator } from './r3.ts'
import { residualDiscriminator, residualGenerator } from './residual.ts'

const { count, finite, size } = configFields
const activation = v.picklist(activations)
/** Blocks cost layers, each of which costs time to make. */
const few = v.pipe(size, v.maxValue(256))
const spectral = v.boolean()

const sizes = v.array(size)
/** Networks of images have at least one size. */
const some = v.pipe(sizes, v.minLength(1))
const judges = { shape: some, classes: count }
const makes = { ...judges, latentSize: size }
const context = v.exactOptional(some)
const waves = { context, widths: sizes, activation, frequencies: count, bandwidth: finite }
const r3 = { widths: some, blocks: few, expansion: few, groups: size }

/** The network whose `config` is given, with weights of a key; throws a GenError `config` for what no network here gives. */
export const networkFromConfig: Registry<Network, Key> = registry('gan.ganFromConfig', 'a network', {
  dcganDiscriminator: registryEntry({ ...judges, widths: some, spectral, groupSize: count }, (o, key) =>
    dcganDiscriminator({ ...o, key }),
  ),
  dcganGenerator: registryEntry({ ...makes, widths: some }, (o, key) => dcganGenerator({ ...o, key })),
  mlpDiscriminator: registryEntry({ ...judges, ...waves, spectral }, (o, key) => mlpDiscriminator({ ...o, key })),
  mlpGenerator: registryEntry({ ...makes, ...waves }, (o, key) => mlpGenerator({ ...o, key })),
  patchDiscriminator: registryEntry({ shape: some, context: some, widths: some, spectral }, (o, key) =>
    patchDiscriminator({ ...o, key }),
  ),
  pix2pixGenerator: registryEntry({ shape: some, context: some, widths: some, latentSize: size }, (o, key) =>
    pix2pixGenerator({ ...o, key }),
  ),
  r3Discriminator: registryEntry({ ...judges, ...r3 }, (o, key) => r3Discriminator({ ...o, key })),
  r3Generator: registryEntry({ ...makes, ...r3 }, (o, key) => r3Generator({ ...o, key })),
  residualDiscriminator: registryEntry({ ...judges, widths: some, spectral }, (o, key) =>
    residualDiscriminator({ ...o, key }),
  ),
  residualGenerator: registryEntry({ ...makes, widths: some }, (o, key) => residualGenerator({ ...o, key })),
})
