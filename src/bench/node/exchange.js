// What one would write with Node: POST /exchange writes the body and a line feed to the child, and answers with its line.
//   node exchange.js PORT serial|pipelined
'use strict';
const http = require('http');
const { spawn } = require('child_process');

const [port, mode] = process.argv.slice(2);
const child = spawn('/bin/cat', { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = []; // Those that get the next replies.
let rest = Buffer.alloc(0);

child.stdout.on('data', (chunk) => {
  let data = rest.length ? Buffer.concat([rest, chunk]) : chunk;
  for (let end; (end = data.indexOf(10)) >= 0; data = data.subarray(end + 1)) {
    waiting.shift()(data.subarray(0, end + 1));
  }
  rest = data;
});

function exchange(message) {
  return new Promise((resolve) => {
    waiting.push(resolve);
    child.stdin.write(message);
  });
}

let turn = Promise.resolve();
function inTurn(message) {
  turn = turn.then(() => exchange(message));
  return turn;
}

http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    parts.push(Buffer.from('\n'));
    (mode === 'serial' ? inTurn : exchange)(Buffer.concat(parts)).then((reply) => response.end(reply));
  });
}).listen(port, '127.0.0.1');
