"""zuko's flows with given weights (1.6.0 was used); bench/src/steps/zuko-flow.ts."""

import torch


def make(kind, weight, attributes):
    """`weight(name)` gives a layer's matrix `[outputs, inputs]` or its bias, as a parameter."""
    import zuko  # PyTorch alone runs everything else

    shared = dict(transforms=attributes["layers"], hidden_features=attributes["hidden"])
    if kind == "nsf":
        flow = zuko.flows.NSF(attributes["features"], bins=attributes["bins"], passes=2, **shared)
    else:
        flow = zuko.flows.MAF(attributes["features"], **shared)
    for i, transform in enumerate(flow.transform.transforms):
        linears = [layer for layer in transform.hyper if isinstance(layer, torch.nn.Linear)]
        for j, linear in enumerate(linears):
            linear.weight = weight(f"layer_{i}/{j}/kernel")
            linear.bias = weight(f"layer_{i}/{j}/bias")
    return flow


def step(kind):
    def players(inputs, p, attributes):
        flow = make(kind, lambda name: p.matrix(name) if name.endswith("kernel") else p.take(name), attributes)
        return {"": lambda: -flow().log_prob(inputs["x"]).mean()}

    return players


def evaluation(kind, evaluate):
    def prepare(inputs, attributes, _layout):
        def weight(name):
            values = inputs[name]
            return torch.nn.Parameter(values.t().contiguous() if name.endswith("kernel") else values)

        flow = make(kind, weight, attributes)

        def run():
            with torch.no_grad():
                return [evaluate(flow(), inputs["x"])]

        return run

    return prepare


def density(kind):
    return evaluation(kind, lambda given, x: given.log_prob(x))


def sampling(kind):
    return evaluation(kind, lambda given, z: given.transform.inv(z))
