"""A VAE and a GAN as a PyTorch user writes them, trained on our faces and exported to ONNX, for experiments/src/align-strangers.ts.

    gen data export faces --out data
    python bench/peers/strangers.py --data data --out folder [--only vae|gan]

Writes vae-encoder.onnx, vae-decoder.onnx and gan-generator.onnx, with a free batch size, and <name>.json of how each was trained.
Nothing in here is ours: channels first, the VAE's images in [0, 1] after a sigmoid, the GAN's in [-1, 1] after a tanh, its
codes [batch, 64, 1, 1]. Needs torch (2.13.0 was used) and onnxscript; computes on one thread.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

latent_size, batch_size = 64, 64


def up(inputs, outputs, **options):
    return [nn.ConvTranspose2d(inputs, outputs, 4, **options, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def down(inputs, outputs, wrap=lambda layer: layer):
    return [wrap(nn.Conv2d(inputs, outputs, 4, 2, 1)), nn.LeakyReLU(0.2)]


def generator():
    """DCGAN's: [batch, 64, 1, 1] to [batch, 3, 32, 32]."""
    layers = up(latent_size, 128) + up(128, 64, stride=2, padding=1) + up(64, 32, stride=2, padding=1)
    return nn.Sequential(*layers, nn.ConvTranspose2d(32, 3, 4, 2, 1))


class Vae(nn.Module):
    """Kingma & Welling's, with a fixed variance of the pixels."""

    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(*down(3, 32), *down(32, 64), *down(64, 128), nn.Flatten())
        self.mean, self.log_variance = nn.Linear(2048, latent_size), nn.Linear(2048, latent_size)
        self.up = generator()

    def decode(self, z):
        return torch.sigmoid(self.up(z[:, :, None, None]))

    def loss(self, x):
        h = self.down(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        error = 0.5 * ((self.decode(z) - x) / 0.1).square().sum((1, 2, 3)).mean()
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        return error + divergence


def train_vae(images, steps):
    vae = Vae()
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step, x in batches(images, steps):
        loss = vae.loss(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        report(step, vae=loss)
    encoder = nn.Sequential(vae.down, vae.mean)
    decoder = nn.Sequential(nn.Unflatten(1, (latent_size, 1, 1)), vae.up, nn.Sigmoid())
    return {"encoder": (encoder, images.shape[1:]), "decoder": (decoder, (latent_size,))}


def train_gan(images, steps):
    """DCGAN's game, the discriminator under spectral normalization (Miyato et al., 2018), averaged generator."""
    g, wrap = nn.Sequential(generator(), nn.Tanh()), spectral_norm
    layers = down(3, 32, wrap) + down(32, 64, wrap) + down(64, 128, wrap)
    d = nn.Sequential(*layers, nn.Flatten(), wrap(nn.Linear(2048, 1)))
    averaged = AveragedModel(g, multi_avg_fn=get_ema_multi_avg_fn(0.998), use_buffers=True)
    of_g, of_d = (torch.optim.Adam(model.parameters(), lr=4e-4, betas=(0.5, 0.999)) for model in (g, d))
    for step, x in batches(images, steps):
        made = g(torch.randn(batch_size, latent_size, 1, 1))
        loss_d = F.softplus(-d(2 * x - 1)).mean() + F.softplus(d(made.detach())).mean()
        of_d.zero_grad()
        loss_d.backward()
        of_d.step()
        loss_g = F.softplus(-d(made)).mean()
        of_g.zero_grad()
        loss_g.backward()
        of_g.step()
        averaged.update_parameters(g)
        report(step, discriminator=loss_d, generator=loss_g)
    return {"generator": (averaged.module, (latent_size, 1, 1))}


def batches(images, steps):
    order, at = torch.randperm(len(images)), 0
    for step in range(steps):
        if at + batch_size > len(images):
            order, at = torch.randperm(len(images)), 0
        yield step, images[order[at : at + batch_size]]
        at += batch_size


def report(step, **losses):
    if step % 200 == 0:
        print(step, *(f"{name} {loss.item():.3f}" for name, loss in losses.items()), flush=True)


def export(module, shape, file):
    batch = {0: torch.export.Dim("batch")}
    example = torch.randn(2, *shape)
    # Without external_data=False the weights go into a second file.
    torch.onnx.export(module.eval(), (example,), file, dynamic_shapes=(batch,), external_data=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", choices=["vae", "gan"])
    parser.add_argument("--steps", type=int, help="of each; default: 3,000 of the VAE, 2,500 of the GAN")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    x = torch.from_numpy(np.load(options.data / "x.npy"))
    images = x.permute(0, 3, 1, 2).float().div(255).contiguous()
    for name, train, steps in [("vae", train_vae, 3000), ("gan", train_gan, 2500)]:
        if options.only not in (None, name):
            continue
        steps = options.steps or steps
        torch.manual_seed(0)
        start = time.process_time()
        for part, (module, shape) in train(images, steps).items():
            export(module, shape, options.out / f"{name}-{part}.onnx")
        told = dict(steps=steps, seconds=round(time.process_time() - start), torch=torch.__version__)
        (options.out / f"{name}.json").write_text(json.dumps(told))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
