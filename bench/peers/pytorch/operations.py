"""Single operations. Each task prepares its inputs and returns what is timed; that returns outputs in our layout."""

import torch
import torch.nn.functional as F

import flows
import maps
from layout import our_filter, ours


def matmul(inputs, _attributes, _layout):
    a, b = inputs["a"], inputs["b"]
    return lambda: [a @ b]


def convolution(inputs, attributes, layout):
    x, kernel = layout.image(inputs["x"]), layout.filter(inputs["filter"])
    stride, pad = attributes["stride"], attributes["pad"]

    def run():
        with torch.no_grad():
            return [ours(F.conv2d(x, kernel, stride=stride, padding=pad))]

    return run


def convolution_gradient(inputs, attributes, layout):
    x = layout.image(inputs["x"]).requires_grad_()
    kernel = layout.filter(inputs["filter"]).requires_grad_()
    dy = layout.image(inputs["dy"])
    stride, pad = attributes["stride"], attributes["pad"]

    def run():
        y = F.conv2d(x, kernel, stride=stride, padding=pad)
        dx, d_kernel = torch.autograd.grad(y, [x, kernel], dy)
        return [ours(y), ours(dx), our_filter(d_kernel)]

    return run


def group_norm(inputs, attributes, layout):
    x, scale, offset = layout.image(inputs["x"]), inputs["scale"], inputs["offset"]

    def run():
        with torch.no_grad():
            return [ours(F.silu(F.group_norm(x, attributes["groups"], scale, offset)))]

    return run


def group_norm_gradient(inputs, attributes, layout):
    x = layout.image(inputs["x"]).requires_grad_()
    scale, offset = inputs["scale"].requires_grad_(), inputs["offset"].requires_grad_()
    dy = layout.image(inputs["dy"])

    def run():
        y = F.silu(F.group_norm(x, attributes["groups"], scale, offset))
        dx, d_scale, d_offset = torch.autograd.grad(y, [x, scale, offset], dy)
        return [ours(y), ours(dx), d_scale, d_offset]

    return run


def attention_gradient(inputs, _attributes, _layout):
    q, k, v = (inputs[name].requires_grad_() for name in "qkv")

    def run():
        y = F.scaled_dot_product_attention(q, k, v)
        return [y, *torch.autograd.grad(y, [q, k, v], inputs["dy"])]

    return run


def adam(inputs, attributes, layout):
    arrays = list(inputs.values())
    values = [torch.nn.Parameter(value) for value in arrays[: attributes["count"]]]
    for value, gradient in zip(values, arrays[attributes["count"] :], strict=True):
        value.grad = gradient
    rates = dict(lr=attributes["learningRate"], weight_decay=attributes["weightDecay"])
    optimizer = torch.optim.AdamW(values, **rates, fused=True if layout.tuned else None)

    def run():
        optimizer.step()
        return [values[0]]

    return run


zuko_nsf_density, zuko_nsf_sampling = flows.density("nsf"), flows.sampling("nsf")
zuko_maf_density, zuko_maf_sampling = flows.density("maf"), flows.sampling("maf")
map_ridge, map_affine, map_orthogonal, map_pls = maps.map_ridge, maps.map_affine, maps.map_orthogonal, maps.map_pls
principal_directions, direction_svm = maps.principal_directions, maps.direction_svm
