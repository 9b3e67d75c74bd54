/** Writing records and reading them back. */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  GetRecordsCommand,
  InvalidArgumentException,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
  SplitShardCommand,
  ValidationException,
} from "@aws-sdk/client-kinesis";
import {
  ACCOUNT,
  FIRST,
  SECOND,
  THIRD,
  awaitActive,
  bytes,
  eventually,
  iterator,
  kinesisClient,
  newStream,
  read,
  readOn,
  shardId,
  shardsOf,
  texts,
  uniquePrefix,
} from "../support.js";

const MIB = 1024 * 1024;
const MIDDLE = 2n ** 127n;
const LAST_KEY = 2n ** 128n - 1n;

const kinesis = kinesisClient();
after(() => kinesis.destroy());

function put(StreamName, data, more = {}) {
  const Data = typeof data === "string" ? bytes(data) : data;
  return kinesis.send(new PutRecordCommand({ StreamName, Data, PartitionKey: "key", ...more }));
}

function getRecords(ShardIterator, more = {}) {
  return kinesis.send(new GetRecordsCommand({ ShardIterator, ...more }));
}

test("a record comes back as it was put", async (t) => {
  const stream = await newStream(t, kinesis);
  const data = Uint8Array.from({ length: 256 }, (_, value) => value);
  const PartitionKey = "ключ-鍵-🔑";
  const reply = await put(stream, data, { PartitionKey });
  assert.equal(reply.ShardId, FIRST);
  assert.equal(reply.EncryptionType, undefined);

  const [record, ...others] = await read(kinesis, stream, FIRST);
  assert.deepEqual(others, []);
  assert.deepEqual([...record.Data], [...data]);
  assert.equal(record.PartitionKey, PartitionKey);
  assert.equal(record.SequenceNumber, reply.SequenceNumber);
  assert.equal(record.EncryptionType, undefined);
  assert.ok(Math.abs(Date.now() - record.ApproximateArrivalTimestamp.getTime()) < 60_000);
});

test("empty data is a record", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "");
  assert.deepEqual(texts(await read(kinesis, stream, FIRST)), [""]);
});

test("the partition key's MD5 chooses the shard", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 3 });
  const starts = (await shardsOf(kinesis, stream)).map((shard) => BigInt(shard.HashKeyRange.StartingHashKey));
  for (const PartitionKey of ["a", "b", "c", "d", "e", "f", "ü", "user-4711"]) {
    const hashKey = BigInt(`0x${createHash("md5").update(PartitionKey).digest("hex")}`);
    const expected = starts.findLastIndex((start) => start <= hashKey);
    assert.equal((await put(stream, "x", { PartitionKey })).ShardId, shardId(expected));
  }
});

test("an explicit hash key overrules the partition key", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  assert.equal((await put(stream, "x", { ExplicitHashKey: "0" })).ShardId, FIRST);
  assert.equal((await put(stream, "x", { ExplicitHashKey: `${LAST_KEY}` })).ShardId, SECOND);
  await assert.rejects(put(stream, "x", { ExplicitHashKey: `${LAST_KEY + 1n}` }), (refusal) => {
    assert.ok(refusal instanceof InvalidArgumentException);
    assert.equal(
      refusal.message,
      "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. " +
        `Specified value was ${LAST_KEY + 1n}`,
    );
    return true;
  });
});

test("a batch keeps its order in each shard", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  const batch = Array.from({ length: 500 }, (_, number) => ({
    Data: bytes(`${number}`),
    PartitionKey: `key-${number % 20}`,
  }));
  const reply = await kinesis.send(new PutRecordsCommand({ StreamName: stream, Records: batch }));
  assert.equal(reply.FailedRecordCount, 0);
  assert.equal(reply.Records.length, 500);
  const sent = reply.Records.map((result, number) => ({ ...result, text: `${number}` }));
  for (const shard of [FIRST, SECOND]) {
    const expected = sent.filter((result) => result.ShardId === shard);
    const records = await read(kinesis, stream, shard);
    assert.ok(expected.length > 0);
    assert.deepEqual(
      texts(records),
      expected.map((result) => result.text),
    );
    assert.deepEqual(
      records.map((record) => record.SequenceNumber),
      expected.map((result) => result.SequenceNumber),
    );
  }
});

