/** How codes are held to the prior, as lines of Python. @module */
import * as v from 'valibot'
import { mmdText, totalCorrelationText } from './divergence-texts.ts'

const schedule = v.object({ from: v.number(), to: v.number(), steps: v.number() })
const schema = v.variant('kind', [
  v.object({ kind: v.literal('none') }),
  v.object({ kind: v.literal('kl'), beta: v.union([v.number(), schedule]), freeNats: v.number() }),
  v.object({ kind: v.literal('importanceWeighted'), draws: v.number() }),
  v.object({ kind: v.literal('mmd'), weight: v.number(), kernel: v.picklist(['rbf', 'imq']) }),
  v.object({
    kind: v.literal('regularized'),
    codeWeight: v.number(),
    penalty: v.picklist(['l2', 'gradient']),
    weight: v.number(),
  }),
  v.object({
    kind: v.literal('totalCorrelation'),
    datasetSize: v.number(),
    alpha: v.number(),
    beta: v.number(),
    gamma: v.number(),
  }),
])

type Divergence = v.InferOutput<typeof schema>

/** What is added to −log p(x | z). */
export interface DivergenceLines {
  readonly draws: number
  /** The loss in words. */
  readonly about: string
  /** Functions that the lines call. */
  readonly functions: string
  /** Whether it takes log q(z | x) and log p(z). */
  readonly density: boolean
  /** Whether it draws numbers of its own, which may be given. */
  readonly drawn: boolean
  /** From `z`, `log_p` and what the posterior gives to `loss`. */
  readonly lines: readonly string[]
}

const error = '-log_p.mean()'
const plain = { draws: 1, functions: '', density: false, drawn: false }

/** The lines of a divergence; nothing for one that has none. `decoded` is the mean of p(x | z) in Python. */
export function divergenceLines(
  config: unknown,
  { isStandard, decoded }: { readonly isStandard: boolean; readonly decoded: string },
): DivergenceLines | undefined {
  const parsed = v.safeParse(schema, config)
  if (!parsed.success) return undefined
  const { output } = parsed
  if (output.kind === 'none') return { ...plain, about: 'E[-log p(x | z)]', lines: [`loss = ${error}`] }
  if (output.kind === 'kl') return klLines(output, isStandard)
  if (output.kind === 'regularized') return regularizedLines(output, decoded)
  if (output.kind === 'importanceWeighted') {
    const log = `.reshape(${output.draws}, -1).logsumexp(0)`
    return {
      ...plain,
      draws: output.draws,
      density: true,
      about: '-log of the mean of p(x | z) p(z) / q(z | x) over the draws',
      lines: [`loss = -(log_p + log_prior(model, z) - log_q)${log}.mean() + ${Math.log(output.draws)}`],
    }
  }
  if (!isStandard) return undefined
  if (output.kind === 'mmd') {
    return {
      ...plain,
      drawn: true,
      functions: mmdText(output.kernel),
      about: `E[-log p(x | z)] + ${output.weight} MMD^2(q(z), p(z))`,
      lines: [`loss = ${error} + ${output.weight} * mmd(z, torch.randn_like(z) if drawn is None else drawn)`],
    }
  }
  const { alpha, beta, gamma, datasetSize } = output
  return {
    ...plain,
    functions: totalCorrelationText(datasetSize),
    density: true,
    about: `E[-log p(x | z)] + ${alpha} I(x; z) + ${beta} TC(z) + ${gamma} KL of each variable`,
    lines: [
      'information, correlation, own = decomposed(z, mean, log_variance, log_q, log_prior(model, z))',
      `loss = ${error} + ${alpha} * information + ${beta} * correlation + ${gamma} * own`,
    ],
  }
}

function klLines(
  { beta, freeNats }: Extract<Divergence, { kind: 'kl' }>,
  isStandard: boolean,
): DivergenceLines | undefined {
  if (freeNats > 0 && !isStandard) return undefined
  const [weight, before, after] =
    typeof beta === 'number'
      ? [beta === 1 ? '' : `${beta} * `, [], []]
      : [
          'beta * ',
          [`beta = ${beta.from} + ${beta.to - beta.from} * (model.steps_done / ${beta.steps}).clamp(max=1)`],
          ['if model.training:', '    model.steps_done += 1'],
        ]
  const own = '0.5 * (mean**2 + log_variance.exp() - log_variance - 1)'
  const kl = !isStandard
    ? '(log_q - log_prior(model, z)).mean()'
    : freeNats > 0
      ? `(${own}).mean(0).clamp(min=${freeNats}).sum()`
      : `(${own}).sum(1).mean()`
  const name = typeof beta === 'number' ? weight.replace(' *', '') : 'beta '
  return {
    ...plain,
    density: !isStandard,
    about: `E[-log p(x | z)] + ${name}KL(q(z | x) || p(z))`,
    lines: [...before, `loss = ${error} + ${weight}${kl}`, ...after],
  }
}

function regularizedLines(
  { codeWeight, penalty, weight }: Extract<Divergence, { kind: 'regularized' }>,
  decoded: string,
): DivergenceLines {
  const codes = `${codeWeight / 2} * z.square().sum(1).mean()`
  if (penalty === 'l2') {
    return {
      ...plain,
      about: `E[-log p(x | z)] + ${codeWeight} |z|^2 / 2 + ${weight} |decoder's weights|^2`,
      lines: [
        'smoothness = sum(value.square().sum() for value in model.decoder.parameters())',
        `loss = ${error} + ${codes} + ${weight} * smoothness`,
      ],
    }
  }
  return {
    ...plain,
    drawn: true,
    about: `E[-log p(x | z)] + ${codeWeight} |z|^2 / 2 + ${weight} |d decode(z) / dz|^2, by one random direction`,
    lines: [
      `decoded = ${decoded}`,
      'direction = torch.randn_like(decoded) if drawn is None else drawn',
      'slope = torch.autograd.grad((decoded * direction).sum(), z, create_graph=True)[0]',
      `loss = ${error} + ${codes} + ${weight} * slope.square().sum(1).mean()`,
    ],
  }
}
