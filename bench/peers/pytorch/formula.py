"""Arrays of numbers by formula, the same in Python and in TypeScript (bench/src/spec.ts)."""

import math

import torch

WORD = 0xFFFFFFFF


def array(spec):
    """mean + scale * u(seed, index), u uniform in [-1, 1), as a float32 tensor."""
    size = math.prod(spec["shape"])
    x = (torch.arange(size, dtype=torch.int64) + spec["seed"] * 0x9E3779B9) & WORD
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & WORD
    x = ((x ^ (x >> 15)) * 0x846CA68B) & WORD
    x = x ^ (x >> 16)
    unit = (x >> 8).double() / 2**23 - 1
    return (spec["mean"] + spec["scale"] * unit).float().reshape(spec["shape"])


def sample(tensor):
    """A few elements, spread by a prime stride; the same ones in every engine."""
    flat = tensor.detach().reshape(-1)
    count = min(flat.numel(), 64)
    indices = torch.arange(count, dtype=torch.int64) * 104729 % flat.numel()
    return flat[indices].tolist()
