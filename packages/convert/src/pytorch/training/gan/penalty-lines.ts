/** Penalties on a discriminator's gradient, as expressions of Python. @module */
import * as v from 'valibot'

const schema = v.variant('kind', [
  v.object({ kind: v.picklist(['r1', 'r2']), weight: v.number() }),
  v.object({
    kind: v.literal('gradientPenalty'),
    weight: v.number(),
    target: v.number(),
    oneSided: v.boolean(),
  }),
  v.object({ kind: v.literal('dragan'), weight: v.number(), target: v.number(), deviation: v.number() }),
])

/** A penalty. */
export interface PenaltyLine {
  /** Of `critic`, `real` and `fake`. */
  readonly line: string
  /** Whether it draws numbers of its own, which may be given. */
  readonly drawn: boolean
}

/** The line of a penalty; nothing for one that has none. */
export function penaltyLine(config: unknown): PenaltyLine | undefined {
  const parsed = v.safeParse(schema, config)
  if (!parsed.success) return undefined
  const { output } = parsed
  if (output.kind === 'gradientPenalty') {
    const share = 'torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device) if drawn is None else drawn'
    const norm = `(squared_slope(critic, fake + (${share}) * (real - fake)) + 1e-12).sqrt()`
    const excess = output.oneSided ? `F.relu(${norm} - ${output.target})` : `(${norm} - ${output.target})`
    return { line: `${output.weight} * (${excess} ** 2).mean()`, drawn: true }
  }
  if (output.kind === 'dragan') {
    const noise = `${output.deviation} * real.std(correction=0) * (torch.randn_like(real) if drawn is None else drawn)`
    const norm = `(squared_slope(critic, real + ${noise}) + 1e-12).sqrt()`
    return { line: `${output.weight} * ((${norm} - ${output.target}) ** 2).mean()`, drawn: true }
  }
  const x = output.kind === 'r1' ? 'real' : 'fake'
  return { line: `${output.weight / 2} * squared_slope(critic, ${x}).mean()`, drawn: false }
}

/** Penalties that have lines. */
export const penaltyKinds = ['r1', 'r2', 'gradientPenalty', 'dragan'] as const

/** What penalties call. */
export const slopeText = `

def squared_slope(critic, x):
    """The squared norm of the critic's gradient at each x."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0].square().flatten(1).sum(1)
`
