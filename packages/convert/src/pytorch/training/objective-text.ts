/** The loss as what several processes share. @module */

/** `Objective`, of `loss_of`. */
export const objectiveText = `

class Objective(nn.Module):
    """The loss as a module, whose gradients several processes average."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *batch):
        return loss_of(self.model, *batch)
`
