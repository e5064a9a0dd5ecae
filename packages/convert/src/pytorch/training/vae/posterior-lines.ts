/** Kinds of codes as lines of Python. @module */
import * as v from 'valibot'
import { rest } from './rest.ts'

const schema = v.variant('kind', [
  v.object({ kind: v.literal('normal') }),
  v.object({ kind: v.literal('point') }),
  v.object({
    kind: v.literal('quantized'),
    size: v.number(),
    codes: v.number(),
    decay: v.number(),
    commitment: v.number(),
    revive: v.number(),
  }),
])

/** How codes are drawn, and what that adds to the loss. */
export interface PosteriorLines {
  /** Functions that the lines call. */
  readonly functions: string
  /** From `x` and what is told to `z`, and to `mean` and `log_variance` where there are any. */
  readonly lines: readonly string[]
  /** An expression that is added to the loss. */
  readonly cost: string | undefined
}

/** The lines of a kind; `told` is what both networks are told, as arguments. */
export function posteriorLines(config: unknown, told: readonly string[], draws: number): PosteriorLines | undefined {
  const parsed = v.safeParse(schema, config)
  if (!parsed.success) return undefined
  const encoded = `model.encoder(${['x', ...told].join(', ')})`
  if (parsed.output.kind === 'point') return { functions: '', lines: [`z = ${encoded}`], cost: undefined }
  if (parsed.output.kind === 'normal') {
    return { functions: posteriorText, lines: normalLines(encoded, told, draws), cost: undefined }
  }
  return {
    functions: followText(parsed.output),
    lines: [
      `raw = ${encoded}`,
      `rows = raw.reshape(-1, ${parsed.output.size})`,
      'chosen = (model.codebook.square().sum(1) - 2 * rows @ model.codebook.T).argmin(1)',
      'nearest = model.codebook[chosen].reshape(raw.shape)',
      '# The gradient passes straight through to the encoder.',
      'z = raw + (nearest - raw).detach()',
      'if model.training:',
      '    follow(model, rows.detach(), chosen)',
    ],
    cost: `${parsed.output.commitment} * (raw - nearest).square().sum(1).mean()`,
  }
}

function normalLines(encoded: string, told: readonly string[], draws: number): string[] {
  const repeated = ['x', 'mean', 'log_variance', ...told].join(', ')
  return [
    `mean, log_variance = posterior(${encoded})`,
    ...(draws > 1 ? [`${repeated} = (part.repeat(${draws}, *[1] * (part.dim() - 1)) for part in (${repeated}))`] : []),
    'z = mean + (log_variance / 2).exp() * (torch.randn_like(mean) if eps is None else eps)',
  ]
}

const posteriorText = `

def posterior(raw):
    """Mean and log-variance of q(z | x), of what the encoder gives."""
    mean, log_variance = raw.chunk(2, 1)
    return mean, log_variance.clamp(-30, 20)
`

interface Quantized {
  readonly codes: number
  readonly decay: number
  readonly revive: number
}

function followText({ codes, decay, revive }: Quantized): string {
  return `

@torch.no_grad()
def follow(model, rows, chosen):
    """Moves each vector of the codebook to the average of what it stands for; vectors out of use start anew at some row."""
    one = F.one_hot(chosen, ${codes}).to(rows.dtype)
    counts = ${decay} * model.counts + ${rest(decay)} * one.sum(0)
    sums = ${decay} * model.sums + ${rest(decay)} * one.T @ rows
    total = counts.sum()
    is_dead = counts < total * ${revive} / ${codes}
    start = rows[torch.randint(len(rows), (${codes},), device=rows.device)]
    smooth = (counts + 1e-5) / (total + 1e-5 * ${codes}) * total
    model.codebook.copy_(torch.where(is_dead[:, None], start, sums / smooth[:, None]))
    model.counts.copy_(torch.where(is_dead, total / ${codes}, counts))
    model.sums.copy_(torch.where(is_dead[:, None], start * total / ${codes}, sums))
`
}
