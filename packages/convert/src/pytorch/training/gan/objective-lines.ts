/** What the two players of a GAN descend, as lines of Python. @module */

/** Of the logits `real` and `fake`. */
export interface ObjectiveLines {
  readonly discriminator: string
  readonly generator: string
  /** Whether the generator's looks at data. */
  readonly seesData: boolean
}

const crossEntropy = 'F.softplus(-real).mean() + F.softplus(fake).mean()'

const objectives: Readonly<Record<string, ObjectiveLines>> = {
  minimax: { discriminator: crossEntropy, generator: '-F.softplus(fake).mean()', seesData: false },
  nonSaturating: { discriminator: crossEntropy, generator: 'F.softplus(-fake).mean()', seesData: false },
  leastSquares: {
    discriminator: '((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2',
    generator: '((fake - 1) ** 2).mean() / 2',
    seesData: false,
  },
  hinge: {
    discriminator: 'F.relu(1 - real).mean() + F.relu(1 + fake).mean()',
    generator: '-fake.mean()',
    seesData: false,
  },
  wasserstein: { discriminator: 'fake.mean() - real.mean()', generator: '-fake.mean()', seesData: false },
  relativistic: {
    discriminator: 'F.softplus(fake - real).mean()',
    generator: 'F.softplus(real - fake).mean()',
    seesData: true,
  },
}

/** The lines of an objective; nothing for one that has none. */
export function objectiveLines(kind: string): ObjectiveLines | undefined {
  return Object.hasOwn(objectives, kind) ? objectives[kind] : undefined
}

/** Objectives that have lines. */
export const objectiveKinds: readonly string[] = Object.keys(objectives)
