"""What can be set on a stream beside its shards: tags, policies, encryption, monitoring, mode, record size; and on the account."""

import json

import pytest
from conftest import await_active, eventually, kinesis_client, read, shards_of

FIRST = "shardId-000000000000"
MIB = 1024 * 1024
ALL_METRICS = {
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
}


def summary_of(kinesis, stream):
    return kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]


def message_of(refusal):
    return refusal.value.response["Error"]["Message"]


def tags_of(kinesis, stream):
    reply = kinesis.list_tags_for_stream(StreamName=stream)
    assert not reply["HasMoreTags"]
    return [(tag["Key"], tag["Value"]) for tag in reply["Tags"]]


def test_tags_are_added_overwritten_and_removed(kinesis, new_stream):
    stream = new_stream(Tags={"a": "from creation"})
    kinesis.add_tags_to_stream(StreamName=stream, Tags={"b": "1", "a": "2", "B": ""})
    assert tags_of(kinesis, stream) == [("B", ""), ("a", "2"), ("b", "1")]
    kinesis.remove_tags_from_stream(StreamName=stream, TagKeys=["b", "unknown"])
    assert tags_of(kinesis, stream) == [("B", ""), ("a", "2")]


def test_tags_are_listed_in_pages(kinesis, new_stream):
    stream = new_stream(Tags={f"key-{number:02}": "x" for number in range(12)})
    first = kinesis.list_tags_for_stream(StreamName=stream, Limit=10)
    assert first["HasMoreTags"]
    rest = kinesis.list_tags_for_stream(StreamName=stream, ExclusiveStartTagKey=first["Tags"][-1]["Key"])
    assert [tag["Key"] for tag in first["Tags"] + rest["Tags"]] == [f"key-{number:02}" for number in range(12)]


def test_tags_by_resource_are_the_streams_tags(kinesis, new_stream):
    stream = new_stream()
    arn = summary_of(kinesis, stream)["StreamARN"]
    kinesis.tag_resource(ResourceARN=arn, Tags={"team": "data"})
    assert tags_of(kinesis, stream) == [("team", "data")]
    assert kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "data"}]
    kinesis.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert tags_of(kinesis, stream) == []


def test_a_tag_with_a_forbidden_character_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.add_tags_to_stream(StreamName=stream, Tags={"a;b": "x"})
    assert message_of(refusal) == (
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @."
    )


def test_a_policy_is_put_read_and_deleted(kinesis, new_stream):
    arn = summary_of(kinesis, new_stream())["StreamARN"]
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == "{}"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": ["kinesis:GetRecords", "kinesis:GetShardIterator"],
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    kinesis.put_resource_policy(ResourceARN=arn, Policy=json.dumps(policy))
    assert json.loads(kinesis.get_resource_policy(ResourceARN=arn)["Policy"]) == policy
    kinesis.delete_resource_policy(ResourceARN=arn)
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == "{}"
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException):
        kinesis.delete_resource_policy(ResourceARN=arn)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.put_resource_policy(ResourceARN=arn, Policy="no JSON")


def test_encryption_shows_on_the_stream_and_on_its_records(kinesis, new_stream):
    stream = new_stream()
    kinesis.put_record(StreamName=stream, Data=b"before", PartitionKey="k")
    key = {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    kinesis.start_stream_encryption(StreamName=stream, **key)
    await_active(kinesis, stream)
    assert summary_of(kinesis, stream).items() >= key.items()
    reply = kinesis.put_record(StreamName=stream, Data=b"during", PartitionKey="k")
    assert reply["EncryptionType"] == "KMS"

    kinesis.stop_stream_encryption(StreamName=stream, **key)
    await_active(kinesis, stream)
    assert summary_of(kinesis, stream)["EncryptionType"] == "NONE"
    kinesis.put_record(StreamName=stream, Data=b"after", PartitionKey="k")
    assert [(record["Data"], record.get("EncryptionType")) for record in read(kinesis, stream, FIRST)] == [
        (b"before", None),
        (b"during", "KMS"),
        (b"after", None),
    ]


def test_shard_level_metrics_are_switched_on_and_off(kinesis, new_stream):
    stream = new_stream()
    on = kinesis.enable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["IncomingBytes"])
    assert (on["CurrentShardLevelMetrics"], on["DesiredShardLevelMetrics"]) == ([], ["IncomingBytes"])
    await_active(kinesis, stream)
    more = kinesis.enable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["ALL"])
    assert set(more["DesiredShardLevelMetrics"]) == ALL_METRICS
    await_active(kinesis, stream)
    kinesis.disable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["IncomingBytes"])
    await_active(kinesis, stream)
    [monitoring] = summary_of(kinesis, stream)["EnhancedMonitoring"]
    assert set(monitoring["ShardLevelMetrics"]) == ALL_METRICS - {"IncomingBytes"}


