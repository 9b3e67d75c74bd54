/** The life of a stream: create, describe, list, retain, delete. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  InvalidArgumentException,
  ListStreamsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
  paginateListStreams,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from "@aws-sdk/client-kinesis";
import {
  ACCOUNT,
  FIRST,
  REGION,
  SECOND,
  kinesisClient,
  newStream,
  shardId,
  summaryOf,
  uniquePrefix,
} from "../support.js";

const kinesis = kinesisClient();
after(() => kinesis.destroy());

async function describe(input) {
  return (await kinesis.send(new DescribeStreamCommand(input))).StreamDescription;
}

test("provisioned shards tile the hash space", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 3 });
  const { Shards } = await describe({ StreamName: stream });
  const step = 2n ** 128n / 3n;
  assert.deepEqual(
    Shards.map(({ HashKeyRange: range }) => [BigInt(range.StartingHashKey), BigInt(range.EndingHashKey)]),
    [
      [0n, step - 1n],
      [step, 2n * step - 1n],
      [2n * step, 2n ** 128n - 1n],
    ],
  );
});

test("a stream is awaited with the waiters as it comes and goes", async () => {
  const StreamName = `${uniquePrefix()}stream`;
  const waiting = { client: kinesis, minDelay: 1, maxDelay: 1, maxWaitTime: 30 };
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await waitUntilStreamExists(waiting, { StreamName });
  assert.equal((await summaryOf(kinesis, StreamName)).StreamStatus, "ACTIVE");
  await kinesis.send(new DeleteStreamCommand({ StreamName }));
  await waitUntilStreamNotExists(waiting, { StreamName });
});

test("an on-demand stream starts with four shards", async (t) => {
  const stream = await newStream(t, kinesis, { StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  const summary = await summaryOf(kinesis, stream);
  assert.deepEqual(summary.StreamModeDetails, { StreamMode: "ON_DEMAND" });
  assert.equal(summary.OpenShardCount, 4);
});

test("a stream without mode or shard count is on-demand", async (t) => {
  const stream = await newStream(t, kinesis, {});
  assert.equal((await summaryOf(kinesis, stream)).StreamModeDetails.StreamMode, "ON_DEMAND");
});

test("a fresh stream is described with its defaults", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  const { Shards, StreamCreationTimestamp, ...description } = await describe({ StreamName: stream });
  assert.deepEqual(description, {
    StreamName: stream,
    StreamARN: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${stream}`,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: "PROVISIONED" },
    RetentionPeriodHours: 24,
    EncryptionType: "NONE",
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    HasMoreShards: false,
  });
  assert.deepEqual(
    Shards.map((shard) => shard.ShardId),
    [FIRST, SECOND],
  );
  assert.ok(Math.abs(Date.now() - StreamCreationTimestamp.getTime()) < 60_000);
});

test("a summary counts instead of listing", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  const summary = await summaryOf(kinesis, stream);
  assert.equal(summary.OpenShardCount, 2);
  assert.equal(summary.ConsumerCount, 0);
  assert.equal(summary.RetentionPeriodHours, 24);
  // Clients that are told a StreamId leave a custom endpoint for AWS.
  assert.equal(summary.StreamId, undefined);
});

test("a stream is found by its ARN", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const { StreamARN } = await summaryOf(kinesis, StreamName);
  for (const input of [{ StreamARN }, { StreamARN, StreamName }]) {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand(input));
    assert.equal(StreamDescriptionSummary.StreamName, StreamName);
    assert.equal((await describe(input)).StreamName, StreamName);
  }
});

test("shards of a description come in pages", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 5 });
  const ids = [];
  let page;
  do {
    page = await describe({ StreamName, Limit: 2, ExclusiveStartShardId: ids.at(-1) });
    ids.push(...page.Shards.map((shard) => shard.ShardId));
  } while (page.HasMoreShards);
  assert.deepEqual(ids, [0, 1, 2, 3, 4].map(shardId));
});

test("streams are listed in order and in pages", async (t) => {
  const prefix = uniquePrefix();
  for (const suffix of ["c", "a", "b"]) {
    await newStream(t, kinesis, { name: prefix + suffix, ShardCount: 1 });
  }
  const names = ["a", "b", "c"].map((suffix) => prefix + suffix);

  const first = await kinesis.send(new ListStreamsCommand({ ExclusiveStartStreamName: prefix, Limit: 2 }));
  assert.deepEqual(first.StreamNames, names.slice(0, 2));
  assert.deepEqual(
    first.StreamSummaries.map((summary) => summary.StreamName),
    names.slice(0, 2),
  );

  const listed = [];
  for await (const page of paginateListStreams({ client: kinesis, pageSize: 1 }, {})) {
    listed.push(...page.StreamNames);
  }
  assert.deepEqual(
    listed.filter((name) => name.startsWith(prefix)),
    names,
  );
});

test("regions do not see each other's streams", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const elsewhere = kinesisClient({ region: "eu-central-1" });
  t.after(() => elsewhere.destroy());
  assert.ok(!(await elsewhere.send(new ListStreamsCommand({}))).StreamNames.includes(StreamName));
  await assert.rejects(summaryOf(elsewhere, StreamName), ResourceNotFoundException);
});

test("a deleted stream is gone and its name is free", async (t) => {
  const StreamName = await newStream(t, kinesis);
  await kinesis.send(new DeleteStreamCommand({ StreamName }));
  await waitUntilStreamNotExists({ client: kinesis, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { StreamName });
  await assert.rejects(describe({ StreamName }), (refusal) => {
    assert.ok(refusal instanceof ResourceNotFoundException);
    assert.equal(refusal.message, `Stream ${StreamName} under account ${ACCOUNT} not found.`);
    return true;
  });
  await newStream(t, kinesis, { name: StreamName, ShardCount: 1 });
});

test("a taken name is refused", async (t) => {
  const StreamName = await newStream(t, kinesis);
  await assert.rejects(kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })), (refusal) => {
    assert.ok(refusal instanceof ResourceInUseException);
    assert.equal(refusal.message, `Stream ${StreamName} under account ${ACCOUNT} already exists.`);
    assert.equal(refusal.$metadata.httpStatusCode, 400);
    return true;
  });
});

test("an illegal name is refused with the constraint it breaks", async () => {
  const creation = kinesis.send(new CreateStreamCommand({ StreamName: "no spaces, please", ShardCount: 1 }));
  await assert.rejects(creation, (refusal) => {
    assert.ok(refusal instanceof ValidationException);
    assert.equal(
      refusal.message,
      "1 validation error detected: Value 'no spaces, please' at 'streamName' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
    return true;
  });
});

test("every reply names its request", async () => {
  const { $metadata } = await kinesis.send(new ListStreamsCommand({}));
  assert.match($metadata.requestId, /^[0-9a-f-]{36}$/);
  assert.ok($metadata.extendedRequestId);
});

test("retention grows and shrinks", async (t) => {
  const StreamName = await newStream(t, kinesis);
  await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }));
  assert.equal((await summaryOf(kinesis, StreamName)).RetentionPeriodHours, 48);
  await kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }));
  assert.equal((await summaryOf(kinesis, StreamName)).RetentionPeriodHours, 24);
});

test("a retention out of range is refused", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const refusals = [
    [
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 23 }),
      "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
    ],
    [
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 8761 }),
      "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
    ],
    [
      new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 25 }),
      `Requested retention period (25 hours) for stream ${StreamName} can not be longer than existing retention ` +
        "period (24 hours). Use IncreaseRetentionPeriod API.",
    ],
  ];
  for (const [command, text] of refusals) {
    await assert.rejects(kinesis.send(command), (refusal) => {
      assert.ok(refusal instanceof InvalidArgumentException);
      assert.equal(refusal.message, text);
      return true;
    });
  }
});
