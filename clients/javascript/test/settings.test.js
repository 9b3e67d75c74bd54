/** What can be set on a stream beside its shards: tags, policies, encryption, monitoring, mode, record size; and on the account. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  AddTagsToStreamCommand,
  DeleteResourcePolicyCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetResourcePolicyCommand,
  InvalidArgumentException,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutResourcePolicyCommand,
  RemoveTagsFromStreamCommand,
  ResourceNotFoundException,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountSettingsCommand,
  UpdateMaxRecordSizeCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
  ValidationException,
} from "@aws-sdk/client-kinesis";
import { FIRST, awaitActive, bytes, kinesisClient, newStream, read, shardsOf, summaryOf } from "../support.js";

const MIB = 1024 * 1024;

const kinesis = kinesisClient();
after(() => kinesis.destroy());

const arnOf = async (stream) => (await summaryOf(kinesis, stream)).StreamARN;

async function tagsOf(StreamName) {
  const { Tags, HasMoreTags } = await kinesis.send(new ListTagsForStreamCommand({ StreamName }));
  assert.equal(HasMoreTags, false);
  return Tags.map(({ Key, Value }) => [Key, Value]);
}

test("tags are added, overwritten and removed", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 1, Tags: { a: "from creation" } });
  await kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { b: "1", a: "2", B: "" } }));
  assert.deepEqual(await tagsOf(StreamName), [
    ["B", ""],
    ["a", "2"],
    ["b", "1"],
  ]);
  await kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["b", "B", "unknown"] }));
  assert.deepEqual(await tagsOf(StreamName), [["a", "2"]]);
  const refused = kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { "a;b": "x" } }));
  await assert.rejects(refused, InvalidArgumentException);
  await assert.rejects(refused, /^InvalidArgumentException: Some tags contain invalid characters\./);
});

test("tags by resource are the stream's tags", async (t) => {
  const stream = await newStream(t, kinesis);
  const ResourceARN = await arnOf(stream);
  await kinesis.send(new TagResourceCommand({ ResourceARN, Tags: { team: "data" } }));
  assert.deepEqual(await tagsOf(stream), [["team", "data"]]);
  const { Tags } = await kinesis.send(new ListTagsForResourceCommand({ ResourceARN }));
  assert.deepEqual(Tags, [{ Key: "team", Value: "data" }]);
  await kinesis.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
  assert.deepEqual(await tagsOf(stream), []);
});

test("a policy is put, read and deleted", async (t) => {
  const ResourceARN = await arnOf(await newStream(t, kinesis));
  const policy = async () => (await kinesis.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy;
  const Statement = [
    { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "kinesis:GetRecords", Resource: ResourceARN },
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  assert.equal(await policy(), "{}");
  await kinesis.send(new PutResourcePolicyCommand({ ResourceARN, Policy }));
  assert.deepEqual(JSON.parse(await policy()), JSON.parse(Policy));
  await kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN }));
  assert.equal(await policy(), "{}");
  await assert.rejects(kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN })), ResourceNotFoundException);
});

test("encryption shows on the stream and on its records", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const key = { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" };
  const put = (text) => kinesis.send(new PutRecordCommand({ StreamName, Data: bytes(text), PartitionKey: "k" }));
  await kinesis.send(new StartStreamEncryptionCommand({ StreamName, ...key }));
  await awaitActive(kinesis, StreamName);
  const { EncryptionType, KeyId } = await summaryOf(kinesis, StreamName);
  assert.deepEqual({ EncryptionType, KeyId }, key);
  assert.equal((await put("during")).EncryptionType, "KMS");
  await kinesis.send(new StopStreamEncryptionCommand({ StreamName, ...key }));
  await awaitActive(kinesis, StreamName);
  assert.equal((await put("after")).EncryptionType, undefined);
  const records = await read(kinesis, StreamName, FIRST);
  assert.deepEqual(
    records.map((record) => record.EncryptionType),
    ["KMS", undefined],
  );
});

test("shard-level metrics are switched on and off", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const all = await kinesis.send(new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["ALL"] }));
  assert.deepEqual(all.CurrentShardLevelMetrics, []);
  assert.equal(all.DesiredShardLevelMetrics.length, 7);
  await awaitActive(kinesis, StreamName);
  const ShardLevelMetrics = ["IncomingBytes"];
  await kinesis.send(new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics }));
  await awaitActive(kinesis, StreamName);
  const [monitoring] = (await summaryOf(kinesis, StreamName)).EnhancedMonitoring;
  assert.equal(monitoring.ShardLevelMetrics.length, 6);
  assert.ok(!monitoring.ShardLevelMetrics.includes("IncomingBytes"));
});

test("the shard count is changed", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 2 });
  const scaling = { StreamName, TargetShardCount: 4, ScalingType: "UNIFORM_SCALING" };
  const reply = await kinesis.send(new UpdateShardCountCommand(scaling));
  assert.equal(reply.CurrentShardCount, 2);
  assert.equal(reply.TargetShardCount, 4);
  await awaitActive(kinesis, StreamName);
  assert.equal((await summaryOf(kinesis, StreamName)).OpenShardCount, 4);
  assert.equal((await shardsOf(kinesis, StreamName)).length, 6);
});

test("the mode is changed and keeps the shards", async (t) => {
  const StreamName = await newStream(t, kinesis, { ShardCount: 2 });
  const StreamARN = await arnOf(StreamName);
  const StreamModeDetails = { StreamMode: "ON_DEMAND" };
  await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails }));
  await awaitActive(kinesis, StreamName);
  const summary = await summaryOf(kinesis, StreamName);
  assert.deepEqual(summary.StreamModeDetails, StreamModeDetails);
  assert.equal(summary.OpenShardCount, 2);
  const warm = new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps: 8 });
  await assert.rejects(kinesis.send(warm), ValidationException);
});

test("a stream takes larger records when told to", async (t) => {
  const StreamName = await newStream(t, kinesis);
  const StreamARN = await arnOf(StreamName);
  const put = () =>
    kinesis.send(new PutRecordCommand({ StreamName, Data: new Uint8Array(3 * MIB), PartitionKey: "k" }));
  await assert.rejects(put(), ValidationException);
  await kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 4096 }));
  await awaitActive(kinesis, StreamName);
  await put();
  const [record] = await read(kinesis, StreamName, FIRST);
  assert.equal(record.Data.length, 3 * MIB);
});

test("limits and the account's settings are read and set", async (t) => {
  // In a region of its own: the commitment lasts a day, and changes what other tests may do.
  const account = kinesisClient({ region: "eu-south-1" });
  t.after(() => account.destroy());
  const limits = await account.send(new DescribeLimitsCommand({}));
  assert.ok(limits.ShardLimit > 0 && limits.OnDemandStreamCountLimit > 0);
  const MinimumThroughputBillingCommitment = { Status: "ENABLED" };
  await account.send(new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment }));
  const settings = await account.send(new DescribeAccountSettingsCommand({}));
  assert.equal(settings.MinimumThroughputBillingCommitment.Status, "ENABLED");
  assert.ok(settings.MinimumThroughputBillingCommitment.EarliestAllowedEndAt > new Date());
});
