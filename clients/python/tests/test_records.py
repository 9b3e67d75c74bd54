"""Writing records and reading them back."""

import hashlib
import os
import time
from datetime import datetime, timedelta, timezone

import pytest
from conftest import await_active, eventually, iterator, read, read_on, shards_of

FIRST, SECOND, THIRD = (f"shardId-{index:012d}" for index in range(3))
MIB = 1024 * 1024


def put(kinesis, stream, data, key="key", **more):
    return kinesis.put_record(StreamName=stream, Data=data, PartitionKey=key, **more)


def data_of(records):
    return [record["Data"] for record in records]


def test_a_record_comes_back_as_it_was_put(kinesis, new_stream):
    stream = new_stream()
    data = bytes(range(256))
    reply = put(kinesis, stream, data, key="ключ-鍵-🔑")
    assert reply["ShardId"] == FIRST
    assert "EncryptionType" not in reply

    [record] = read(kinesis, stream, FIRST)
    assert record["Data"] == data
    assert record["PartitionKey"] == "ключ-鍵-🔑"
    assert record["SequenceNumber"] == reply["SequenceNumber"]
    assert "EncryptionType" not in record
    age = datetime.now(timezone.utc) - record["ApproximateArrivalTimestamp"]
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)


def test_empty_data_is_a_record(kinesis, new_stream):
    stream = new_stream()
    put(kinesis, stream, b"")
    assert data_of(read(kinesis, stream, FIRST)) == [b""]


def test_the_partition_keys_md5_chooses_the_shard(kinesis, new_stream):
    stream = new_stream(shards=3)
    starts = [int(shard["HashKeyRange"]["StartingHashKey"]) for shard in shards_of(kinesis, stream)]
    for key in ("a", "b", "c", "d", "e", "f", "ü", "user-4711"):
        hash_key = int.from_bytes(hashlib.md5(key.encode()).digest(), "big")
        expected = max(index for index, start in enumerate(starts) if start <= hash_key)
        assert put(kinesis, stream, b"x", key=key)["ShardId"] == f"shardId-{expected:012d}"


def test_an_explicit_hash_key_overrules_the_partition_key(kinesis, new_stream):
    stream = new_stream(shards=2)
    assert put(kinesis, stream, b"x", ExplicitHashKey="0")["ShardId"] == FIRST
    assert put(kinesis, stream, b"x", ExplicitHashKey=str(2**128 - 1))["ShardId"] == SECOND
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        put(kinesis, stream, b"x", ExplicitHashKey=str(2**128))
    assert refusal.value.response["Error"]["Message"] == (
        f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {2**128}"
    )


def test_a_batch_keeps_its_order_in_each_shard(kinesis, new_stream):
    stream = new_stream(shards=2)
    batch = [{"Data": str(number).encode(), "PartitionKey": f"key-{number % 20}"} for number in range(500)]
    reply = kinesis.put_records(StreamName=stream, Records=batch)
    assert reply["FailedRecordCount"] == 0
    assert len(reply["Records"]) == 500
    for shard_id in (FIRST, SECOND):
        expected = [
            (entry["Data"], result["SequenceNumber"])
            for entry, result in zip(batch, reply["Records"])
            if result["ShardId"] == shard_id
        ]
        assert expected
        assert [(record["Data"], record["SequenceNumber"]) for record in read(kinesis, stream, shard_id)] == expected


def test_sequence_numbers_grow(kinesis, new_stream):
    stream = new_stream()
    numbers = [int(put(kinesis, stream, b"x")["SequenceNumber"]) for _ in range(5)]
    assert numbers == sorted(set(numbers))
    after = put(kinesis, stream, b"y", SequenceNumberForOrdering=str(numbers[-1]))
    assert int(after["SequenceNumber"]) > numbers[-1]


def test_a_record_may_be_as_large_as_the_limit_and_no_larger(kinesis, new_stream):
    stream = new_stream()
    data = os.urandom(MIB - len("key"))
    put(kinesis, stream, data)
    assert data_of(read(kinesis, stream, FIRST)) == [data]
    with pytest.raises(kinesis.exceptions.ValidationException) as refusal:
        put(kinesis, stream, data + b"!")
    assert "Member must have length less than or equal to 1048576" in str(refusal.value)


def test_a_batch_beyond_the_limits_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.ValidationException) as refusal:
        kinesis.put_records(StreamName=stream, Records=[{"Data": b"x", "PartitionKey": "k"}] * 501)
    assert "Member must have length less than or equal to 500" in str(refusal.value)
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.put_records(StreamName=stream, Records=[{"Data": bytes(MIB - 1), "PartitionKey": "k"}] * 11)
    assert refusal.value.response["Error"]["Message"] == "Records size exceeds 10 MB limit"


def test_an_unknown_stream_takes_nothing(kinesis, unique_name):
    stream = unique_name("nowhere")
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as refusal:
        put(kinesis, stream, b"x")
    assert refusal.value.response["Error"]["Message"] == f"Stream {stream} under account 000000000000 not found."


