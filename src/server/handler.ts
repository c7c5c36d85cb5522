import {cancelByKey, cancelByUrl} from './cancel.js';
import {corsHeaders, isPreflight, preflightResponse} from './cors.js';
import {create} from './create.js';
import type {UploadAction, UploadHandlerOptions} from './options.js';
import {settingsFrom} from './options.js';
import {Refusal, internalError, refusalResponse} from './problem.js';
import {Refused} from './refused.js';
import {optionalWriter, wantsDigests} from './request-headers.js';
import {send} from './send.js';
import {serveContent} from './serve-content.js';
import type {Context} from './status.js';
import {digestsResponse, statusResponse} from './status.js';
import {UploadStore} from './upload-store.js';

/** Answers the requests of the `chunks` protocol. Never rejects. */
export interface UploadHandler {
  (request: Request): Promise<Response>;
  /** Removes expired uploads from disk, and returns how many there were. They are also removed when somebody asks for them. */
  sweep(): Promise<number>;
}

/** One thing that can be done at a URL. */
interface Action {
  readonly action: UploadAction;
  run(request: Request, owner: string): Promise<Response>;
}

type Methods = Readonly<Record<string, Action>>;

/**
 * Makes the reference server of the `chunks` protocol (docs/protocol.md), storing in a folder. One process, one handler per folder. Claims
 * are not part of it, nor are limits to how many uploads an owner may have: that is for {@link UploadHandlerOptions.authorize}.
 *
 * @throws TypeError when an option makes no sense.
 */
export function createUploadHandler(options: UploadHandlerOptions): UploadHandler {
  const settings = settingsFrom(options);
  const store = new UploadStore(settings);
  const context: Context = {store, settings, refused: new Refused()};
  const handle = async (request: Request): Promise<Response> => {
    const response = await answer(request, context).catch((error: unknown) => {
      if (error instanceof Refusal) return refusalResponse(error);
      settings.log(`${request.method} ${new URL(request.url).pathname} failed`, error);
      return internalError();
    });
    return withHeaders(response, corsHeaders(request, settings));
  };
  return Object.assign(handle, {sweep: () => store.sweep()});
}

async function answer(request: Request, context: Context): Promise<Response> {
  const methods = methodsAt(new URL(request.url).pathname, context);
  if (!methods) throw new Refusal('unknown', 'There is nothing at this URL.');
  if (isPreflight(request)) return preflightResponse(request, context.settings);
  const wanted = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (!wanted) {
    const Allow = Object.keys(methods).join(', ');
    throw new Refusal('method', `The methods here are ${Allow}.`, {}, {Allow});
  }
  const owner = await context.settings.authorize(request, wanted.action);
  return owner instanceof Response ? owner : wanted.run(request, owner.owner);
}

/** What can be done at a path. Ids are compared with what ids look like, and are never decoded: no other text reaches the disk. */
function methodsAt(pathname: string, context: Context): Methods | undefined {
  const {path} = context.settings;
  if (pathname === path) return endpointMethods(context);
  if (!pathname.startsWith(`${path}/`)) return undefined;
  const [id = '', below, ...more] = pathname.slice(path.length + 1).split('/');
  if (more.length > 0 || (below !== undefined && below !== 'content')) return undefined;
  return below === undefined ? uploadMethods(id, context) : {GET: {action: 'read', run: (_, owner) => serveContent(id, owner, context)}};
}

const endpointMethods = (context: Context): Methods => ({
  POST: {action: 'create', run: (request, owner) => create(request, owner, context)},
  DELETE: {action: 'cancel', run: (request, owner) => cancelByKey(request, owner, context)},
});

const uploadMethods = (id: string, context: Context): Methods => ({
  GET: {action: 'status', run: (request, owner) => status(request, id, owner, context)},
  PUT: {action: 'send', run: (request, owner) => send(request, id, owner, context)},
  DELETE: {action: 'cancel', run: (_, owner) => cancelByUrl(id, owner, context)},
});

/** `GET {upload}`: sections 2.3 and 2.5. With a newer writer it is the beginning of a run. */
async function status({headers}: Request, id: string, owner: string, context: Context): Promise<Response> {
  const writer = optionalWriter(headers);
  const {upload, release} = await context.store.hold(id, owner);
  try {
    if (writer) await upload.takeOver(writer);
    await upload.tryComplete();
    return wantsDigests(headers) ? digestsResponse(upload) : statusResponse(upload, context);
  } finally {
    release();
  }
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const {status, statusText} = response;
  const copy = new Response(response.body, {status, statusText, headers: response.headers});
  for (const [name, value] of Object.entries(headers)) copy.headers.append(name, value);
  return copy;
}
