/** The server's address, the client, and streams that are gone when their test is over. */

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { KinesisClient, ResourceInUseException, ResourceNotFoundException } from "@aws-sdk/client-kinesis";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";

export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";
export const [FIRST, SECOND, THIRD] = [0, 1, 2].map(shardId);

const WAIT_MAX_MILLIS = 30_000;

export function setting(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: it says where the server under test is`);
  }
  return value;
}

export function kinesisClient(options = {}) {
  return new KinesisClient({
    endpoint: setting("MILLRACE_ENDPOINT"),
    region: REGION,
    credentials: { accessKeyId: "millrace", secretAccessKey: "millrace" },
    // Retries would hide a server that fails now and then.
    maxAttempts: 1,
    ...options,
  });
}

export function shardId(index) {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/** A prefix that no other test uses. */
export function uniquePrefix() {
  return `javascript-${randomUUID().slice(0, 13)}-`;
}

/** Creates a stream of one shard unless told otherwise, awaits ACTIVE, and deletes it after test `t`. */
export async function newStream(t, kinesis, { name = `${uniquePrefix()}stream`, ...input } = { ShardCount: 1 }) {
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ...input }));
  t.after(() => deleteIfThere(kinesis, name));
  await awaitActive(kinesis, name);
  return name;
}

async function deleteIfThere(kinesis, name) {
  try {
    await kinesis.send(new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true }));
  } catch (refusal) {
    if (!(refusal instanceof ResourceNotFoundException || refusal instanceof ResourceInUseException)) {
      throw refusal;
    }
  }
}

export async function summaryOf(kinesis, StreamName) {
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
  return StreamDescriptionSummary;
}

export function awaitActive(kinesis, name) {
  return eventually(async () => (await summaryOf(kinesis, name)).StreamStatus === "ACTIVE", `${name} becomes ACTIVE`);
}

/** Asks until the answer is true, as every client of an asynchronous service has to. */
export async function eventually(holds, what) {
  const deadline = Date.now() + WAIT_MAX_MILLIS;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`waited ${WAIT_MAX_MILLIS} ms in vain until ${what}`);
    }
    await delay(100);
  }
}

export async function shardsOf(kinesis, StreamName) {
  return (await kinesis.send(new ListShardsCommand({ StreamName }))).Shards;
}

export async function iterator(kinesis, StreamName, ShardId, position = { ShardIteratorType: "TRIM_HORIZON" }) {
  return (await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId, ...position }))).ShardIterator;
}

/** All records from a position to the tip of an open shard, or to the end of a closed one. */
export async function read(kinesis, stream, shard, position) {
  return (await readOn(kinesis, await iterator(kinesis, stream, shard, position))).records;
}

/** Records up to the tip or the end, and the last reply. */
export async function readOn(kinesis, ShardIterator) {
  const records = [];
  for (;;) {
    const last = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    records.push(...last.Records);
    const caughtUp = last.Records.length === 0 && last.MillisBehindLatest === 0;
    if (last.NextShardIterator === undefined || caughtUp) {
      return { records, last };
    }
    ShardIterator = last.NextShardIterator;
  }
}

export function bytes(text) {
  return new TextEncoder().encode(text);
}

export function texts(records) {
  return records.map((record) => new TextDecoder().decode(record.Data));
}
