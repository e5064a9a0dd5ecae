/** Functions of divergences in Python. @module */

/** As `mmdLoss` of `@gen/losses`. */
export function mmdText(kernel: 'rbf' | 'imq'): string {
  const value = { rbf: '(-squares / scales).exp()', imq: 'scales / (scales + squares)' }[kernel]
  return `

def mmd(x, y):
    """The squared maximum mean discrepancy of two sets of vectors, without pairs of a vector with itself (Tolstikhin et al., 2018)."""
    scales = torch.tensor([0.1, 0.2, 0.5, 1, 2, 5, 10], device=x.device)

    def values(a, b):
        squares = (a[:, None] - b).square().sum(-1, keepdim=True) / (2 * x.shape[1])
        return (${value}).sum(-1)

    def within(a):
        return (values(a, a).sum() - len(scales) * len(a)) / (len(a) * (len(a) - 1))

    return within(x) + within(y) - 2 * values(x, y).mean()
`
}

/** As `totalCorrelation` of `@gen/losses`. */
export function totalCorrelationText(datasetSize: number): string {
  return `

def decomposed(z, mean, log_variance, log_q, log_p):
    """Mutual information, total correlation and the variables' own divergences, estimated within the batch (Chen et al., 2018)."""
    pairs = log_normal(z[:, None], mean, log_variance)
    log_weight = -math.log(len(z) * ${datasetSize})
    joint = (pairs.sum(2) + log_weight).logsumexp(1)
    product = (pairs + log_weight).logsumexp(1).sum(1)
    return (log_q - joint).mean(), (joint - product).mean(), (product - log_p).mean()
`
}
