"""Between our layout (channels last in shapes) and PyTorch's (channels second)."""

import torch


class Layout:
    """How PyTorch keeps images: `eager` as everybody writes it, `channels-last` in that memory format."""

    def __init__(self, variant):
        self.tuned = variant == "channels-last"
        self.memory_format = torch.channels_last if self.tuned else torch.contiguous_format

    def image(self, x):
        """[b, h, w, c] -> [b, c, h, w]"""
        return x.permute(0, 3, 1, 2).contiguous(memory_format=self.memory_format)

    def filter(self, x):
        """[h, w, in, out] -> [out, in, h, w]"""
        return x.permute(3, 2, 0, 1).contiguous(memory_format=self.memory_format)


def ours(image):
    return image.permute(0, 2, 3, 1)


def our_filter(kernel):
    return kernel.permute(2, 3, 1, 0)
