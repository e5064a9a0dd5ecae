/** The loop of `train.py`. @module */
import type { TrainingPlan } from './training-plan.ts'
import type { TrainingScript } from './training-script.ts'

/** From the batches to the files. */
export function trainingLoop(plan: TrainingPlan, script: TrainingScript): string {
  const { told, wrapped, shownPer, isMoved, game } = script
  const updates = game?.discriminatorSteps ?? 1
  const { batch, learningRate, weightDecay, ema, clipNorm, step } = { step: 0, ...script.defaults, ...plan }
  const [hasLabels, hasContext] = [told.includes('label'), told.includes('context')]
  const parts = told.map((name) =>
    name === 'label' ? 'torch.from_numpy(labels[mine].astype(np.int64))' : contextRows(isMoved),
  )
  const files = ['x.npy', ...(hasContext ? ['context.npy'] : []), ...(hasLabels ? ['labels.npy'] : [])].join(' and ')
  return `

${script.game ? fallingRateText : warmedRateText}def batches(folder, rows, rank, world, seed):
    """This process's rows of each batch; every epoch has another order, the same for all processes."""
    x = np.load(Path(folder) / "x.npy", mmap_mode="r")
${hasContext ? '    context = np.load(Path(folder) / "context.npy", mmap_mode="r")\n' : ''}${hasLabels ? '    labels = np.load(Path(folder) / "labels.npy")\n' : ''}    epoch = 0
    while True:
        order = np.random.default_rng((seed, epoch)).permutation(len(x))
        for start in range(0, max(1, len(x) - rows + 1), rows):
            mine = np.sort(order[start : start + rows][rank::world])
            yield ${['channels_first(floats(x, mine))', ...parts].join(', ')}${parts.length === 0 ? ',' : ''}
        epoch += 1


def floats(array, rows):
    """Rows of a file; bytes are numbers in [0, 1]."""
    return torch.from_numpy(array[rows].astype(np.float32) / (255.0 if array.dtype == np.uint8 else 1.0))


def channels_first(rows):
    return rows.movedim(-1, 1) if rows.dim() > 2 else rows


def main():
    here = Path(__file__).parent
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--data", required=True, help="folder of ${files}, made by gen data export")
    flags.add_argument("--steps", type=int, default=1000, help="steps to make, beside those that are done")
    flags.add_argument("--batch", type=int, default=${batch}, help="rows of a batch, over all processes")
    flags.add_argument("--learning-rate", type=float, default=${learningRate}${game ? ', help="of the generator"' : ''})
${game ? gameFlags(plan) : ''}    flags.add_argument("--weight-decay", type=float, default=${weightDecay})
    flags.add_argument("--ema", type=float, default=${ema}, help="decay of the averaged weights")
    flags.add_argument("--clip-norm", type=float, default=${Number.isFinite(clipNorm) ? clipNorm : 'math.inf'})
    flags.add_argument("--seed", type=int, default=0)
    given = flags.parse_args()

    if "RANK" in os.environ:
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu"
    if given.batch % world:
        raise SystemExit(f"train.py: expected --batch to divide among {world} processes, got {given.batch}")
    torch.manual_seed(given.seed * world + rank)

    average = load().to(device)
    model = load().to(device).train()
    done, optimizer = resume(model, here, given)
    trained = dict(model.named_parameters())
${game ? '' : `    parallel = DistributedDataParallel(${wrapped}) if world > 1 else ${wrapped}\n`}    total = done + given.steps
    rows = batches(given.data, given.batch, rank, world, given.seed + done)
    log = open(here / "log.jsonl", "a") if rank == 0 else None
    started = time.time()
    for step in range(done, total):
${ratesText(game !== undefined)}
        ${nextBatchLine(told)}
${script.step.map((line) => `        ${line}`).join('\n')}
${game ? '' : updateText}        keep = min(given.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            for (name, mean), value in zip(average.state_dict().items(), model.state_dict().values()):
                mean.lerp_(value, 1 - keep) if name in trained else mean.copy_(value)
        shown = loss.detach() / ${shownPer[0] === '1' ? '' : `${shownPer[0]} / `}world
        if world > 1:
            dist.all_reduce(shown)
        if log:
            print(json.dumps({"step": step + 1, "loss": shown.item()}), file=log, flush=True)
    if rank == 0:
        save(average)
        keep_state(model, optimizer, total, here)
        print(f"step {total}, loss {shown.item():.4g} ${shownPer[1]}, {time.time() - started:.0f} s; averaged weights in model.safetensors")
    if dist.is_initialized():
        dist.destroy_process_group()


def resume(model, here, given):
    """The run's own weights and moments, where they are there; else the averaged weights, and moments of zero."""
${game ? gameOptimizerText : optimizerText}    path = here / "training.safetensors"
    if not path.exists():
        return ${step}, optimizer
    state = load_file(path)
    model.load_state_dict({name: state[f"weights.{name}"] for name in model.state_dict()})
    step = state["step"].float()
    for name, value in model.named_parameters():
        moments = {"exp_avg": state[f"m.{name}"].to(value.device), "exp_avg_sq": state[f"v.{name}"].to(value.device)}
        optimizer.state[value] = {"step": step${updates > 1 ? ` * (${updates} if name.startswith("discriminator.") else 1)` : '.clone()'}, **moments}
    return int(step), optimizer


def keep_state(model, optimizer, step, here):
    state = {"step": torch.tensor(float(step))}
    state |= {f"weights.{name}": value.cpu().contiguous() for name, value in model.state_dict().items()}
    for name, value in model.named_parameters():
        state[f"m.{name}"] = optimizer.state[value]["exp_avg"].cpu().contiguous()
        state[f"v.{name}"] = optimizer.state[value]["exp_avg_sq"].cpu().contiguous()
    save_file(state, here / "training.safetensors")


if __name__ == "__main__":
    main()
`
}

