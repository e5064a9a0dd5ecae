/** How a run trains. @module */

/** How the run trains; all numbers of the script can be changed where it is called. */
export interface TrainingPlan {
  /** Rows of a batch, over all processes. @default 64 */
  readonly batch?: number
  /** Highest learning rate. @default as `gen train` has it for the family: 0.001 of VAEs and GANs, else 0.002 */
  readonly learningRate?: number
  /** @default 0.0001 of diffusion models, else 0 */
  readonly weightDecay?: number
  /** Decay of the averaged weights. @default 0.995 */
  readonly ema?: number
  /** Gradients are scaled down to this norm. @default 1 */
  readonly clipNorm?: number
  /** Highest learning rate of a discriminator; 0: that of its generator. @default 0 */
  readonly discriminatorRate?: number
  /** Adam's decay of the mean gradient, of GANs. @default 0.5 */
  readonly beta1?: number
  /** Steps that are done already. @default 0 */
  readonly step?: number
}
