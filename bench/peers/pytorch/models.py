"""The other models of the training steps, as bench/src/steps and @gen/nn have them."""

import math

import torch
import torch.nn.functional as F


def mlp(x, p, name, hidden):
    for i in range(hidden):
        x = F.relu(p.dense(x, f"{name}_dense_{i}"))
    return p.dense(x, f"{name}_output")


def conv_encoder(x, p, widths):
    for i in range(widths):
        x = p.convolution(same(x), f"encoder_{i}_conv", stride=2)
        x = F.silu(p.group_norm(x, f"encoder_{i}_norm"))
    return p.dense(x.permute(0, 2, 3, 1).flatten(1), "encoder_output")


def conv_decoder(z, p, sizes, channels):
    """sizes: from the smallest to the largest, 4, 7, 14, 28."""
    side = sizes[0]
    x = p.dense(z, "decoder_dense").reshape(-1, side, side, channels)
    x = x.permute(0, 3, 1, 2).contiguous(memory_format=p.layout.memory_format)
    x = F.silu(p.group_norm(x, "decoder_norm"))
    for i, size in zip(reversed(range(len(sizes) - 1)), sizes[1:], strict=True):
        x = F.interpolate(x, scale_factor=2, mode="nearest")[:, :, :size, :size]
        x = F.silu(p.group_norm(p.convolution(x, f"decoder_{i}_conv", padding=1), f"decoder_{i}_norm"))
    return p.convolution(x, "decoder_output", padding=1)


def same(x):
    """TensorFlow's padding of a 3 x 3 window with stride 2: where the side is even, at the end only."""
    height, width = (1 - side % 2 for side in x.shape[2:])
    return F.pad(x, (1 - width, 1, 1 - height, 1))


def generator(z, p):
    x = p.dense(z, "generator/0").reshape(-1, 4, 4, 256)
    x = x.permute(0, 3, 1, 2).contiguous(memory_format=p.layout.memory_format)
    x = F.relu(batch_norm(x, p, "generator/0"))
    for i in (1, 2):
        x = F.relu(batch_norm(transposed(x, p, f"generator/{i}"), p, f"generator/{i}"))
    return torch.tanh(transposed(x, p, "generator/3"))


def discriminator(x, p):
    x = F.leaky_relu(p.convolution(x, "discriminator/0", stride=2, padding=1), 0.2)
    for i in (1, 2):
        x = p.convolution(x, f"discriminator/{i}", stride=2, padding=1)
        x = F.leaky_relu(batch_norm(x, p, f"discriminator/{i}"), 0.2)
    return p.dense(x.permute(0, 2, 3, 1).flatten(1), "discriminator/3")


def transposed(x, p, name):
    # Its filter is [h, w, out, in] in ours, [in, out, h, w] here: the same permutation.
    return F.conv_transpose2d(x, p.filter(f"{name}/kernel"), p.bias(f"{name}/bias"), stride=2, padding=1)


def batch_norm(x, p, name):
    return F.batch_norm(x, None, None, p.take(f"{name}/scale"), p.take(f"{name}/offset"), training=True)


def coupling_flow(x, p, layers, slope):
    """-mean log p(x) of affine couplings, as packages/flows realNvp has them."""
    size = x.shape[1]
    middle = (size + 1) // 2
    log_det = 0
    for i in range(layers):
        first, last = x[:, :middle], x[:, middle:]
        kept, changed = (last, first) if i % 2 else (first, last)
        h = F.relu(p.dense(kept, f"layer_{i}/0"))
        h = F.relu(p.dense(h, f"layer_{i}/1"))
        theta = p.dense(h, f"layer_{i}/2").reshape(*changed.shape, 2)
        shift, raw = theta[..., 0], theta[..., 1]
        a = raw / (1 + (raw / math.log(slope)).abs())
        changed = changed * a.exp() + shift
        log_det = log_det + a.sum(1)
        x = torch.cat([changed, kept] if i % 2 else [kept, changed], 1)
    log_prob = -0.5 * x.square().sum(1) - 0.5 * size * math.log(2 * math.pi) + log_det
    return -log_prob.mean()


def negative_elbo(x, logits, mean, log_variance):
    """Bernoulli likelihood and Gaussian posterior: sums over the event, mean over the batch."""
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    kl = 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum(1)
    return (reconstruction + kl).mean()
