// Programs of npm, started as a person starts them in a terminal.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const WAIT = 60_000;

/** A port that is free now, on loopback. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, 'localhost', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Waits until nobody listens there: the Inspector of another row, or somebody else's. */
export async function portIsFree(port) {
  const end = Date.now() + WAIT;
  while (await listens(port)) {
    if (Date.now() > end) {
      throw new Error(`Port ${port} is in use: stop what listens there, perhaps another MCP Inspector`);
    }
    await pause(200);
  }
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
  });
}

/** A program with the Node.js of this room and a home of its own; the browser it opens is a script that keeps the link. */
export function start(script, parameters, home, environment = {}, stdin = 'ignore') {
  const { DISPLAY, WAYLAND_DISPLAY, ...rest } = process.env;
  const bin = join(home, 'bin');
  const opened = join(home, 'opened.txt');
  mkdirSync(bin, { recursive: true });
  for (const opener of ['xdg-open', 'open']) {
    writeFileSync(join(bin, opener), `#!/bin/sh\nprintf '%s\\n' "$1" > '${opened}'\n`, { mode: 0o755 });
  }
  const child = spawn(process.execPath, [script, ...parameters], {
    // a group of its own: some of them leave children behind when they are told to end
    detached: true,
    stdio: [stdin, 'pipe', 'pipe'],
    env: {
      ...rest,
      HOME: home,
      USERPROFILE: home,
      BROWSER: join(bin, 'xdg-open'),
      PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
      MCP_AUTO_OPEN_ENABLED: 'false',
      ...environment,
    },
  });
  const program = {
    child,
    output: '',
    errors: '',
    get text() {
      return program.output + program.errors;
    },
    exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal))),
    /** The link that it opens in a browser; nothing if it ends without. */
    async opened() {
      const end = Date.now() + WAIT;
      while (Date.now() < end && child.exitCode === null && child.signalCode === null) {
        if (existsSync(opened) && readFileSync(opened, 'utf8').endsWith('\n')) {
          return readFileSync(opened, 'utf8').trim();
        }
        await pause(50);
      }
      return undefined;
    },
    /** Waits until the program has printed what the pattern matches. */
    async printed(pattern) {
      const end = Date.now() + WAIT;
      for (;;) {
        const match = pattern.exec(program.text);
        if (match) {
          return match;
        }
        if (child.exitCode !== null || child.signalCode !== null) {
          // what was printed last may still be under way
          await pause(200);
          const last = pattern.exec(program.text);
          if (last) {
            return last;
          }
          throw new Error(`It ended before it printed ${pattern}:\n${program.text}`);
        }
        if (Date.now() > end) {
          throw new Error(`It never printed ${pattern}:\n${program.text}`);
        }
        await pause(50);
      }
    },
    async end() {
      return Promise.race([
        program.exited,
        pause(WAIT, undefined, { ref: false }).then(() => {
          throw new Error(`It did not end:\n${program.text}`);
        }),
      ]);
    },
    async stop() {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
      await program.exited;
    },
  };
  if (stdin !== 'pipe') {
    child.stdout.on('data', (data) => { program.output += data; });
  }
  child.stderr.on('data', (data) => { program.errors += data; });
  return program;
}

/** The only JSON object in a program's output. */
export function jsonIn(text) {
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}
