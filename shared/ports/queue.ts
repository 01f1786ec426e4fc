/** A queue that delivers at least once, in any order, possibly late. Consumers are wired by the composition root. */
export interface Queue<Message> {
  send(messages: readonly Message[]): Promise<void>;
}
