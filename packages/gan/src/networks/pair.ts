/** Generator and discriminator of one design. @module */
import { split } from '@gen/backend'
import type { Network } from '@gen/model'
import { dcganDiscriminator, dcganGenerator } from './dcgan.ts'
import { mlpDiscriminator, mlpGenerator } from './mlp.ts'
import type { DiscriminatorOptions, GeneratorOptions } from './options.ts'
import { r3Discriminator, r3Generator } from './r3.ts'
import { residualDiscriminator, residualGenerator } from './residual.ts'

/** The designs that this package has networks of. */
export type Design = 'mlp' | 'dcgan' | 'residual' | 'r3'

/** Options of {@link networkPair}. */
export interface NetworkPairOptions extends GeneratorOptions, Pick<DiscriminatorOptions, 'spectral'> {
  /** Sizes of the layers of both, as the design's networks take them. @default theirs */
  widths?: readonly number[]
  /** Samples that the discriminator judges together. @default 1 */
  pack?: number
}

const designs: Record<Design, [(options: GeneratorOptions) => Network, (options: DiscriminatorOptions) => Network]> = {
  mlp: [mlpGenerator, mlpDiscriminator],
  dcgan: [dcganGenerator, dcganDiscriminator],
  residual: [residualGenerator, residualDiscriminator],
  r3: [r3Generator, r3Discriminator],
}

/**
 * The two networks of a design, of the same widths.
 *
 * @throws GenError `shape`, `value` or `range`, as the networks do.
 * @example
 * const model = gan(networkPair('dcgan', { shape: [28, 28, 1], latentSize: 64, key: key(0) }))
 */
export function networkPair(
  design: Design,
  { shape, latentSize, key, classes = 0, widths, spectral, pack = 1 }: NetworkPairOptions,
): { generator: Network; discriminator: Network } {
  const [generator, discriminator] = designs[design]
  const [forGenerator, forDiscriminator] = split(key)
  const common = { classes, ...(widths && { widths }) }
  const judged = [...shape.slice(0, -1), pack * shape.at(-1)!]
  return {
    generator: generator({ ...common, shape, latentSize, key: forGenerator! }),
    discriminator: discriminator({
      ...common,
      ...(spectral !== undefined && { spectral }),
      shape: judged,
      key: forDiscriminator!,
    }),
  }
}
