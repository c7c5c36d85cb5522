import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {request as httpRequest} from 'node:http';
import type {IncomingHttpHeaders, OutgoingHttpHeaders} from 'node:http';
import {constants, createSecureServer} from 'node:http2';
import type {Http2SecureServer, IncomingHttpHeaders as Http2Headers, ServerHttp2Session, ServerHttp2Stream} from 'node:http2';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** What befalls a stream. */
export type StreamFault = 'reset' | 'go-away';

interface Rule {
  readonly method: string;
  /** Bytes of the body that pass before. */
  readonly after: number;
  readonly fault: StreamFault;
  readonly met: () => void;
}

/** A certificate that nobody has signed, for 127.0.0.1. Needs `openssl`. */
function certificate(): {key: Buffer; cert: Buffer} {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...names], {stdio: 'ignore'});
    return {key: readFileSync(key), cert: readFileSync(cert)};
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

let made: ReturnType<typeof certificate> | undefined;

/** Headers that belong to a connection and not to a message. */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'http2-settings'];

/** A server of HTTP/2 that passes every request on to one of HTTP/1.1, and can end streams and connections the way HTTP/2 does. */
export class Http2Front {
  readonly #server: Http2SecureServer;
  readonly #target: number;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #rules: Rule[] = [];
  /** How many requests came over HTTP/2. */
  requests = 0;

  private constructor(server: Http2SecureServer, target: number) {
    this.#server = server;
    this.#target = target;
  }

  /** @param target The port on 127.0.0.1 of the server behind. */
  static async open(target: number): Promise<Http2Front> {
    made ??= certificate();
    const server = createSecureServer(made);
    const front = new Http2Front(server, target);
    server.on('session', (session) => {
      front.#sessions.add(session);
      session.on('close', () => front.#sessions.delete(session));
      session.on('error', () => undefined);
    });
    server.on('stream', (stream, headers) => front.#pass(stream, headers));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Does `fault` to the next request with `method` when `after` bytes of its body have passed. Fulfilled when that has happened. */
  next(method: string, after: number, fault: StreamFault): Promise<void> {
    return new Promise((met) => this.#rules.push({method, after, fault, met}));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
    await closed;
  }

  #pass(stream: ServerHttp2Stream, headers: Http2Headers): void {
    this.requests += 1;
    const method = headers[':method'] ?? 'GET';
    const length = Number(headers['content-length'] ?? 0);
    const at = this.#rules.findIndex((rule) => rule.method === method && length > rule.after);
    const [rule] = at < 0 ? [] : this.#rules.splice(at, 1);
    const behind = httpRequest({
      host: '127.0.0.1',
      port: this.#target,
      method,
      path: headers[':path'],
      headers: {...forwardable(headers), host: headers[':authority'] ?? ''},
    });
    behind.on('response', (answer) => {
      if (stream.closed || stream.destroyed) return answer.destroy();
      stream.respond({...forwardable(answer.headers), ':status': answer.statusCode});
      answer.pipe(stream);
    });
    behind.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    stream.on('error', () => undefined);
    // A stream that was reset leaves nobody to send the rest.
    stream.on('close', () => behind.destroy());
    if (rule) this.#strikeLater(stream, rule);
    stream.pipe(behind);
  }

  #strikeLater(stream: ServerHttp2Stream, {after, fault, met}: Rule): void {
    let passed = 0;
    const count = (bytes: Buffer): void => {
      passed += bytes.length;
      if (passed < after) return;
      stream.off('data', count);
      if (fault === 'reset') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else stream.session?.goaway(constants.NGHTTP2_NO_ERROR, stream.id);
      met();
    };
    stream.on('data', count);
  }
}

const forwardable = (headers: IncomingHttpHeaders | Http2Headers): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && !hopByHop.includes(name)));