test("requests in flight together on one connection are all answered", async (t) => {
  const stream = await newStream(t, kinesis);
  const replies = await Promise.all(Array.from({ length: 100 }, (_, number) => put(stream, `${number}`)));
  const records = await read(kinesis, stream, FIRST);
  const textOf = new Map(records.map((record) => [record.SequenceNumber, texts([record])[0]]));
  assert.equal(records.length, 100);
  assert.deepEqual(
    replies.map((reply) => textOf.get(reply.SequenceNumber)),
    replies.map((_, number) => `${number}`),
  );
});

test("sequence numbers grow", async (t) => {
  const stream = await newStream(t, kinesis);
  let last = 0n;
  for (let count = 0; count < 5; count++) {
    const ordering = last === 0n ? {} : { SequenceNumberForOrdering: `${last}` };
    const number = BigInt((await put(stream, "x", ordering)).SequenceNumber);
    assert.ok(number > last);
    last = number;
  }
});

test("a record may be as large as the limit and no larger", async (t) => {
  const stream = await newStream(t, kinesis);
  const data = randomBytes(MIB - "key".length);
  await put(stream, data);
  const [record] = await read(kinesis, stream, FIRST);
  assert.ok(data.equals(record.Data));
  const refused = put(stream, Buffer.concat([data, bytes("!")]));
  await assert.rejects(refused, ValidationException);
  await assert.rejects(refused, /Member must have length less than or equal to 1048576/);
});

test("a batch beyond the limits is refused", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const tooMany = new Array(501).fill({ Data: bytes("x"), PartitionKey: "k" });
  const refused = kinesis.send(new PutRecordsCommand({ StreamName, Records: tooMany }));
  await assert.rejects(refused, ValidationException);
  await assert.rejects(refused, /Member must have length less than or equal to 500/);

  const tooBig = new Array(11).fill({ Data: new Uint8Array(MIB - 1), PartitionKey: "k" });
  await assert.rejects(kinesis.send(new PutRecordsCommand({ StreamName, Records: tooBig })), (refusal) => {
    assert.ok(refusal instanceof InvalidArgumentException);
    assert.equal(refusal.message, "Records size exceeds 10 MB limit");
    return true;
  });
});

test("an unknown stream takes nothing", async () => {
  const stream = `${uniquePrefix()}nowhere`;
  await assert.rejects(put(stream, "x"), (refusal) => {
    assert.ok(refusal instanceof ResourceNotFoundException);
    assert.equal(refusal.message, `Stream ${stream} under account ${ACCOUNT} not found.`);
    return true;
  });
});

test("iterators start at and after a sequence number", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "1");
  const { SequenceNumber: StartingSequenceNumber } = await put(stream, "2");
  await put(stream, "3");
  const at = { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber };
  const following = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber };
  assert.deepEqual(texts(await read(kinesis, stream, FIRST, at)), ["2", "3"]);
  assert.deepEqual(texts(await read(kinesis, stream, FIRST, following)), ["3"]);
});

test("a latest iterator misses nothing put after it was issued", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "before");
  const latest = await iterator(kinesis, stream, FIRST, { ShardIteratorType: "LATEST" });
  await put(stream, "after");
  assert.deepEqual(texts((await readOn(kinesis, latest)).records), ["after"]);
});

test("a timestamp iterator starts at the first record that arrived since", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "1");
  await delay(50);
  await put(stream, "2");
  const [, { ApproximateArrivalTimestamp: arrived }] = await read(kinesis, stream, FIRST);
  const from = (Timestamp) => read(kinesis, stream, FIRST, { ShardIteratorType: "AT_TIMESTAMP", Timestamp });
  assert.deepEqual(texts(await from(arrived)), ["2"]);
  assert.deepEqual(texts(await from(new Date(arrived.getTime() + 1))), []);
  const refused = from(new Date(Date.now() + 3_600_000));
  await assert.rejects(refused, InvalidArgumentException);
  await assert.rejects(refused, /timestampInMillis parameter cannot be greater than the currentTimestampInMillis/);
});

test("a limit makes pages and each says how far behind it is", async (t) => {
  const stream = await newStream(t, kinesis);
  for (const data of ["0", "1", "2", "3", "4"]) {
    await put(stream, data);
  }
  await delay(10);
  const first = await getRecords(await iterator(kinesis, stream, FIRST), { Limit: 3 });
  assert.deepEqual(texts(first.Records), ["0", "1", "2"]);
  assert.ok(first.MillisBehindLatest > 0);
  const second = await getRecords(first.NextShardIterator, { Limit: 3 });
  assert.deepEqual(texts(second.Records), ["3", "4"]);
  assert.equal(second.MillisBehindLatest, 0);
  assert.equal(second.ChildShards, undefined);
});

