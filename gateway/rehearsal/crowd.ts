import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

/** Clients that all ask, and each again as soon as it is answered. */
export class Crowd {
  private constructor(private readonly members: readonly Member[]) {}

  /** One connection for each request, which is sent on it again and again. */
  static async gather(where: NetConnectOpts, requests: readonly Buffer[]): Promise<Crowd> {
    const members = requests.map((request) => new Member(connect(where), request))
    await Promise.all(members.map(({ socket }) => once(socket, 'connect')))
    return new Crowd(members)
  }

  /** Resolves when each has asked so many times and has its answers, rejects when a connection breaks. */
  async ask(times: number): Promise<void> {
    await Promise.all(this.members.map((member) => member.ask(times)))
  }

  leave(): void {
    for (const { socket } of this.members) socket.destroy()
  }
}

class Member {
  private answered = () => {}
  private failed = () => {}

  constructor(
    readonly socket: Socket,
    private readonly request: Buffer,
  ) {
    socket.on('data', () => this.answered())
    socket.on('error', () => this.failed()).on('close', () => this.failed())
  }

  async ask(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.askOnce()
  }

  private askOnce(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = resolve
      this.failed = () => reject(new Error('The connection broke.'))
      if (this.socket.destroyed) this.failed()
      else this.socket.write(this.request)
    })
  }
}
