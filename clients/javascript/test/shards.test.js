/** Splitting, merging and listing shards. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  InvalidArgumentException,
  ListShardsCommand,
  MergeShardsCommand,
  ResourceNotFoundException,
  SplitShardCommand,
  ValidationException,
} from "@aws-sdk/client-kinesis";
import { FIRST, SECOND, THIRD, awaitActive, kinesisClient, newStream, shardsOf, summaryOf } from "../support.js";

const MIDDLE = (2n ** 127n).toString();
const LAST_KEY = (2n ** 128n - 1n).toString();

const kinesis = kinesisClient();
after(() => kinesis.destroy());

/** One shard, split in two halves: shard 0 is closed, 1 and 2 are open. */
async function splitStream(t) {
  const stream = await newStream(t, kinesis);
  await split(stream, FIRST, MIDDLE);
  await awaitActive(kinesis, stream);
  return stream;
}

function split(StreamName, ShardToSplit, NewStartingHashKey) {
  return kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
}

function merge(StreamName, ShardToMerge, AdjacentShardToMerge) {
  return kinesis.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
}

function list(input) {
  return kinesis.send(new ListShardsCommand(input));
}

function ids(shards) {
  return shards.map((shard) => shard.ShardId);
}

test("a split closes the parent and halves its range", async (t) => {
  const [parent, low, high] = await shardsOf(kinesis, await splitStream(t));
  assert.deepEqual(ids([parent, low, high]), [FIRST, SECOND, THIRD]);
  assert.ok(parent.SequenceNumberRange.EndingSequenceNumber);
  assert.deepEqual(low.HashKeyRange, { StartingHashKey: "0", EndingHashKey: (2n ** 127n - 1n).toString() });
  assert.deepEqual(high.HashKeyRange, { StartingHashKey: MIDDLE, EndingHashKey: LAST_KEY });
  for (const child of [low, high]) {
    assert.equal(child.ParentShardId, FIRST);
    assert.equal(child.AdjacentParentShardId, undefined);
    assert.equal(child.SequenceNumberRange.EndingSequenceNumber, undefined);
  }
});

test("a merge joins two neighbours", async (t) => {
  const stream = await newStream(t, kinesis, { ShardCount: 2 });
  await merge(stream, FIRST, SECOND);
  await awaitActive(kinesis, stream);
  const [low, high, child] = await shardsOf(kinesis, stream);
  assert.ok(low.SequenceNumberRange.EndingSequenceNumber);
  assert.ok(high.SequenceNumberRange.EndingSequenceNumber);
  assert.deepEqual([child.ShardId, child.ParentShardId, child.AdjacentParentShardId], [THIRD, FIRST, SECOND]);
  assert.deepEqual(child.HashKeyRange, { StartingHashKey: "0", EndingHashKey: LAST_KEY });
});

test("a split key outside the shard is refused", async (t) => {
  const refused = split(await newStream(t, kinesis), FIRST, "1");
  await assert.rejects(refused, InvalidArgumentException);
  await assert.rejects(refused, /is not both greater than one plus the shard's StartingHashKey 0/);
});

test("a closed shard is not split again", async (t) => {
  const refused = split(await splitStream(t), FIRST, MIDDLE);
  await assert.rejects(refused, InvalidArgumentException);
  await assert.rejects(refused, /has already been merged or split/);
});

test("an unknown shard is not split", async (t) => {
  const refused = split(await newStream(t, kinesis), THIRD, MIDDLE);
  await assert.rejects(refused, ResourceNotFoundException);
  await assert.rejects(refused, /Could not find shard shardId-000000000002 in stream/);
});

test("shards that are no neighbours are not merged", async (t) => {
  const refused = merge(await newStream(t, kinesis, { ShardCount: 3 }), FIRST, THIRD);
  await assert.rejects(refused, InvalidArgumentException);
  await assert.rejects(refused, /are not an adjacent pair of shards eligible for merging/);
});

test("an on-demand stream is not split by hand", async (t) => {
  const stream = await newStream(t, kinesis, { StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  await assert.rejects(split(stream, FIRST, "1000"), ValidationException);
});

test("filters choose shards by their place and by time", async (t) => {
  const StreamName = await splitStream(t);
  const { StreamCreationTimestamp: creation } = await summaryOf(kinesis, StreamName);
  const later = new Date(Date.now() + 3_600_000);
  const expectations = [
    [{ Type: "FROM_TRIM_HORIZON" }, [FIRST, SECOND, THIRD]],
    [{ Type: "AT_TRIM_HORIZON" }, [FIRST]],
    [{ Type: "AT_LATEST" }, [SECOND, THIRD]],
    [{ Type: "AFTER_SHARD_ID", ShardId: SECOND }, [THIRD]],
    [{ Type: "AT_TIMESTAMP", Timestamp: creation }, [FIRST]],
    [{ Type: "AT_TIMESTAMP", Timestamp: later }, [SECOND, THIRD]],
    [{ Type: "FROM_TIMESTAMP", Timestamp: creation }, [FIRST, SECOND, THIRD]],
  ];
  for (const [ShardFilter, expected] of expectations) {
    assert.deepEqual(ids((await list({ StreamName, ShardFilter })).Shards), expected, JSON.stringify(ShardFilter));
  }
});

test("shards are listed in pages", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 5 });
  const first = await list({ StreamName, MaxResults: 2 });
  const second = await list({ NextToken: first.NextToken, MaxResults: 2 });
  const third = await list({ NextToken: second.NextToken, MaxResults: 2 });
  assert.deepEqual(
    [first, second, third].map((page) => page.Shards.length),
    [2, 2, 1],
  );
  assert.equal(third.NextToken, undefined);
});

test("listing starts after a shard", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 3 });
  assert.deepEqual(ids((await list({ StreamName, ExclusiveStartShardId: FIRST })).Shards), [SECOND, THIRD]);
});

test("a token goes alone", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 2 });
  const { NextToken } = await list({ StreamName, MaxResults: 1 });
  await assert.rejects(list({ StreamName, NextToken }), (refusal) => {
    assert.ok(refusal instanceof InvalidArgumentException);
    assert.equal(refusal.message, "NextToken and StreamName cannot be provided together.");
    return true;
  });
  await assert.rejects(list({}), InvalidArgumentException);
});