def test_the_shard_count_is_changed_and_the_shards_cover_all_keys(kinesis, new_stream):
    stream = new_stream(shards=2)
    reply = kinesis.update_shard_count(StreamName=stream, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    assert (reply["CurrentShardCount"], reply["TargetShardCount"]) == (2, 4)
    await_active(kinesis, stream)
    assert len(shards_of(kinesis, stream)) == 6
    open_shards = kinesis.list_shards(StreamName=stream, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    ranges = sorted(
        (int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"]))
        for shard in open_shards
    )
    assert ranges == [(quarter << 126, (quarter + 1 << 126) - 1) for quarter in range(4)]


def test_the_mode_is_changed_and_keeps_the_shards(kinesis, new_stream):
    stream = new_stream(shards=2)
    arn = summary_of(kinesis, stream)["StreamARN"]
    kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    await_active(kinesis, stream)
    summary = summary_of(kinesis, stream)
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary["OpenShardCount"] == 2
    with pytest.raises(kinesis.exceptions.ValidationException) as refusal:
        kinesis.update_shard_count(StreamName=stream, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    assert message_of(refusal).startswith("Request is invalid. Stream ")
    assert message_of(refusal).endswith(" is in On-Demand mode.")


def test_a_stream_takes_larger_records_when_told_to(kinesis, new_stream):
    stream = new_stream()
    data = bytes(3 * MIB)
    with pytest.raises(kinesis.exceptions.ValidationException):
        kinesis.put_record(StreamName=stream, Data=data, PartitionKey="k")
    arn = summary_of(kinesis, stream)["StreamARN"]
    kinesis.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=4096)
    await_active(kinesis, stream)
    assert summary_of(kinesis, stream)["MaxRecordSizeInKiB"] == 4096

    def is_taken():
        try:
            return kinesis.put_record(StreamName=stream, Data=data, PartitionKey="k")
        except kinesis.exceptions.ValidationException:
            return False

    eventually(is_taken, "the larger record is taken")
    assert [record["Data"] for record in read(kinesis, stream, FIRST)] == [data]


def test_the_limits_count_the_accounts_shards(kinesis, new_stream):
    new_stream(shards=3)
    limits = kinesis.describe_limits()
    assert 3 <= limits["OpenShardCount"] <= limits["ShardLimit"]
    assert limits["OnDemandStreamCount"] <= limits["OnDemandStreamCountLimit"]


def test_the_account_commits_itself_to_a_throughput(kinesis):
    # In a region of its own: the commitment lasts a day, and changes what other tests may do.
    account = kinesis_client(kinesis.meta.endpoint_url, region="eu-north-1")
    before = account.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert before["Status"] in ("DISABLED", "ENABLED", "ENABLED_UNTIL_EARLIEST_ALLOWED_END")
    enabled = account.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    assert enabled["MinimumThroughputBillingCommitment"]["Status"] == "ENABLED"
    ending = account.update_account_settings(MinimumThroughputBillingCommitment={"Status": "DISABLED"})
    commitment = ending["MinimumThroughputBillingCommitment"]
    assert commitment["Status"] == "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
    assert commitment["EarliestAllowedEndAt"] > commitment["StartedAt"]


def test_warm_throughput_needs_the_commitment(kinesis, new_stream):
    stream = new_stream(shards=None, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    with pytest.raises(kinesis.exceptions.ValidationException):
        kinesis.update_stream_warm_throughput(StreamName=stream, WarmThroughputMiBps=8)
