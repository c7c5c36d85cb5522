/**
 * What a page gets instead of the worker's file: nothing, something that is no worker, or a worker that something befalls. Where it is
 * not said otherwise that is in the middle of its work: it has answered before, and has been asked for a digest.
 */
export type WorkerScript = keyof typeof scripts;

/** Runs `act` in a worker when it is asked for a digest, before it does anything about it. */
const whenAsked = (act: string): string => `addEventListener('message', ({data}) => { if (data.path?.[0] === 'digest') { ${act} } });\n`;

/** Reads of more than a piece ask for one large buffer. While there is no memory the browser's own error is thrown for that. */
const outOfMemory = `{
  const Real = ArrayBuffer, RealArray = Uint8Array;
  let full = true;
  new BroadcastChannel('memory').onmessage = () => { full = false; };
  const most = 65536, tooMuch = Number.MAX_SAFE_INTEGER;
  self.ArrayBuffer = new Proxy(Real, {construct: (_, [size, ...rest]) => new Real(full && size > most ? tooMuch : size, ...rest)});
  const {arrayBuffer} = Blob.prototype;
  Blob.prototype.arrayBuffer = function () {
    return full && this.size > most ? Promise.reject(new RangeError('Array buffer allocation failed')) : arrayBuffer.call(this);
  };
  self.Uint8Array = new Proxy(RealArray, {construct: (_, [size, ...rest]) => new RealArray(full && size > most ? tooMuch : size, ...rest)});
}
`;

/** The first bytes of everything that is read come late: a disk that has to wake up, a drive on a slow network. */
const slowDisk = `{
  const late = () => new Promise((resolve) => setTimeout(resolve, 1500));
  const {arrayBuffer, stream} = Blob.prototype;
  Blob.prototype.arrayBuffer = async function () { await late(); return arrayBuffer.call(this); };
  Blob.prototype.stream = function () {
    const real = stream.call(this), getReader = real.getReader.bind(real);
    real.getReader = (...options) => {
      const reader = getReader(...options), read = reader.read.bind(reader);
      const first = late();
      reader.read = async (...views) => { await first; return read(...views); };
      return reader;
    };
    return real;
  };
}
`;

/** Tells on the channel `reads` how many bytes each read of a file is about. Runs in a worker and in a page alike. */
export const tellReads = `{
  const channel = new BroadcastChannel('reads');
  for (const name of ['arrayBuffer', 'text', 'bytes']) {
    const read = Blob.prototype[name];
    if (read) Blob.prototype[name] = function () { channel.postMessage(this.size); return read.call(this); };
  }
  const {stream} = Blob.prototype;
  Blob.prototype.stream = function () {
    const real = stream.call(this), getReader = real.getReader.bind(real);
    real.getReader = (...options) => {
      const reader = getReader(...options), read = reader.read.bind(reader);
      reader.read = (...views) => { channel.postMessage(views[0] ? views[0].byteLength : 0); return read(...views); };
      return reader;
    };
    return real;
  };
  for (const name of ['readAsArrayBuffer', 'readAsText', 'readAsDataURL', 'readAsBinaryString']) {
    const read = FileReader.prototype[name];
    FileReader.prototype[name] = function (blob) { channel.postMessage(blob.size); return read.call(this, blob); };
  }
}
`;

const scripts = {
  missing: () => undefined,
  /** It starts and never says anything to the page; who listens on the channel `silent-worker` hears that it has started. */
  silent: () => `new BroadcastChannel('silent-worker').postMessage('started');`,
  /** It is cut off in the middle, as a file is that was not written to its end. */
  'cut-off': (source) => source.slice(0, source.length / 2),
  /** It throws as soon as it starts. */
  throwing: (source) => `throw new Error('This worker does not want to start');\n${source}`,
  /** It is that of another version. */
  older: (source) => source.replace(/chunk-uploader-hash\/\d+/, 'chunk-uploader-hash/0'),
  closing: (source) => whenAsked('close();') + source,
  looping: (source) => whenAsked('for (;;);') + source,
  'out-of-memory': (source) => outOfMemory + source,
  'slow-disk': (source) => slowDisk + source,
  'telling-reads': (source) => tellReads + source,
} satisfies Record<string, (source: string) => string | undefined>;

export const isWorkerScript = (name: string): name is WorkerScript => Object.hasOwn(scripts, name);

/** What is answered, made from the built worker's `source`. `undefined`: there is no such file. */
export const workerScript = (name: WorkerScript, source: string): string | undefined => scripts[name](source);
