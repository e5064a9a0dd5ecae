/** What worker and page agree on. @module */

/** Pixels along each side of a digit. */
export const pixels = 28
/** One of each class. */
export const classes = 10
/** Steps of the tape from noise to digits, however often the network is asked. */
export const end = 125
/** Columns of the table: steps of a sampler. */
export const counts: readonly number[] = [1, 2, 5, 10, 20]
/** Its rows. */
export const samplerNames = ['ddim', 'dpmSolver2M', 'heun', 'ddpmAncestral'] as const
/** What people read. */
export const samplerLabels: Readonly<Record<(typeof samplerNames)[number], string>> = {
  ddim: 'DDIM',
  dpmSolver2M: 'DPM-Solver++ (2M)',
  heun: 'Heun (two calls a step)',
  ddpmAncestral: 'DDPM (fresh noise)',
}
