"""Sampling of the U-Net, by PyTorch or by onnxruntime; bench/src/steps/sampling.ts."""

import io

import torch

from layout import ours
from unet import unet


class Network(torch.nn.Module):
    """The noise in x at the signal ratios alpha."""

    def __init__(self, p, attributes):
        super().__init__()
        self.p, self.widths, self.depth = p, attributes["widths"], attributes["depth"]

    def forward(self, x, alpha):
        return unet(x, alpha, self.p, self.widths, self.depth)


def in_onnxruntime(network, x, alpha):
    import onnxruntime

    bytes_ = io.BytesIO()
    torch.onnx.export(network, (x, alpha), bytes_, input_names=["x", "alpha"], output_names=["eps"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(bytes_.getvalue(), options, providers=["CPUExecutionProvider"])
    return lambda x, alpha: torch.from_numpy(session.run(None, dict(x=x.numpy(), alpha=alpha.numpy()))[0])


def unet_sampling(inputs, p, attributes, variant):
    """DDIM with eta = 0 through the levels, pairs of signal and noise; the last step returns the clean image."""
    start = p.layout.image(inputs["start"])
    levels = attributes["levels"]
    predict = Network(p, attributes)
    with torch.no_grad():
        alphas = [torch.full((len(start),), signal**2) for signal, _ in levels]
        predict(start, alphas[0])
        p.assert_complete()
        if variant == "onnxruntime":
            for parameter in p.made.values():
                parameter.requires_grad_(False)
            predict = in_onnxruntime(predict, start, alphas[0])

    def run():
        with torch.no_grad():
            x = start
            for i, (signal, noise) in enumerate(levels[:-1]):
                eps = predict(x, alphas[i])
                clean = (x - noise * eps) / signal
                to_signal, to_noise = levels[i + 1]
                x = clean if to_noise == 0 else to_signal * clean + to_noise * eps
            return [ours(x)]

    return run


tasks = dict(unet_sampling=unet_sampling)
