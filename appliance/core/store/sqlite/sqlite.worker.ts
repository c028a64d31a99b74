// A SQLite thread: the writer, a reader or the keeper. It answers requests in order; the writer takes all transactions that
// wait and commits them with one fsync, each with its own outcome.

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { storeLimits } from '../limits.ts';
import { checkDatabase, checkStructure } from './check.ts';
import { checkpoint, openConnection } from './connection.ts';
import { toFailure } from './failures.ts';
import type { Answer, Reply, Request, ThreadData } from './messages.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const { role, settings } = workerData as ThreadData;
const port = parentPort as MessagePort;

function reply(id: number, answer: Answer): void {
  const reply: Reply = { id, answer };
  port.postMessage(reply, 'body' in answer && answer.body ? [answer.body] : []);
}

function start(): void {
  const db = openConnection(role, settings);
  const reader = new Reader(db);
  const writer = role === 'writer' ? new Writer(db, settings) : undefined;

  function answer(request: Request): Answer {
    switch (request.op) {
      case 'select':
        return reader.select(request);
      case 'check':
        return { op: 'findings', findings: checkDatabase(db, settings) };
      case 'checkStructure':
        return { op: 'findings', findings: checkStructure(db, request) };
      case 'checkpoint':
        return moveWal(request.mode);
      case 'forget':
        reader.forget();
        writer?.forget();
        return { op: 'done', walBytes: 0 };
      case 'close':
        db.close();
        return { op: 'done', walBytes: 0 };
      case 'readMigrations':
        return { op: 'applied', rows: writer!.readMigrations() };
      case 'migrate':
        writer!.migrate(request.due, request.appliedAtMs);
        return { op: 'done', walBytes: writer!.walBytes() };
      default:
        throw new Error(`the ${role} does not do ${request.op}`);
    }
  }

  /** complete: everything in the WAL is in the database (and the WAL is empty, for TRUNCATE). */
  function moveWal(mode: 'PASSIVE' | 'TRUNCATE'): Answer {
    const row = checkpoint(db, mode, settings);
    const complete = row.busy === 0 && row.log === row.checkpointed;
    return { op: 'checkpointed', complete, walBytes: Math.max(0, row.log - row.checkpointed) * settings.pageSizeBytes };
  }

  function handle(request: Request): void {
    let result: Answer;
    try {
      result = answer(request);
    } catch (error) {
      result = { op: 'failed', failure: toFailure(error) };
    }
    reply(request.id, result);
    if (request.op === 'close') port.close();
  }

  const groupable = (request: Request) => request.op === 'transact' || request.op === 'allocate';

  port.on('message', (first: Request) => {
    let next: Request | undefined = first;
    while (next) {
      if (!writer || !groupable(next)) {
        handle(next);
        return;
      }
      const group: Request[] = [];
      let sizeBytes = 0;
      while (next && groupable(next) && group.length < storeLimits.groupTransactions && sizeBytes < storeLimits.groupBytes) {
        group.push(next);
        if (next.op === 'transact') sizeBytes += next.body.byteLength;
        next = receiveMessageOnPort(port)?.message as Request | undefined;
      }
      writer.commitGroup(group).forEach((result, i) => {
        reply(group[i]!.id, result);
      });
    }
  });
}

try {
  start();
  reply(0, { op: 'done', walBytes: 0 });
} catch (error) {
  reply(0, { op: 'failed', failure: toFailure(error) });
  port.close();
}
