import {ask} from './ask.js';
import {cancelByKey, cancelByUrl} from './cancel.js';
import {claim} from './claim.js';
import {Claims} from './claims.js';
import {CompleteHook} from './complete-hook.js';
import {corsHeaders, isPreflight, preflightResponse} from './cors.js';
import {create} from './create.js';
import {refuseCrossSite} from './cross-site.js';
import {disk} from './disk.js';
import type {Files} from './files.js';
import {isFull} from './files.js';
import {faultLine, requestLine} from './log.js';
import type {Settings, UploadAction, UploadHandlerOptions} from './options.js';
import {settingsFrom} from './options.js';
import {Refusal, internalError, refusalResponse} from './problem.js';
import {Refused} from './refused.js';
import {regularly} from './regularly.js';
import {send} from './send.js';
import {serveContent} from './serve-content.js';
import type {Context, Seen} from './status.js';
import {isId} from './upload-info.js';
import {UploadStore} from './upload-store.js';

/** Answers the requests of the `chunks` protocol. Never rejects. */
export interface UploadHandler {
  (request: Request): Promise<Response>;
  /** Removes expired uploads from disk, and returns how many there were. It happens by itself, every `sweepEvery`. */
  sweep(): Promise<number>;
  /** Ends what happens by itself. Requests that are under way are not touched. */
  close(): void;
}

/** One thing that can be done at a URL. Without an `action` it is nobody's affair who does it. */
interface Action {
  readonly action?: UploadAction;
  run(request: Request, owner: string): Promise<Response>;
}

type Methods = Readonly<Record<string, Action>>;

/**
 * Makes the reference server of the `chunks` protocol (docs/protocol.md, docs/server.md), storing in a folder. One process, one handler
 * per folder. A limit to how many bytes an owner may store is not part of it: that is for `authorize`.
 *
 * @param files For tests: what stands for the disk.
 * @throws TypeError when an option makes no sense.
 */
export function createUploadHandler(options: UploadHandlerOptions, files: Files = disk): UploadHandler {
  const settings = settingsFrom(options);
  const store = new UploadStore(settings, files);
  const shared = {store, settings, refused: new Refused(), claims: new Claims(), hook: new CompleteHook(settings)};
  const handle = async (request: Request): Promise<Response> => {
    const began = performance.now();
    const seen: Seen = {bytes: 0};
    const response = await answer(request, {...shared, seen}).catch((error: unknown) => refuse(error, seen, settings));
    settings.log(requestLine(request, response, seen, performance.now() - began));
    return withHeaders(response, corsHeaders(request, settings));
  };
  const sweep = (): Promise<number> => store.sweep((held) => shared.hook.tell(held));
  return Object.assign(handle, {sweep, close: regularly(sweep, settings)});
}

async function answer(request: Request, context: Context): Promise<Response> {
  const {settings, seen} = context;
  const methods = methodsAt(new URL(request.url).pathname, context);
  if (!methods) throw new Refusal('unknown', 'There is nothing at this URL.');
  if (isPreflight(request)) return preflightResponse(request, settings);
  const wanted = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (!wanted) {
    const Allow = Object.keys(methods).join(', ');
    throw new Refusal('method', `The methods here are ${Allow}.`, {}, {Allow});
  }
  if (!wanted.action) return wanted.run(request, '');
  seen.action = wanted.action;
  refuseCrossSite(request, settings);
  const owner = await settings.authorize(request, wanted.action);
  if (owner instanceof Response) return owner;
  seen.owner = owner.owner;
  return wanted.run(request, owner.owner);
}

/** The answer to a failure. Whatever is not the client's affair is for the log. */
function refuse(error: unknown, seen: Seen, {log}: Settings): Response {
  const refusal = error instanceof Refusal ? error : isFull(error) ? new Refusal('storage-full', 'There is no space left.') : undefined;
  if (refusal !== error) log(faultLine(seen.action ?? 'request', error, seen.id));
  seen.problem = refusal?.type ?? 'about:blank';
  return refusal ? refusalResponse(refusal) : internalError();
}

/** What can be done at a path. Ids are compared with what ids look like, and are never decoded: no other text reaches the disk. */
function methodsAt(pathname: string, context: Context): Methods | undefined {
  const {path} = context.settings;
  if (pathname === path) return endpointMethods(context);
  if (!pathname.startsWith(`${path}/`)) return undefined;
  const [id = '', below, ...more] = pathname.slice(path.length + 1).split('/');
  if (isId(id)) context.seen.id = id;
  if (more.length > 0 || (below !== undefined && below !== 'content')) return undefined;
  return below === undefined ? uploadMethods(id, context) : {GET: {action: 'read', run: (_, owner) => serveContent(id, owner, context)}};
}

/** Section 2.8 of the protocol. */
const greeting = async (): Promise<Response> =>
  new Response(null, {status: 204, headers: {Allow: 'HEAD, POST, PUT, DELETE', 'Cache-Control': 'no-store'}});

const endpointMethods = (context: Context): Methods => ({
  HEAD: {run: greeting},
  POST: {action: 'create', run: (request, owner) => create(request, owner, context)},
  PUT: {action: 'create', run: (request, owner) => create(request, owner, context)},
  DELETE: {action: 'cancel', run: (request, owner) => cancelByKey(request, owner, context)},
});

const uploadMethods = (id: string, context: Context): Methods => ({
  GET: {action: 'status', run: (request, owner) => ask(request, id, owner, context)},
  POST: {action: 'claim', run: (request, owner) => claim(request, id, owner, context)},
  PUT: {action: 'send', run: (request, owner) => send(request, id, owner, context)},
  DELETE: {action: 'cancel', run: (_, owner) => cancelByUrl(id, owner, context)},
});

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const {status, statusText} = response;
  const copy = new Response(response.body, {status, statusText, headers: response.headers});
  copy.headers.set('X-Content-Type-Options', 'nosniff');
  for (const [name, value] of Object.entries(headers)) copy.headers.append(name, value);
  return copy;
}
