"""Splitting, merging and listing shards."""

import pytest
from conftest import Refused, await_active, get_records, iterator, summary_of

FIRST, SECOND, THIRD = (f"shardId-{index:012d}" for index in range(3))


def list_shards(kinesis, stream, *options):
    return kinesis("list-shards", "--stream-name", stream, *options)["Shards"]


def ids(shards):
    return [shard["ShardId"] for shard in shards]


def test_a_split_shard_ends_and_names_its_children(kinesis, new_stream):
    stream = new_stream()
    arguments = ("--stream-name", stream, "--shard-to-split", FIRST, "--new-starting-hash-key", 2**127)
    kinesis("split-shard", *arguments)
    await_active(kinesis, stream)

    parent, low, high = list_shards(kinesis, stream)
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert (low["ParentShardId"], high["ParentShardId"]) == (FIRST, FIRST)
    assert low["HashKeyRange"]["EndingHashKey"] == str(2**127 - 1)
    assert high["HashKeyRange"]["StartingHashKey"] == str(2**127)

    end = get_records(kinesis, iterator(kinesis, stream, FIRST, "LATEST"))
    assert "NextShardIterator" not in end
    assert [(child["ShardId"], child["ParentShards"]) for child in end["ChildShards"]] == [
        (SECOND, [FIRST]),
        (THIRD, [FIRST]),
    ]

    with pytest.raises(Refused) as refusal:
        kinesis("split-shard", *arguments)
    assert refusal.value.code == "InvalidArgumentException"
    assert "has already been merged or split" in refusal.value.text

    creation = summary_of(kinesis, stream)["StreamCreationTimestamp"]
    for shard_filter, expected in [
        ("Type=FROM_TRIM_HORIZON", [FIRST, SECOND, THIRD]),
        ("Type=AT_TRIM_HORIZON", [FIRST]),
        ("Type=AT_LATEST", [SECOND, THIRD]),
        (f"Type=AFTER_SHARD_ID,ShardId={SECOND}", [THIRD]),
        (f"Type=AT_TIMESTAMP,Timestamp={creation}", [FIRST]),
        (f"Type=FROM_TIMESTAMP,Timestamp={creation}", [FIRST, SECOND, THIRD]),
    ]:
        assert ids(list_shards(kinesis, stream, "--shard-filter", shard_filter)) == expected, shard_filter


def test_merged_shards_name_the_same_child(kinesis, new_stream):
    stream = new_stream("--shard-count", "2")
    kinesis("merge-shards", "--stream-name", stream, "--shard-to-merge", FIRST, "--adjacent-shard-to-merge", SECOND)
    await_active(kinesis, stream)
    [child] = list_shards(kinesis, stream, "--shard-filter", "Type=AT_LATEST")
    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (FIRST, SECOND)
    for parent in (FIRST, SECOND):
        end = get_records(kinesis, iterator(kinesis, stream, parent))
        assert "NextShardIterator" not in end
        assert ids(end["ChildShards"]) == [THIRD]


def test_shards_that_are_no_neighbours_are_not_merged(kinesis, new_stream):
    stream = new_stream("--shard-count", "3")
    with pytest.raises(Refused) as refusal:
        kinesis("merge-shards", "--stream-name", stream, "--shard-to-merge", FIRST, "--adjacent-shard-to-merge", THIRD)
    assert refusal.value.code == "InvalidArgumentException"
    assert "are not an adjacent pair of shards eligible for merging" in refusal.value.text


def test_shards_are_listed_in_pages(kinesis, new_stream):
    stream = new_stream("--shard-count", "5")
    expected = [f"shardId-{index:012d}" for index in range(5)]
    assert ids(list_shards(kinesis, stream, "--page-size", "2")) == expected
    assert ids(list_shards(kinesis, stream, "--exclusive-start-shard-id", SECOND)) == expected[2:]

    first = kinesis("list-shards", "--stream-name", stream, "--no-paginate", "--max-results", "4")
    rest = kinesis("list-shards", "--no-paginate", "--next-token", first["NextToken"])
    assert ids(first["Shards"]) + ids(rest["Shards"]) == expected
    assert "NextToken" not in rest
