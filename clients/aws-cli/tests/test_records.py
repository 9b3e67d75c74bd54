"""Writing records and reading them back. The CLI shows data in base64."""

import base64
import json
import time

import pytest
from conftest import Refused, get_records, iterator, read

FIRST, SECOND = (f"shardId-{index:012d}" for index in range(2))


def put(kinesis, stream, data, *options, key="key"):
    return kinesis("put-record", "--stream-name", stream, "--data", data, "--partition-key", key, *options)


def data_of(records):
    return [base64.b64decode(record["Data"]) for record in records]


def test_a_record_comes_back_as_it_was_put(kinesis, new_stream, tmp_path):
    stream = new_stream()
    content = tmp_path / "content"
    content.write_bytes(bytes(range(256)))
    reply = put(kinesis, stream, f"fileb://{content}", key="ключ-鍵")
    [record] = read(kinesis, stream, FIRST)
    assert data_of([record]) == [bytes(range(256))]
    assert record["PartitionKey"] == "ключ-鍵"
    assert record["SequenceNumber"] == reply["SequenceNumber"]
    assert reply["ShardId"] == FIRST
    assert "EncryptionType" not in reply and "EncryptionType" not in record


def test_a_batch_keeps_its_order_in_each_shard(kinesis, new_stream, tmp_path):
    stream = new_stream("--shard-count", "2")
    # Version 1 of the CLI takes blobs as they are and encodes them itself.
    batch = [{"Data": str(number), "PartitionKey": f"key-{number % 20}"} for number in range(500)]
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"StreamName": stream, "Records": batch}))
    reply = kinesis("put-records", "--cli-input-json", f"file://{request}")
    assert reply["FailedRecordCount"] == 0
    for shard_id in (FIRST, SECOND):
        expected = [
            (entry["Data"].encode(), result["SequenceNumber"])
            for entry, result in zip(batch, reply["Records"])
            if result["ShardId"] == shard_id
        ]
        assert expected
        records = read(kinesis, stream, shard_id)
        assert list(zip(data_of(records), (record["SequenceNumber"] for record in records))) == expected


def test_all_five_iterators_start_where_they_say(kinesis, new_stream, tmp_path):
    stream = new_stream()
    for name in ("1", "2", "3"):
        (tmp_path / name).write_text(name)
    put(kinesis, stream, f"fileb://{tmp_path}/1")
    time.sleep(1)  # The CLI sends timestamps in whole seconds.
    middle = put(kinesis, stream, f"fileb://{tmp_path}/2")["SequenceNumber"]
    latest = iterator(kinesis, stream, FIRST, "LATEST")
    put(kinesis, stream, f"fileb://{tmp_path}/3")

    everything = read(kinesis, stream, FIRST)
    assert data_of(everything) == [b"1", b"2", b"3"]
    at = read(kinesis, stream, FIRST, "AT_SEQUENCE_NUMBER", "--starting-sequence-number", middle)
    assert data_of(at) == [b"2", b"3"]
    after = read(kinesis, stream, FIRST, "AFTER_SEQUENCE_NUMBER", "--starting-sequence-number", middle)
    assert data_of(after) == [b"3"]
    arrived = everything[1]["ApproximateArrivalTimestamp"]
    assert data_of(read(kinesis, stream, FIRST, "AT_TIMESTAMP", "--timestamp", arrived)) == [b"2", b"3"]
    assert data_of(get_records(kinesis, latest)["Records"]) == [b"3"]


def test_a_limit_makes_pages(kinesis, new_stream, tmp_path):
    stream = new_stream()
    (tmp_path / "data").write_text("x")
    for _ in range(3):
        put(kinesis, stream, f"fileb://{tmp_path}/data")
    first = get_records(kinesis, iterator(kinesis, stream, FIRST), "--limit", "2")
    assert len(first["Records"]) == 2
    assert first["MillisBehindLatest"] > 0
    second = get_records(kinesis, first["NextShardIterator"])
    assert len(second["Records"]) == 1
    assert second["MillisBehindLatest"] == 0


def test_an_explicit_hash_key_out_of_range_is_refused(kinesis, new_stream, tmp_path):
    stream = new_stream()
    (tmp_path / "data").write_text("x")
    with pytest.raises(Refused) as refusal:
        put(kinesis, stream, f"fileb://{tmp_path}/data", "--explicit-hash-key", 2**128)
    assert refusal.value.code == "InvalidArgumentException"
    assert refusal.value.text.endswith(f"Specified value was {2**128}")


def test_a_made_up_iterator_is_refused(kinesis):
    with pytest.raises(Refused) as refusal:
        get_records(kinesis, "bm90IGFuIGl0ZXJhdG9y")
    assert (refusal.value.code, refusal.value.text) == ("InvalidArgumentException", "Invalid ShardIterator.")


def test_an_unknown_stream_takes_nothing(kinesis, unique_name, tmp_path):
    (tmp_path / "data").write_text("x")
    with pytest.raises(Refused) as refusal:
        put(kinesis, unique_name("nowhere"), f"fileb://{tmp_path}/data")
    assert refusal.value.code == "ResourceNotFoundException"