def test_iterators_start_at_and_after_a_sequence_number(kinesis, new_stream):
    stream = new_stream()
    numbers = [put(kinesis, stream, data)["SequenceNumber"] for data in (b"1", b"2", b"3")]
    at = read(kinesis, stream, FIRST, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    after = read(kinesis, stream, FIRST, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    assert data_of(at) == [b"2", b"3"]
    assert data_of(after) == [b"3"]


def test_a_latest_iterator_misses_nothing_put_after_it_was_issued(kinesis, new_stream):
    stream = new_stream()
    put(kinesis, stream, b"before")
    latest = iterator(kinesis, stream, FIRST, "LATEST")
    put(kinesis, stream, b"after")
    assert data_of(read_on(kinesis, latest)[0]) == [b"after"]


def test_a_timestamp_iterator_starts_at_the_first_record_that_arrived_since(kinesis, new_stream):
    stream = new_stream()
    put(kinesis, stream, b"1")
    time.sleep(0.05)
    put(kinesis, stream, b"2")
    first, second = read(kinesis, stream, FIRST)
    arrived = second["ApproximateArrivalTimestamp"]
    assert first["ApproximateArrivalTimestamp"] < arrived
    assert data_of(read(kinesis, stream, FIRST, "AT_TIMESTAMP", Timestamp=arrived)) == [b"2"]
    assert read(kinesis, stream, FIRST, "AT_TIMESTAMP", Timestamp=arrived + timedelta(milliseconds=1)) == []


def test_a_timestamp_in_the_future_is_refused(kinesis, new_stream):
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        iterator(kinesis, new_stream(), FIRST, "AT_TIMESTAMP", Timestamp=time.time() + 3600)
    assert "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis." in str(refusal.value)


def test_a_limit_makes_pages_and_each_says_how_far_behind_it_is(kinesis, new_stream):
    stream = new_stream()
    for number in range(5):
        put(kinesis, stream, str(number).encode())
    time.sleep(0.01)

    first = kinesis.get_records(ShardIterator=iterator(kinesis, stream, FIRST), Limit=3)
    assert data_of(first["Records"]) == [b"0", b"1", b"2"]
    assert first["MillisBehindLatest"] > 0
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"], Limit=3)
    assert data_of(second["Records"]) == [b"3", b"4"]
    assert second["MillisBehindLatest"] == 0
    assert "ChildShards" not in second


def test_a_page_holds_ten_mebibytes_at_most(kinesis, new_stream):
    stream = new_stream()
    data = os.urandom(MIB - 1)
    for _ in range(12):
        put(kinesis, stream, data, key="k")
    first = kinesis.get_records(ShardIterator=iterator(kinesis, stream, FIRST))
    assert 1 <= len(first["Records"]) <= 10
    rest, _ = read_on(kinesis, first["NextShardIterator"])
    assert len(first["Records"]) + len(rest) == 12
    assert all(record["Data"] == data for record in first["Records"] + rest)


def test_an_iterator_may_be_used_again(kinesis, new_stream):
    stream = new_stream()
    put(kinesis, stream, b"x")
    start = iterator(kinesis, stream, FIRST)
    first, again = (kinesis.get_records(ShardIterator=start) for _ in range(2))
    assert data_of(first["Records"]) == data_of(again["Records"]) == [b"x"]
    assert first["NextShardIterator"] != start


def test_a_made_up_iterator_is_refused(kinesis):
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        kinesis.get_records(ShardIterator="bm90IGFuIGl0ZXJhdG9y")
    assert refusal.value.response["Error"]["Message"] == "Invalid ShardIterator."


def test_an_iterator_for_an_unknown_shard_is_refused(kinesis, new_stream):
    stream = new_stream()
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as refusal:
        iterator(kinesis, stream, THIRD)
    assert refusal.value.response["Error"]["Message"] == (
        f"Shard {THIRD} in stream {stream} under account 000000000000 does not exist"
    )


def test_a_sequence_number_of_another_shard_is_refused(kinesis, new_stream):
    stream = new_stream(shards=2)
    number = put(kinesis, stream, b"x", ExplicitHashKey="0")["SequenceNumber"]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException) as refusal:
        iterator(kinesis, stream, SECOND, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    assert refusal.value.response["Error"]["Message"] == (
        f"Invalid StartingSequenceNumber. It encodes {FIRST}, while it was used in a call to a shard with {SECOND}"
    )


def test_a_split_shard_is_read_to_its_end_and_names_its_children(kinesis, new_stream):
    stream = new_stream()
    put(kinesis, stream, b"before", ExplicitHashKey="0")
    kinesis.split_shard(StreamName=stream, ShardToSplit=FIRST, NewStartingHashKey=str(2**127))
    await_active(kinesis, stream)
    put_in = put_until_in(kinesis, stream, SECOND)

    records, last = read_on(kinesis, iterator(kinesis, stream, FIRST))
    assert data_of(records) == [b"before"] + [b"after"] * (put_in.count(FIRST))
    assert "NextShardIterator" not in last
    assert last["ChildShards"] == [
        {
            "ShardId": SECOND,
            "ParentShards": [FIRST],
            "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": str(2**127 - 1)},
        },
        {
            "ShardId": THIRD,
            "ParentShards": [FIRST],
            "HashKeyRange": {"StartingHashKey": str(2**127), "EndingHashKey": str(2**128 - 1)},
        },
    ]
    assert data_of(read(kinesis, stream, SECOND)) == [b"after"]


def test_merged_shards_name_the_same_child(kinesis, new_stream):
    stream = new_stream(shards=2)
    kinesis.merge_shards(StreamName=stream, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND)
    await_active(kinesis, stream)
    for parent in (FIRST, SECOND):
        records, last = read_on(kinesis, iterator(kinesis, stream, parent))
        assert records == []
        assert "NextShardIterator" not in last
        [child] = last["ChildShards"]
        assert child["ShardId"] == THIRD
        assert sorted(child["ParentShards"]) == [FIRST, SECOND]


def put_until_in(kinesis, stream, shard_id):
    """A moment after a reshard records still go to the parent: puts until the child takes one, returns where each went."""
    went_to = []

    def reached():
        went_to.append(put(kinesis, stream, b"after", ExplicitHashKey="0")["ShardId"])
        return went_to[-1] == shard_id

    eventually(reached, f"{shard_id} takes records")
    return went_to
