"""Training steps. Each task names its players: the prefix of what each trains, and its loss."""

import torch
import torch.nn.functional as F

import flows
import models
from unet import unet


def unet_step(inputs, p, attributes):
    x0, eps = p.layout.image(inputs["x0"]), p.layout.image(inputs["eps"])
    alpha = inputs["alpha"]
    widths, depth = attributes["widths"], attributes["depth"]

    def loss():
        column = alpha[:, None, None, None]
        x = column.sqrt() * x0 + (1 - column).sqrt() * eps
        return F.l1_loss(unet(x, alpha, p, widths, depth), eps)

    return {"": loss}


def mlp_vae_step(inputs, p, attributes):
    x, eps = inputs["x"], inputs["eps"]
    hidden = attributes["hidden"]

    def loss():
        mean, log_variance = models.mlp(x, p, "encoder", hidden).chunk(2, 1)
        z = mean + (log_variance / 2).exp() * eps
        return models.negative_elbo(x, models.mlp(z, p, "decoder", hidden), mean, log_variance)

    return {"": loss}


def conv_vae_step(inputs, p, attributes):
    x, eps = p.layout.image(inputs["x"]), inputs["eps"]
    widths, sizes = attributes["widths"], attributes["sizes"]

    def loss():
        mean, log_variance = models.conv_encoder(x, p, len(widths)).chunk(2, 1)
        z = mean + (log_variance / 2).exp() * eps
        logits = models.conv_decoder(z, p, sizes, widths[-1])
        return models.negative_elbo(x, logits, mean, log_variance)

    return {"": loss}


def dcgan_step(inputs, p, _attributes):
    real, z = p.layout.image(inputs["x"]), inputs["z"]

    def discriminator_loss():
        with torch.no_grad():
            fake = models.generator(z, p)
        losses = F.softplus(-models.discriminator(real, p)) + F.softplus(models.discriminator(fake, p))
        return losses.mean()

    def generator_loss():
        return F.softplus(-models.discriminator(models.generator(z, p), p)).mean()

    return {"discriminator": discriminator_loss, "generator": generator_loss}


def flow_step(inputs, p, attributes):
    return {"": lambda: models.coupling_flow(inputs["x"], p, attributes["layers"], attributes["slope"])}


zuko_nsf_step, zuko_maf_step = flows.step("nsf"), flows.step("maf")


def training(players, p, attributes):
    """One step of every player, in turn; returns their losses."""
    for loss in players.values():
        with torch.no_grad():
            loss()
    p.assert_complete()
    rates = dict(lr=attributes["learningRate"], weight_decay=attributes["weightDecay"])
    fused = True if p.layout.tuned else None
    trained = {prefix: p.named(prefix) for prefix in players}
    optimizers = {prefix: torch.optim.AdamW(trained[prefix], **rates, fused=fused) for prefix in players}

    def run():
        losses = []
        for prefix, loss in players.items():
            value = loss()
            gradients = torch.autograd.grad(value, trained[prefix])
            for parameter, gradient in zip(trained[prefix], gradients, strict=True):
                parameter.grad = gradient
            optimizers[prefix].step()
            losses.append(value.item())
        return [torch.tensor(losses)]

    return run
