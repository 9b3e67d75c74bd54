"""The life of a stream: create, describe, list, retain, delete."""

import pytest
from conftest import Refused, summary_of

ACCOUNT = "000000000000"


def test_a_provisioned_stream_is_created_described_and_deleted(kinesis, unique_name):
    stream = unique_name()
    kinesis("create-stream", "--stream-name", stream, "--shard-count", "2")
    kinesis("wait", "stream-exists", "--stream-name", stream)

    description = kinesis("describe-stream", "--stream-name", stream)["StreamDescription"]
    assert description["StreamName"] == stream
    assert description["StreamARN"] == f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{stream}"
    assert description["StreamStatus"] == "ACTIVE"
    # The CLI reads pages of shards and keeps only some of what surrounds them.
    assert summary_of(kinesis, stream)["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert description["RetentionPeriodHours"] == 24
    assert description["EncryptionType"] == "NONE"
    assert [shard["HashKeyRange"] for shard in description["Shards"]] == [
        {"StartingHashKey": "0", "EndingHashKey": str(2**127 - 1)},
        {"StartingHashKey": str(2**127), "EndingHashKey": str(2**128 - 1)},
    ]

    kinesis("delete-stream", "--stream-name", stream)
    kinesis("wait", "stream-not-exists", "--stream-name", stream)
    with pytest.raises(Refused) as refusal:
        kinesis("describe-stream", "--stream-name", stream)
    assert refusal.value.code == "ResourceNotFoundException"
    assert refusal.value.text == f"Stream {stream} under account {ACCOUNT} not found."


def test_an_on_demand_stream_starts_with_four_shards(kinesis, new_stream):
    summary = summary_of(kinesis, new_stream("--stream-mode-details", "StreamMode=ON_DEMAND"))
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary["OpenShardCount"] == 4


def test_a_stream_is_found_by_its_arn(kinesis, new_stream):
    stream = new_stream()
    arn = summary_of(kinesis, stream)["StreamARN"]
    found = kinesis("describe-stream-summary", "--stream-arn", arn)["StreamDescriptionSummary"]
    assert found["StreamName"] == stream


def test_streams_are_listed_in_order_and_in_pages(kinesis, new_stream):
    names = [new_stream(suffix=suffix) for suffix in ("b", "a")]
    listed = kinesis("list-streams", "--page-size", "1")["StreamNames"]
    assert [name for name in listed if name in names] == sorted(names)


def test_shards_of_a_description_come_in_pages(kinesis, new_stream):
    stream = new_stream("--shard-count", "3")
    shards = kinesis("describe-stream", "--stream-name", stream, "--page-size", "2")["StreamDescription"]["Shards"]
    assert [shard["ShardId"] for shard in shards] == [f"shardId-{index:012d}" for index in range(3)]


def test_a_taken_name_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(Refused) as refusal:
        kinesis("create-stream", "--stream-name", stream, "--shard-count", "1")
    assert refusal.value.code == "ResourceInUseException"
    assert refusal.value.text == f"Stream {stream} under account {ACCOUNT} already exists."
    assert refusal.value.exit_code in (254, 255)


def test_an_illegal_name_is_refused(kinesis):
    with pytest.raises(Refused) as refusal:
        kinesis("create-stream", "--stream-name", "no spaces, please", "--shard-count", "1")
    assert refusal.value.code == "ValidationException"
    assert "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+" in refusal.value.text


def test_retention_grows_and_shrinks_within_its_range(kinesis, new_stream):
    stream = new_stream()
    kinesis("increase-stream-retention-period", "--stream-name", stream, "--retention-period-hours", "48")
    assert summary_of(kinesis, stream)["RetentionPeriodHours"] == 48
    kinesis("decrease-stream-retention-period", "--stream-name", stream, "--retention-period-hours", "24")
    assert summary_of(kinesis, stream)["RetentionPeriodHours"] == 24
    with pytest.raises(Refused) as refusal:
        kinesis("decrease-stream-retention-period", "--stream-name", stream, "--retention-period-hours", "23")
    assert refusal.value.code == "InvalidArgumentException"
    assert refusal.value.text == (
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."
    )
