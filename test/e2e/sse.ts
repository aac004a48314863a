/** An event stream as a test reads it: each event with its data. */
export interface EventStream {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the gateway says.
  readonly events: { event: string; data: any }[];
  readonly status: number;
  readonly contentType: string | null;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Opens an event stream and reads it until it ends. */
export async function eventStream(url: string, init: RequestInit = {}): Promise<EventStream> {
  const gone = new AbortController();
  const response = await fetch(url, {
    ...init,
    headers: { accept: 'text/event-stream', ...init.headers },
    signal: gone.signal,
  });
  const events: EventStream['events'] = [];
  const ended = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true });
      const parts = rest.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const event = /^event: (.*)$/m.exec(part)?.[1];
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (event !== undefined) events.push({ event, data: data ? JSON.parse(data) : null });
      }
    }
  })().catch(() => undefined);
  return {
    events,
    status: response.status,
    contentType: response.headers.get('content-type'),
    ended,
    stop: () => gone.abort(),
  };
}
