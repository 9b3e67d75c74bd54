"""Splitting, merging and listing shards."""

import time

import pytest
from conftest import await_active, shards_of

FIRST, SECOND, THIRD = (f"shardId-{index:012d}" for index in range(3))
MIDDLE = str(2**127)


@pytest.fixture
def split_stream(kinesis, new_stream):
    """One shard, split in two halves: shard 0 is closed, 1 and 2 are open."""
    stream = new_stream()
    kinesis.split_shard(StreamName=stream, ShardToSplit=FIRST, NewStartingHashKey=MIDDLE)
    await_active(kinesis, stream)
    return stream


def ids(shards):
    return [shard["ShardId"] for shard in shards]


def hash_range(shard):
    return int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"])


def test_a_split_closes_the_parent_and_halves_its_range(kinesis, split_stream):
    parent, low, high = shards_of(kinesis, split_stream)
    assert ids([parent, low, high]) == [FIRST, SECOND, THIRD]
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert (hash_range(low), hash_range(high)) == ((0, 2**127 - 1), (2**127, 2**128 - 1))
    for child in (low, high):
        assert child["ParentShardId"] == FIRST
        assert "AdjacentParentShardId" not in child
        assert "EndingSequenceNumber" not in child["SequenceNumberRange"]


def test_a_merge_joins_two_neighbours(kinesis, new_stream):
    stream = new_stream(shards=2)
    kinesis.merge_shards(StreamName=stream, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND)
    await_active(kinesis, stream)
    low, high, child = shards_of(kinesis, stream)
    assert all("EndingSequenceNumber" in parent["SequenceNumberRange"] for parent in (low, high))
    assert child["ShardId"] == THIRD
    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (FIRST, SECOND)
    assert hash_range(child) == (0, 2**128 - 1)


def test_a_split_key_outside_the_shard_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.split_shard(StreamName=stream, ShardToSplit=FIRST, NewStartingHashKey="1")
    assert "is not both greater than one plus the shard's StartingHashKey 0" in str(refusal.value)


def test_a_closed_shard_is_not_split_again(kinesis, split_stream):
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.split_shard(StreamName=split_stream, ShardToSplit=FIRST, NewStartingHashKey=MIDDLE)
    assert "has already been merged or split" in str(refusal.value)


def test_an_unknown_shard_is_not_split(kinesis, new_stream):
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as refusal:
        kinesis.split_shard(StreamName=new_stream(), ShardToSplit=THIRD, NewStartingHashKey=MIDDLE)
    assert f"Could not find shard {THIRD} in stream" in str(refusal.value)


def test_shards_that_are_no_neighbours_are_not_merged(kinesis, new_stream):
    stream = new_stream(shards=3)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.merge_shards(StreamName=stream, ShardToMerge=FIRST, AdjacentShardToMerge=THIRD)
    assert "are not an adjacent pair of shards eligible for merging" in str(refusal.value)


def test_an_on_demand_stream_is_not_split_by_hand(kinesis, new_stream):
    stream = new_stream(shards=None, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    with pytest.raises(kinesis.exceptions.ValidationException):
        kinesis.split_shard(StreamName=stream, ShardToSplit=FIRST, NewStartingHashKey="1000")


@pytest.mark.parametrize(
    ("shard_filter", "expected"),
    [
        ({"Type": "FROM_TRIM_HORIZON"}, [FIRST, SECOND, THIRD]),
        ({"Type": "AT_TRIM_HORIZON"}, [FIRST]),
        ({"Type": "AT_LATEST"}, [SECOND, THIRD]),
        ({"Type": "AFTER_SHARD_ID", "ShardId": SECOND}, [THIRD]),
    ],
)
def test_filters_choose_shards_by_their_place(kinesis, split_stream, shard_filter, expected):
    assert ids(kinesis.list_shards(StreamName=split_stream, ShardFilter=shard_filter)["Shards"]) == expected


def test_filters_choose_shards_by_time(kinesis, split_stream):
    creation = kinesis.describe_stream_summary(StreamName=split_stream)["StreamDescriptionSummary"]
    before = creation["StreamCreationTimestamp"]
    later = time.time() + 3600

    def filtered(kind, timestamp):
        shard_filter = {"Type": kind, "Timestamp": timestamp}
        return ids(kinesis.list_shards(StreamName=split_stream, ShardFilter=shard_filter)["Shards"])

    assert filtered("AT_TIMESTAMP", before) == [FIRST]
    assert filtered("AT_TIMESTAMP", later) == [SECOND, THIRD]
    assert filtered("FROM_TIMESTAMP", before) == [FIRST, SECOND, THIRD]


def test_shards_are_listed_in_pages(kinesis, new_stream):
    stream = new_stream(shards=5)
    first = kinesis.list_shards(StreamName=stream, MaxResults=2)
    second = kinesis.list_shards(NextToken=first["NextToken"], MaxResults=2)
    third = kinesis.list_shards(NextToken=second["NextToken"], MaxResults=2)
    assert [len(page["Shards"]) for page in (first, second, third)] == [2, 2, 1]
    assert "NextToken" not in third

    pages = kinesis.get_paginator("list_shards").paginate(StreamName=stream, PaginationConfig={"PageSize": 3})
    assert ids(shard for page in pages for shard in page["Shards"]) == [f"shardId-{index:012d}" for index in range(5)]


def test_listing_starts_after_a_shard(kinesis, new_stream):
    page = kinesis.list_shards(StreamName=new_stream(shards=3), ExclusiveStartShardId=FIRST)
    assert ids(page["Shards"]) == [SECOND, THIRD]


def test_a_token_goes_alone(kinesis, new_stream):
    stream = new_stream(shards=2)
    token = kinesis.list_shards(StreamName=stream, MaxResults=1)["NextToken"]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.list_shards(StreamName=stream, NextToken=token)
    assert refusal.value.response["Error"]["Message"] == "NextToken and StreamName cannot be provided together."
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.list_shards()
