"""packages/unet, architecture and names, in PyTorch."""

import math

import torch
import torch.nn.functional as F

from parameters import groups_for


def unet(x, alpha, p, widths, depth):
    """x [b, c, h, w], alpha [b]; embedding 'film', halving by means, doubling by repetition."""
    e = embed(alpha, p)
    h = p.convolution(x, "input", padding=1)
    skips = []
    middle = len(widths) - 1
    for level in range(middle):
        for i in range(depth):
            h = block(h, e, p, f"down_{level}_block_{i}")
            skips.append(h)
        h = F.avg_pool2d(h, 2)
    for i in range(depth):
        h = block(h, e, p, f"middle_block_{i}")
    for level in reversed(range(middle)):
        h = F.interpolate(h, scale_factor=2, mode="nearest")
        for i in range(depth):
            h = block(torch.cat([h, skips.pop()], 1), e, p, f"up_{level}_block_{i}")
    return p.convolution(F.silu(p.group_norm(h, "output_norm")), "output", padding=1)


def embed(alpha, p):
    ratio = alpha.clamp(1e-6, 1 - 1e-6)
    log_snr = torch.log(ratio) - torch.log(1 - ratio)
    frequencies = torch.exp(torch.linspace(math.log(1 / 32), math.log(2), 16, dtype=torch.float64)).float()
    angle = 2 * math.pi * log_snr[:, None] * frequencies
    waves = torch.cat([torch.sin(angle), torch.cos(angle)], 1)
    return F.silu(p.dense(F.silu(p.dense(waves, "noise_dense_0")), "noise_dense_1"))


def block(x, e, p, name):
    skip = p.convolution(x, name, "skip", "skipBias") if f"{name}/skip" in p.specs else x
    h = p.convolution(F.silu(p.group_norm(x, name, "scale1", "offset1")), name, "kernel1", "bias1", padding=1)
    scale, offset = p.dense(e, name, "embedding", "embeddingBias")[:, :, None, None].chunk(2, 1)
    h = F.silu(F.group_norm(h, groups_for(h.shape[1])) * (1 + scale) + offset)
    return skip + p.convolution(h, name, "kernel2", "bias2", padding=1)
