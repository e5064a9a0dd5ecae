/** A Slurm of one node, this machine, for one test file. @module */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, hostname, userInfo } from 'node:os'
import { join } from 'node:path'

/** What is missing for a Slurm here, or nothing; where CI is set and root may, it is installed first. */
export function slurmLacks(): string | undefined {
  if (userInfo().uid !== 0) return 'the right to start slurmd, which is root’s'
  if (process.env.CI && lacking().length > 0) install()
  const left = lacking()
  return left.length === 0
    ? undefined
    : `${left.join(', ')} (Debian: apt-get install slurm-wlm; with CI=1 this test does)`
}

function lacking(): string[] {
  const commands = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel']
  return commands.filter((name) => spawnSync('which', [name], { env: withSbin }).status !== 0)
}

/** Some 20 s, once; where there is no apt, or no package, nothing is, and the test says what it lacks. */
function install(): void {
  const env = { ...withSbin, DEBIAN_FRONTEND: 'noninteractive' }
  for (const words of ['update', 'install -y --no-install-recommends slurm-wlm']) {
    spawnSync('apt-get', ['-qq', ...words.split(' ')], { env, timeout: 120_000, stdio: 'ignore' })
  }
}

const withSbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

/** A running Slurm. */
export interface Slurm {
  /** Runs one of its commands in the folder, and gives what it says. */
  run(command: string, words: readonly string[]): string
  /** States of the tasks of a job that wait or run, by their index. */
  states(job: string): Map<number, string>
  stop(): void
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (!address || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Starts both daemons in a folder, and waits until the node takes jobs; `bin` comes first on the tasks' PATH. */
export async function startSlurm(folder: string, bin: string): Promise<Slurm> {
  const config = join(folder, 'slurm.conf')
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(config, configuration(folder, await freePort(), await freePort()))
  const env = { ...withSbin, PATH: `${bin}:${withSbin.PATH}`, SLURM_CONF: config }
  const run: Slurm['run'] = (command, words) => execFileSync(command, words, { cwd: folder, env, encoding: 'utf8' })
  const daemons: ChildProcess[] = ['slurmctld', 'slurmd'].map((name) => spawn(name, ['-D'], { env, stdio: 'ignore' }))
  const stop = () => {
    for (const daemon of daemons) daemon.kill('SIGTERM')
  }
  for (let tries = 0; tries < 300; tries++) {
    const { stdout } = spawnSync('sinfo', ['-h', '-o', '%T'], { env, encoding: 'utf8' })
    if (stdout?.trim() === 'idle')
      return { run, states: (job) => statesOf(run('squeue', ['-h', '-r', '-j', job, '-o', '%K %T'])), stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop()
  throw new Error('slurm: expected an idle node within 30 s')
}

/** Of lines such as `2 RUNNING`. */
function statesOf(text: string): Map<number, string> {
  const rows = text.split('\n').filter((line) => line.trim() !== '')
  return new Map(rows.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']))
}

function configuration(folder: string, controller: number, node: number): string {
  const name = hostname().split('.')[0]
  return `ClusterName=gen
SlurmctldHost=${name}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=root
AuthType=auth/none
CredType=cred/none
StateSaveLocation=${join(folder, 'state')}
SlurmdSpoolDir=${join(folder, 'spool')}
SlurmctldPidFile=${join(folder, 'slurmctld.pid')}
SlurmdPidFile=${join(folder, 'slurmd.pid')}
SlurmctldLogFile=${join(folder, 'slurmctld.log')}
SlurmdLogFile=${join(folder, 'slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
ReturnToService=2
NodeName=${name} NodeAddr=127.0.0.1 CPUs=${Math.max(2, availableParallelism())} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`
}
