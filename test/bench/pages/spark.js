/** MD5 of a file by the usual loop, in a worker of its own. @param {File} file @returns {Promise<string>} */
export async function sparkMd5(file) {
  const worker = new Worker('/bundles/spark-worker.js', {type: 'module'});
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({data}) => resolve(data);
      worker.onerror = ({message}) => reject(new Error(message));
      worker.postMessage(file);
    });
  } finally {
    worker.terminate();
  }
}
