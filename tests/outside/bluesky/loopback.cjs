// Both servers listen on every address by themselves; here they listen on this machine's own.
const net = require('net');
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...asked) {
  if (typeof asked[0] === 'number' || /^\d+$/.test(asked[0] ?? '')) {
    if (typeof asked[1] !== 'string') asked.splice(1, 0, '127.0.0.1');
  } else if (asked[0] && typeof asked[0] === 'object' && asked[0].port !== undefined && !asked[0].host) {
    asked[0] = { ...asked[0], host: '127.0.0.1' };
  }
  return listen.apply(this, asked);
};