/** A context as the network has it: channels first where it has some, a sequence of vectors as it is. */
function contextRows(isMoved: boolean): string {
  return isMoved ? 'channels_first(floats(context, mine))' : 'floats(context, mine)'
}

/** A line that takes the next batch. */
export function nextBatchLine(told: readonly string[]): string {
  return `${told.length > 0 ? 'data, *told' : 'data,'} = (part.to(device) for part in next(rows))`
}

const warmedRateText = `def rate_at(step, steps, highest):
    """The learning rate: it warms up for a tenth of the steps, a hundred at most, and then falls as a cosine to a hundredth."""
    warm = min(100, math.ceil(steps / 10))
    if step < warm:
        return highest * (step + 1) / warm
    return highest * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, (step - warm) / steps))))


`

const fallingRateText = `def rate_at(step, steps, highest):
    """The learning rate: it falls on a line to a tenth."""
    return highest * (1 - 0.9 * min(1, step / steps))


`

function gameFlags({ discriminatorRate = 0, beta1 = 0.5 }: TrainingPlan): string {
  return `    flags.add_argument("--discriminator-rate", type=float, default=${discriminatorRate}, help="0: the generator's")
    flags.add_argument("--beta1", type=float, default=${beta1}, help="Adam's decay of the mean gradient")
`
}

function ratesText(isGame: boolean): string {
  if (!isGame) {
    return `        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, total, given.learning_rate)`
  }
  return `        for group, highest in zip(optimizer.param_groups, (given.discriminator_rate or given.learning_rate, given.learning_rate)):
            group["lr"] = rate_at(step, total, highest)`
}

const updateText = `        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), given.clip_norm)
        optimizer.step()
`

const optimizerText = `    optimizer = torch.optim.AdamW(model.parameters(), lr=given.learning_rate, weight_decay=given.weight_decay)
`

const gameOptimizerText = `    groups = [{"params": list(player.parameters())} for player in (model.discriminator, model.generator)]
    optimizer = torch.optim.AdamW(groups, lr=given.learning_rate, betas=(given.beta1, 0.99), weight_decay=given.weight_decay)
`
