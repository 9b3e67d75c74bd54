"""What can be set on a stream beside its shards, and consumers. The CLI has no subscribe-to-shard."""

import json

import pytest
from conftest import Refused, await_active, eventually, summary_of



def test_tags_are_added_and_removed(kinesis, new_stream):
    stream = new_stream()
    kinesis("add-tags-to-stream", "--stream-name", stream, "--tags", "team=data,stage=test")
    kinesis("remove-tags-from-stream", "--stream-name", stream, "--tag-keys", "stage")
    assert kinesis("list-tags-for-stream", "--stream-name", stream)["Tags"] == [{"Key": "team", "Value": "data"}]
    arn = summary_of(kinesis, stream)["StreamARN"]
    assert kinesis("list-tags-for-resource", "--resource-arn", arn)["Tags"] == [{"Key": "team", "Value": "data"}]


def test_a_policy_is_put_read_and_deleted(kinesis, new_stream):
    arn = summary_of(kinesis, new_stream())["StreamARN"]
    principal = {"AWS": "111122223333"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kinesis:GetRecords", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    kinesis("put-resource-policy", "--resource-arn", arn, "--policy", json.dumps(policy))
    assert json.loads(kinesis("get-resource-policy", "--resource-arn", arn)["Policy"]) == policy
    kinesis("delete-resource-policy", "--resource-arn", arn)
    with pytest.raises(Refused) as refusal:
        kinesis("delete-resource-policy", "--resource-arn", arn)
    assert refusal.value.code == "ResourceNotFoundException"


def test_shards_mode_metrics_encryption_and_record_size_are_changed(kinesis, new_stream):
    stream = new_stream("--shard-count", "2")
    arn = summary_of(kinesis, stream)["StreamARN"]
    named = ("--stream-name", stream)
    scaling = kinesis("update-shard-count", *named, "--target-shard-count", 4, "--scaling-type", "UNIFORM_SCALING")
    assert (scaling["CurrentShardCount"], scaling["TargetShardCount"]) == (2, 4)
    await_active(kinesis, stream)
    kinesis("enable-enhanced-monitoring", *named, "--shard-level-metrics", "IncomingBytes", "OutgoingBytes")
    await_active(kinesis, stream)
    kinesis("disable-enhanced-monitoring", *named, "--shard-level-metrics", "OutgoingBytes")
    await_active(kinesis, stream)
    kinesis("start-stream-encryption", *named, "--encryption-type", "KMS", "--key-id", "alias/aws/kinesis")
    await_active(kinesis, stream)
    kinesis("update-max-record-size", "--stream-arn", arn, "--max-record-size-in-ki-b", 2048)
    await_active(kinesis, stream)
    kinesis("update-stream-mode", "--stream-arn", arn, "--stream-mode-details", "StreamMode=ON_DEMAND")
    await_active(kinesis, stream)
    summary = summary_of(kinesis, stream)
    assert summary["OpenShardCount"] == 4
    assert summary["EnhancedMonitoring"] == [{"ShardLevelMetrics": ["IncomingBytes"]}]
    assert (summary["EncryptionType"], summary["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert summary["MaxRecordSizeInKiB"] == 2048
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    kinesis("stop-stream-encryption", *named, "--encryption-type", "KMS", "--key-id", "alias/aws/kinesis")
    await_active(kinesis, stream)
    assert summary_of(kinesis, stream)["EncryptionType"] == "NONE"


def test_limits_and_account_settings_are_shown(kinesis):
    assert kinesis("describe-limits")["ShardLimit"] > 0
    commitment = kinesis("describe-account-settings")["MinimumThroughputBillingCommitment"]
    assert commitment["Status"] == "DISABLED"


def test_a_consumer_is_registered_listed_and_deregistered(kinesis, new_stream):
    arn = summary_of(kinesis, new_stream())["StreamARN"]
    named = ("--stream-arn", arn, "--consumer-name", "reader")
    consumer = kinesis("register-stream-consumer", *named)["Consumer"]["ConsumerARN"]

    def is_active():
        return kinesis("describe-stream-consumer", *named)["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE"

    eventually(is_active, f"{consumer} becomes ACTIVE")
    assert [each["ConsumerARN"] for each in kinesis("list-stream-consumers", "--stream-arn", arn)["Consumers"]] == [
        consumer
    ]
    kinesis("deregister-stream-consumer", "--consumer-arn", consumer)

    def is_gone():
        try:
            return not kinesis("describe-stream-consumer", *named)
        except Refused as refusal:
            return refusal.code == "ResourceNotFoundException"

    eventually(is_gone, f"{consumer} is gone")
