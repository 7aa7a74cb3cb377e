// Every request of the page goes through here, so that each failure has a reason and, if known, a remedy.
import type { Reason } from '../generated/server';

/** Why a request failed, for the person who reads the page. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly hint: string | null = null,
    /** The HTTP status; 0 without an answer. */
    readonly status = 0,
  ) {
    super(message);
    this.name = 'Failure';
  }
}

export type Params = Record<string, string | number | boolean | null | undefined | readonly string[]>;

/** The query string of `params`, without those that are null, undefined or empty. */
export function search(params: Params): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === '') continue;
    for (const it of Array.isArray(value) ? value : [value]) found.append(name, String(it));
  }
  const text = found.toString();
  return text === '' ? '' : `?${text}`;
}

/** The answer; a status other than 2xx is a `Failure`. */
export async function request(url: string, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Failure('The console does not answer.', 'Look at `nix run .#status`, then reload.');
  }
  if (!answer.ok) throw await failureOf(answer);
  return answer;
}

export async function getJson<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  const answer = await request(path + search(params), { signal, headers: { accept: 'application/json' } });
  return read<T>(path, answer);
}

/** Calls `each` with complete pieces, each closed by `end`, until the answer or `signal` ends. */
export async function stream(
  url: string,
  end: string,
  each: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await request(url, { signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return;
    const [complete, open] = cut(rest + value, end);
    rest = open;
    if (complete !== '') each(complete);
  }
}

/** `text` up to its last `end`, and the incomplete rest. */
export function cut(text: string, end: string): [complete: string, open: string] {
  const at = text.lastIndexOf(end);
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + end.length)];
}

/** Sends a query that may be too long for an address. */
export async function postForm(path: string, params: Params, signal?: AbortSignal): Promise<Response> {
  const body = new URLSearchParams(search(params).slice(1));
  return request(path, { method: 'POST', body, signal });
}

export async function postJson<T>(path: string, params: Params, signal?: AbortSignal): Promise<T> {
  return read<T>(path, await postForm(path, params, signal));
}

async function read<T>(path: string, answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Failure(`${path} did not answer with JSON.`, null, answer.status);
  }
}

/** Reads `error` of the console and Prometheus, `errors` or `error.message` of Jaeger, and VictoriaLogs' plain text. */
async function failureOf(answer: Response): Promise<Failure> {
  const text = await answer.text().catch(() => '');
  return new Failure(...reasonOf(text, answer.status), answer.status);
}

/** An error as the console or a server behind it sends it. */
interface Answered extends Partial<Pick<Reason, 'hint'>> {
  error?: Reason['error'] | { message?: string };
  errors?: { msg?: string }[];
  message?: string;
}

export function reasonOf(text: string, status: number): [message: string, hint: string | null] {
  try {
    const { error, errors, message, hint = null } = JSON.parse(text) as Answered;
    const found = (typeof error === 'string' ? error : error?.message) ?? errors?.[0]?.msg ?? message;
    if (typeof found === 'string') return [found, hint];
  } catch {
    // It is plain text.
  }
  const plain = text.trim().split('\n')[0]?.slice(0, 400);
  return [plain ? plain : `The answer was an error (HTTP ${status}).`, null];
}

/**
 * Whether a request is sent once more. Chromium drops requests while the machine gets a new address, and each pod that
 * starts brings one.
 */
export function worthAnother(failures: number, error: unknown): boolean {
  return failures === 0 && asFailure(error).status === 0;
}

/** `error` as a `Failure`, which the page can show. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(error instanceof Error ? error.message : String(error));
}
