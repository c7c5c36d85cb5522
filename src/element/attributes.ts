import {LitElement, type PropertyDeclaration} from 'lit';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Protocol} from '../core/ports.js';
import type {HeadersSource, WaitLimits} from './wire.js';
import {
  absent,
  attribute,
  bytesOr,
  bytesOrAuto,
  count,
  flag,
  headersSource,
  limit,
  oneOf,
  text,
  type Kind,
  type KindConverter,
} from './converters.js';
import type {MessageOverrides} from './messages.js';

const protocol: Kind<string | Protocol> = {
  initial: 'chunks',
  coerce: (value, name) => (typeof value === 'object' && value !== null ? (value as Protocol) : text.coerce(value, name) || 'chunks'),
};

const workerSrc: Kind<string | (() => Worker)> = {
  initial: '',
  coerce: (value, name) => (typeof value === 'function' ? (value as () => Worker) : text.coerce(value, name)),
};

/**
 * Everything that can be set on `<chunk-uploader>`, each as an attribute and as a property of the same meaning. Holds values; does
 * nothing with them. A bad value warns on the console and counts as not set.
 */
export class UploaderAttributes extends LitElement {
  static override properties: Record<string, PropertyDeclaration> = {
    endpoint: attribute(text),
    protocol: attribute(protocol),
    headers: attribute(headersSource),
    withCredentials: attribute(flag, 'with-credentials'),
    accept: attribute(text),
    multiple: attribute(flag),
    directory: attribute(flag),
    capture: attribute(text),
    maxSize: attribute(limit, 'max-size'),
    maxFiles: attribute(limit, 'max-files'),
    name: attribute(text, 'name', {reflect: true}),
    required: attribute(flag),
    disabled: attribute(flag, 'disabled', {reflect: true}),
    submitWhenDone: attribute(flag, 'submit-when-done'),
    chunkSize: attribute(bytesOrAuto, 'chunk-size'),
    concurrency: attribute(count(4, 1)),
    filesAtOnce: attribute(count(2, 1), 'files-at-once'),
    manual: attribute(flag),
    paused: attribute(flag, 'paused', {reflect: true}),
    retries: attribute(count(0)),
    resumeOnline: attribute(flag, 'resume-online'),
    hash: attribute(oneOf<DigestAlgorithm>('md5', 'sha-256', 'none')),
    workerSrc: attribute(workerSrc, 'worker-src'),
    noResume: attribute(flag, 'no-resume'),
    resumeKey: attribute(text, 'resume-key'),
    keepFiles: attribute(bytesOr(256 * 2 ** 20), 'keep-files'),
    autoResume: attribute(flag, 'auto-resume'),
    messages: {attribute: false},
    limits: {attribute: false},
  };

  static {
    for (const [name, {converter, attribute}] of Object.entries(this.properties)) {
      if (hasKind(converter)) Object.defineProperty(this.prototype, name, coercing(converter.kind, String(attribute ?? name)));
    }
  }

