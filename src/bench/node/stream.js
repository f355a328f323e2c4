// What one would write with Node: POST /write passes its body to the child, GET /stream passes on what the child writes.
//   node stream.js PORT
'use strict';
const http = require('http');
const { spawn } = require('child_process');

const child = spawn('/bin/cat', { stdio: ['pipe', 'pipe', 'inherit'] });

http.createServer((request, response) => {
  if (request.method === 'POST') {
    request.pipe(child.stdin, { end: false });
    request.on('end', () => response.end());
  } else {
    child.stdout.pipe(response);
    response.on('close', () => child.stdout.unpipe(response));
  }
}).listen(process.argv[2], '127.0.0.1');
