/** The measurements that are published, in the order in which they are run and told of. Others are run by their name only. */
export const order = ['size', 'hash', 'loopback', 'overlap', 'wan', 'pause', 'instant', 'many', 'memory'] as const;