  /** Where files go. Relative to the page. Files added later follow a change; the others stay where they are. @attr endpoint */
  declare endpoint: string;
  /** How the server is spoken to: `chunks`, `form`, `tus`, `s3`, `ietf`, or (from script) a Protocol object. Counts for files added later. @attr protocol */
  declare protocol: string | Protocol;
  /** Headers of every request, or a function that gives them, asked before each request. JSON in the attribute. @attr headers */
  declare headers: HeadersSource | undefined;
  /** Sends cookies to another origin. @attr with-credentials */
  declare withCredentials: boolean;
  /** Which files may be added, as for `<input type=file>`. A comfort for people, no protection for servers. @attr accept */
  declare accept: string;
  /** More than one file may be in the list. @attr multiple */
  declare multiple: boolean;
  /** The picker chooses a folder, and a dropped folder is walked. Without it a dropped folder is refused. @attr directory */
  declare directory: boolean;
  /** `user` or `environment`: on phones the picker opens that camera. @attr capture */
  declare capture: string;
  /** Largest file, in bytes; `null`: no limit. @attr max-size */
  declare maxSize: number | null;
  /** How many files the list may hold, canceled ones not counted; `null`: no limit. @attr max-files */
  declare maxFiles: number | null;
  /** Name in a form: the URL of every finished upload is submitted under it. @attr name */
  declare name: string;
  /** The form cannot be submitted without a finished upload. @attr required */
  declare required: boolean;
  /** People cannot add files. Uploads under way go on. @attr disabled */
  declare disabled: boolean;
  /** Reserved: submit the form by itself when all is done. Does nothing yet. @attr submit-when-done */
  declare submitWhenDone: boolean;
  /** Size of a part in bytes, or `auto`. Counts from the next part. @attr chunk-size */
  declare chunkSize: number | 'auto';
  /** Requests with a body at a time, all files together. At most 4 per origin, all elements of the page together. @attr concurrency */
  declare concurrency: number;
  /** Files under way at a time. @attr files-at-once */
  declare filesAtOnce: number;
  /** Files wait for `start()`. @attr manual */
  declare manual: boolean;
  /** Holds every upload while it is there, those added later too. Setting it is the same as calling `pause()`. @attr paused @reflect */
  declare paused: boolean;
  /** How often an upload that failed tries again by itself. @attr retries */
  declare retries: number;
  /** Goes on by itself when the network is back. Never touches what a person paused. @attr resume-online */
  declare resumeOnline: boolean;
  /** Digest of the file's blocks: `md5`, `sha-256`, or `none`. Counts for files added later. @attr hash */
  declare hash: DigestAlgorithm;
  /** Address of the worker script, or (from script) a function that makes the worker, where a bundler or a policy needs it. Counts for files added later. @attr worker-src */
  declare workerSrc: string | (() => Worker);
  /** Keeps nothing across page loads: what is unfinished when the page is left is lost. Counts for files added later. @attr no-resume */
  declare noResume: boolean;
  /**
   * Whose uploads these are, on a machine that several people share: an upload is listed again only under the key it was added with.
   * Something that stays the same for one person and that no other has, such as a user's id. Counts for files added later. @attr resume-key
   */
  declare resumeKey: string;
  /**
   * How many bytes copies of files may take in the browser's storage, all together; without a value 256 MiB, and 0, which is the default,
   * keeps none. An upload with a copy needs nobody to choose its file again after a page load, and does not suffer when the file is
   * changed meanwhile. What has no room is uploaded without a copy. @attr keep-files
   */
  declare keepFiles: number;
  /**
   * Goes on after a page load without being asked, where nobody has to allow access or to choose the file, and nobody had paused
   * it. @attr auto-resume
   */
  declare autoResume: boolean;
  /** Texts that replace the English ones. Property only. */
  declare messages: MessageOverrides | undefined;
  /** Limits of waits, in ms, for unusual networks and for tests. Counts for files added later. Property only. */
  declare limits: Partial<WaitLimits> | undefined;

  /** Takes `paused="false"` and `disabled="false"` off: to style sheets and to forms the mere presence means true. */
  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (value === 'false' && (name === 'paused' || name === 'disabled')) this.removeAttribute(name);
  }
}

function hasKind(converter: unknown): converter is KindConverter {
  return typeof converter === 'object' && converter !== null && 'kind' in converter;
}

/** Whatever is set, what is read is of the documented type. Lit puts its own accessor around this one. */
function coercing(kind: Kind<unknown>, attributeName: string): PropertyDescriptor {
  const values = new WeakMap<object, unknown>();
  return {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return values.has(this) ? values.get(this) : kind.initial;
    },
    set(this: object, value: unknown) {
      values.set(this, value === absent ? kind.initial : kind.coerce(value, attributeName));
    },
  };
}