test("a page holds ten mebibytes at most", async (t) => {
  const stream = await newStream(t, kinesis);
  const data = randomBytes(MIB - "key".length);
  for (let count = 0; count < 12; count++) {
    await put(stream, data);
  }
  const first = await getRecords(await iterator(kinesis, stream, FIRST));
  assert.ok(first.Records.length >= 1 && first.Records.length <= 10);
  const { records: rest } = await readOn(kinesis, first.NextShardIterator);
  assert.equal(first.Records.length + rest.length, 12);
  assert.ok([...first.Records, ...rest].every((record) => data.equals(record.Data)));
});

test("an iterator may be used again", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "x");
  const start = await iterator(kinesis, stream, FIRST);
  const first = await getRecords(start);
  const again = await getRecords(start);
  assert.deepEqual(texts(first.Records), ["x"]);
  assert.deepEqual(texts(again.Records), ["x"]);
  assert.notEqual(first.NextShardIterator, start);
});

test("a made-up iterator is refused", async () => {
  await assert.rejects(getRecords("bm90IGFuIGl0ZXJhdG9y"), (refusal) => {
    assert.ok(refusal instanceof InvalidArgumentException);
    assert.equal(refusal.message, "Invalid ShardIterator.");
    return true;
  });
});

test("an iterator for an unknown shard is refused", async (t) => {
  const stream = await newStream(t, kinesis);
  await assert.rejects(iterator(kinesis, stream, THIRD), (refusal) => {
    assert.ok(refusal instanceof ResourceNotFoundException);
    assert.equal(refusal.message, `Shard ${THIRD} in stream ${stream} under account ${ACCOUNT} does not exist`);
    return true;
  });
});

test("a sequence number of another shard is refused", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  const { SequenceNumber: StartingSequenceNumber } = await put(stream, "x", { ExplicitHashKey: "0" });
  const position = { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber };
  await assert.rejects(iterator(kinesis, stream, SECOND, position), (refusal) => {
    assert.ok(refusal instanceof InvalidArgumentException);
    assert.equal(
      refusal.message,
      `Invalid StartingSequenceNumber. It encodes ${FIRST}, while it was used in a call to a shard with ${SECOND}`,
    );
    return true;
  });
});

test("a split shard is read to its end and names its children", async (t) => {
  const stream = await newStream(t, kinesis);
  await put(stream, "before", { ExplicitHashKey: "0" });
  await kinesis.send(
    new SplitShardCommand({ StreamName: stream, ShardToSplit: FIRST, NewStartingHashKey: `${MIDDLE}` }),
  );
  await awaitActive(kinesis, stream);
  const toParent = (await putUntilIn(stream, SECOND)).filter((shard) => shard === FIRST);

  const { records, last } = await readOn(kinesis, await iterator(kinesis, stream, FIRST));
  assert.deepEqual(texts(records), ["before", ...toParent.map(() => "after")]);
  assert.equal(last.NextShardIterator, undefined);
  assert.deepEqual(last.ChildShards, [
    {
      ShardId: SECOND,
      ParentShards: [FIRST],
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${MIDDLE - 1n}` },
    },
    {
      ShardId: THIRD,
      ParentShards: [FIRST],
      HashKeyRange: { StartingHashKey: `${MIDDLE}`, EndingHashKey: `${LAST_KEY}` },
    },
  ]);
  assert.deepEqual(texts(await read(kinesis, stream, SECOND)), ["after"]);
});

test("merged shards name the same child", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  await kinesis.send(
    new MergeShardsCommand({ StreamName: stream, ShardToMerge: FIRST, AdjacentShardToMerge: SECOND }),
  );
  await awaitActive(kinesis, stream);
  for (const parent of [FIRST, SECOND]) {
    const { records, last } = await readOn(kinesis, await iterator(kinesis, stream, parent));
    assert.deepEqual(records, []);
    assert.equal(last.NextShardIterator, undefined);
    assert.deepEqual(
      last.ChildShards.map((child) => [child.ShardId, child.ParentShards.toSorted()]),
      [[THIRD, [FIRST, SECOND]]],
    );
  }
});

/** A moment after a reshard records still go to the parent: puts until the child takes one, returns where each went. */
async function putUntilIn(stream, shard) {
  const wentTo = [];
  await eventually(async () => {
    wentTo.push((await put(stream, "after", { ExplicitHashKey: "0" })).ShardId);
    return wentTo.at(-1) === shard;
  }, `${shard} takes records`);
  return wentTo;
}
