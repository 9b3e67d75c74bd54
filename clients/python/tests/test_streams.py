"""The life of a stream: create, describe, list, retain, delete."""

from datetime import datetime, timedelta, timezone

import pytest
from conftest import kinesis_client, setting

ACCOUNT = "000000000000"
REGION = "us-east-1"


def summary_of(kinesis, **stream):
    return kinesis.describe_stream_summary(**stream)["StreamDescriptionSummary"]


def test_provisioned_shards_tile_the_hash_space(kinesis, new_stream):
    stream = new_stream(shards=3)
    ranges = [
        (int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"]))
        for shard in kinesis.describe_stream(StreamName=stream)["StreamDescription"]["Shards"]
    ]
    step = 2**128 // 3
    assert ranges == [(0, step - 1), (step, 2 * step - 1), (2 * step, 2**128 - 1)]


def test_a_stream_is_created_and_awaited_with_the_waiter(kinesis, unique_name):
    stream = unique_name()
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert summary_of(kinesis, StreamName=stream)["StreamStatus"] == "ACTIVE"
    kinesis.delete_stream(StreamName=stream)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def test_an_on_demand_stream_starts_with_four_shards(kinesis, new_stream):
    stream = new_stream(shards=None, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    summary = summary_of(kinesis, StreamName=stream)
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary["OpenShardCount"] == 4


def test_a_stream_without_mode_or_shard_count_is_on_demand(kinesis, new_stream):
    stream = new_stream(shards=None)
    assert summary_of(kinesis, StreamName=stream)["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}


def test_a_fresh_stream_is_described_with_its_defaults(kinesis, new_stream):
    stream = new_stream(shards=2)
    description = kinesis.describe_stream(StreamName=stream)["StreamDescription"]
    assert description["StreamName"] == stream
    assert description["StreamARN"] == f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{stream}"
    assert description["StreamStatus"] == "ACTIVE"
    assert description["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert description["RetentionPeriodHours"] == 24
    assert description["EncryptionType"] == "NONE"
    assert description["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]
    assert description["HasMoreShards"] is False
    assert [shard["ShardId"] for shard in description["Shards"]] == ["shardId-000000000000", "shardId-000000000001"]
    assert "KeyId" not in description
    age = datetime.now(timezone.utc) - description["StreamCreationTimestamp"]
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)


def test_a_summary_counts_instead_of_listing(kinesis, new_stream):
    stream = new_stream(shards=2)
    summary = summary_of(kinesis, StreamName=stream)
    assert summary["OpenShardCount"] == 2
    assert summary["ConsumerCount"] == 0
    assert summary["RetentionPeriodHours"] == 24
    # Clients that are told a StreamId leave a custom endpoint for AWS.
    assert "Shards" not in summary and "StreamId" not in summary


def test_a_stream_is_found_by_its_arn(kinesis, new_stream):
    stream = new_stream()
    arn = summary_of(kinesis, StreamName=stream)["StreamARN"]
    assert summary_of(kinesis, StreamARN=arn)["StreamName"] == stream
    assert summary_of(kinesis, StreamARN=arn, StreamName=stream)["StreamName"] == stream
    assert kinesis.describe_stream(StreamARN=arn)["StreamDescription"]["StreamName"] == stream


def test_shards_of_a_description_come_in_pages(kinesis, new_stream):
    stream = new_stream(shards=5)
    pages = list(kinesis.get_paginator("describe_stream").paginate(StreamName=stream, PaginationConfig={"PageSize": 2}))
    assert [len(page["StreamDescription"]["Shards"]) for page in pages] == [2, 2, 1]
    ids = [shard["ShardId"] for page in pages for shard in page["StreamDescription"]["Shards"]]
    assert ids == [f"shardId-{index:012d}" for index in range(5)]


def test_streams_are_listed_in_order_and_in_pages(kinesis, new_stream, unique_name):
    names = [new_stream(suffix) for suffix in ("c", "a", "b")]

    first = kinesis.list_streams(ExclusiveStartStreamName=unique_name(""), Limit=2)
    assert first["StreamNames"] == [unique_name("a"), unique_name("b")]
    assert [summary["StreamName"] for summary in first["StreamSummaries"]] == first["StreamNames"]
    assert all(summary["StreamARN"].endswith(summary["StreamName"]) for summary in first["StreamSummaries"])

    everything = kinesis.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 1})
    listed = [name for page in everything for name in page["StreamNames"]]
    assert [name for name in listed if name in names] == sorted(names)


def test_regions_do_not_see_each_others_streams(kinesis, new_stream):
    stream = new_stream()
    elsewhere = kinesis_client(setting("MILLRACE_ENDPOINT"), region="eu-central-1")
    assert stream not in elsewhere.list_streams()["StreamNames"]
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        elsewhere.describe_stream_summary(StreamName=stream)


def test_a_deleted_stream_is_gone_and_its_name_is_free(kinesis, new_stream, unique_name):
    stream = new_stream()
    kinesis.delete_stream(StreamName=stream)
    assert summary_status(kinesis, stream) in ("DELETING", "gone")
    kinesis.get_waiter("stream_not_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as refusal:
        kinesis.describe_stream(StreamName=stream)
    assert refusal.value.response["Error"]["Message"] == f"Stream {stream} under account {ACCOUNT} not found."
    new_stream()


def summary_status(kinesis, stream):
    try:
        return summary_of(kinesis, StreamName=stream)["StreamStatus"]
    except kinesis.exceptions.ResourceNotFoundException:
        return "gone"


def test_a_taken_name_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.ResourceInUseException) as refusal:
        kinesis.create_stream(StreamName=stream, ShardCount=1)
    assert refusal.value.response["Error"]["Message"] == f"Stream {stream} under account {ACCOUNT} already exists."
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_illegal_name_is_refused_with_the_constraint_it_breaks(kinesis):
    with pytest.raises(kinesis.exceptions.ValidationException) as refusal:
        kinesis.create_stream(StreamName="no spaces, please", ShardCount=1)
    assert refusal.value.response["Error"]["Message"] == (
        "1 validation error detected: Value 'no spaces, please' at 'streamName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    )


def test_every_reply_names_its_request(kinesis):
    metadata = kinesis.list_streams()["ResponseMetadata"]
    assert metadata["RequestId"]
    assert metadata["HTTPHeaders"]["x-amz-id-2"]


def test_retention_grows_and_shrinks(kinesis, new_stream):
    stream = new_stream()
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=48)
    assert summary_of(kinesis, StreamName=stream)["RetentionPeriodHours"] == 48
    kinesis.decrease_stream_retention_period(StreamName=stream, RetentionPeriodHours=24)
    assert summary_of(kinesis, StreamName=stream)["RetentionPeriodHours"] == 24


@pytest.mark.parametrize(
    ("operation", "hours", "text"),
    [
        (
            "increase_stream_retention_period",
            23,
            "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
        ),
        (
            "increase_stream_retention_period",
            8761,
            "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
        ),
        (
            "decrease_stream_retention_period",
            25,
            "Requested retention period (25 hours) for stream {stream} can not be longer than existing retention period"
            " (24 hours). Use IncreaseRetentionPeriod API.",
        ),
    ],
)
def test_a_retention_out_of_range_is_refused(kinesis, new_stream, operation, hours, text):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        getattr(kinesis, operation)(StreamName=stream, RetentionPeriodHours=hours)
    assert refusal.value.response["Error"]["Message"] == text.format(stream=stream)
