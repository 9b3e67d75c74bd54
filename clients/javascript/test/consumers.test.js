/** Consumers with enhanced fan-out: many event streams and calls share an HTTP/2 connection. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  ListStreamConsumersCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import {
  ACCOUNT,
  FIRST,
  SECOND,
  THIRD,
  awaitActive,
  bytes,
  eventually,
  kinesisClient,
  newStream,
  summaryOf,
  texts,
} from "../support.js";

const kinesis = kinesisClient();
after(() => kinesis.destroy());

const arnOf = async (stream) => (await summaryOf(kinesis, stream)).StreamARN;

async function describe(ConsumerARN) {
  return (await kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN }))).ConsumerDescription;
}

/** Registers a consumer, awaits ACTIVE and returns its ARN. It goes with its stream. */
async function newConsumer(stream, ConsumerName = "reader") {
  const StreamARN = await arnOf(stream);
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
  const { ConsumerARN } = Consumer;
  await eventually(
    async () => (await describe(ConsumerARN)).ConsumerStatus === "ACTIVE",
    `${ConsumerARN} becomes ACTIVE`,
  );
  return ConsumerARN;
}

async function put(StreamName, text) {
  const input = { StreamName, Data: bytes(text), PartitionKey: "key" };
  return (await kinesis.send(new PutRecordCommand(input))).SequenceNumber;
}

async function subscribe(ConsumerARN, StartingPosition = { Type: "TRIM_HORIZON" }, ShardId = FIRST) {
  const input = { ConsumerARN, ShardId, StartingPosition };
  return (await kinesis.send(new SubscribeToShardCommand(input))).EventStream;
}

/** The data of the next `count` records, and the event that brought the last of them; then the subscription is given up. */
async function receive(subscription, count) {
  const received = [];
  for await (const { SubscribeToShardEvent: event } of subscription) {
    received.push(...texts(event.Records));
    if (received.length >= count) {
      return { received, event };
    }
  }
  assert.fail(`the subscription ended after ${received}`);
}

test("a consumer is registered, described, listed and deregistered", async (t) => {
  const stream = await newStream(t, kinesis);
  const StreamARN = await arnOf(stream);
  const ConsumerARN = await newConsumer(stream);
  const described = await kinesis.send(new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: "reader" }));
  assert.equal(described.ConsumerDescription.ConsumerARN, ConsumerARN);
  assert.equal(described.ConsumerDescription.StreamARN, StreamARN);
  const { Consumers, NextToken } = await kinesis.send(new ListStreamConsumersCommand({ StreamARN }));
  assert.deepEqual([Consumers.map((consumer) => consumer.ConsumerName), NextToken], [["reader"], undefined]);

  const again = kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "reader" }));
  await assert.rejects(again, ResourceInUseException);
  await assert.rejects(again, new RegExp(`Consumer reader under stream ${stream} already exists for account ${ACCOUNT}`));

  await kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
  await eventually(async () => {
    try {
      return !(await describe(ConsumerARN));
    } catch (refusal) {
      return refusal instanceof ResourceNotFoundException;
    }
  }, `${ConsumerARN} is gone`);
});

test("records are pushed as they are put", async (t) => {
  const stream = await newStream(t, kinesis);
  const subscription = await subscribe(await newConsumer(stream));
  const receiving = receive(subscription, 3);
  await put(stream, "1");
  await put(stream, "2");
  await delay(100);
  await put(stream, "3");
  const { received, event } = await receiving;
  assert.deepEqual(received, ["1", "2", "3"]);
  assert.equal(event.MillisBehindLatest, 0);
});

test("a subscription goes on where another stopped", async (t) => {
  const stream = await newStream(t, kinesis);
  const consumers = [await newConsumer(stream, "one"), await newConsumer(stream, "other")];
  await put(stream, "1");
  const SequenceNumber = await put(stream, "2");
  const { received, event } = await receive(
    await subscribe(consumers[0], { Type: "AT_SEQUENCE_NUMBER", SequenceNumber }),
    1,
  );
  assert.deepEqual(received, ["2"]);
  await put(stream, "3");
  const after = { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: event.ContinuationSequenceNumber };
  assert.deepEqual((await receive(await subscribe(consumers[1], after), 1)).received, ["3"]);
});

test("a closed shard ends the subscription with its children", async (t) => {
  const stream = await newStream(t, kinesis);
  const consumer = await newConsumer(stream);
  await put(stream, "before");
  const split = { StreamName: stream, ShardToSplit: FIRST, NewStartingHashKey: `${2n ** 127n}` };
  await kinesis.send(new SplitShardCommand(split));
  await awaitActive(kinesis, stream);
  const events = [];
  for await (const { SubscribeToShardEvent: event } of await subscribe(consumer)) {
    events.push(event);
  }
  assert.deepEqual(texts(events.flatMap((event) => event.Records)), ["before"]);
  const last = events.at(-1);
  assert.equal(last.ContinuationSequenceNumber, undefined);
  assert.deepEqual(
    last.ChildShards.map((child) => [child.ShardId, child.ParentShards]),
    [
      [SECOND, [FIRST]],
      [THIRD, [FIRST]],
    ],
  );
});

test("consumers do not hinder each other, nor the calls beside them", async (t) => {
  const stream = await newStream(t, kinesis);
  const names = Array.from({ length: 5 }, (_, index) => `reader-${index}`);
  const consumers = [];
  for (const name of names) {
    consumers.push(await newConsumer(stream, name));
  }
  const subscriptions = await Promise.all(consumers.map((consumer) => subscribe(consumer)));
  const [idle, ...read] = subscriptions;
  const receiving = Promise.all(read.map((subscription) => receive(subscription, 100)));
  const sent = Array.from({ length: 100 }, (_, number) => `${number}`);
  for (const text of sent) {
    await put(stream, text);
  }
  for (const { received } of await receiving) {
    assert.deepEqual(received, sent);
  }
  // The one that nobody read meanwhile has lost nothing.
  assert.deepEqual((await receive(idle, 100)).received, sent);
});

test("a deregistered consumer's subscription ends with an exception", async (t) => {
  const stream = await newStream(t, kinesis);
  const ConsumerARN = await newConsumer(stream);
  await put(stream, "1");
  const subscription = await subscribe(ConsumerARN);
  await assert.rejects(async () => {
    for await (const { SubscribeToShardEvent: event } of subscription) {
      if (event.Records.length > 0) {
        await kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
      }
    }
  }, ResourceNotFoundException);
});

test("a subscription without a consumer is refused", async (t) => {
  const nobody = `${await arnOf(await newStream(t, kinesis))}/consumer/nobody:1700000000`;
  await assert.rejects(subscribe(nobody), (refusal) => {
    assert.ok(refusal instanceof ResourceNotFoundException);
    assert.equal(refusal.message, `Consumer ${nobody}, account ${ACCOUNT} not found.`);
    return true;
  });
});
