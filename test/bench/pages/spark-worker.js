import SparkMD5 from 'spark-md5';

/** MD5 of a file the way it is usually done: slice by slice, one after the other. */
self.onmessage = async ({data: file}) => {
  const step = 2 * 2 ** 20;
  const md5 = new SparkMD5.ArrayBuffer();
  for (let at = 0; at < file.size; at += step) md5.append(await file.slice(at, at + step).arrayBuffer());
  self.postMessage(md5.end());
};
