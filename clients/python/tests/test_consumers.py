"""Consumers with enhanced fan-out. boto3 receives the events over HTTP/1.1."""

import threading
from contextlib import closing

import pytest
from botocore.exceptions import EventStreamError
from conftest import WAIT_MAX_SECONDS, await_active, eventually

FIRST, SECOND, THIRD = (f"shardId-{index:012d}" for index in range(3))
ACCOUNT = "000000000000"


def stream_arn(kinesis, stream):
    return kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]


@pytest.fixture
def new_consumer(kinesis):
    """Registers a consumer, awaits ACTIVE and returns its ARN. It goes with its stream."""

    def register(stream, name="reader"):
        arn = stream_arn(kinesis, stream)
        consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName=name)["Consumer"]["ConsumerARN"]
        eventually(lambda: describe(kinesis, consumer)["ConsumerStatus"] == "ACTIVE", f"{consumer} becomes ACTIVE")
        return consumer

    return register


@pytest.fixture(autouse=True)
def streams_with_consumers_may_go(kinesis, new_stream, monkeypatch):
    """Deletes the test's streams although they have consumers."""
    delete = kinesis.delete_stream
    monkeypatch.setattr(kinesis, "delete_stream", lambda **more: delete(EnforceConsumerDeletion=True, **more))


def describe(kinesis, consumer):
    return kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]


def put(kinesis, stream, data):
    return kinesis.put_record(StreamName=stream, Data=data, PartitionKey="key")["SequenceNumber"]


def subscribe(kinesis, consumer, shard=FIRST, kind="TRIM_HORIZON", **more):
    position = {"Type": kind, **more}
    reply = kinesis.subscribe_to_shard(ConsumerARN=consumer, ShardId=shard, StartingPosition=position)
    return closing(reply["EventStream"])


def events_of(event_stream):
    for event in event_stream:
        yield event["SubscribeToShardEvent"]


def receive(event_stream, count):
    """The data of the next `count` records, and the event that brought the last of them."""
    data = []
    for event in events_of(event_stream):
        data += [record["Data"] for record in event["Records"]]
        if len(data) >= count:
            return data, event
    pytest.fail(f"the subscription ended after {data}")


def test_a_consumer_is_registered_described_listed_and_deregistered(kinesis, new_stream, new_consumer):
    stream = new_stream()
    arn = stream_arn(kinesis, stream)
    created = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="one")["Consumer"]
    assert created["ConsumerStatus"] == "CREATING"
    assert created["ConsumerARN"] == (
        f"{arn}/consumer/one:{int(created['ConsumerCreationTimestamp'].timestamp())}"
    )
    two = new_consumer(stream, "two")
    described = kinesis.describe_stream_consumer(StreamARN=arn, ConsumerName="two")["ConsumerDescription"]
    assert (described["ConsumerARN"], described["StreamARN"]) == (two, arn)
    assert kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["ConsumerCount"] == 2

    pages = kinesis.get_paginator("list_stream_consumers").paginate(StreamARN=arn, PaginationConfig={"PageSize": 1})
    assert [consumer["ConsumerName"] for page in pages for consumer in page["Consumers"]] == ["one", "two"]

    kinesis.deregister_stream_consumer(ConsumerARN=two)
    gone = kinesis.exceptions.ResourceNotFoundException

    def is_gone():
        try:
            return not describe(kinesis, two)
        except gone as refusal:
            return refusal.response["Error"]["Message"] == f"Consumer {two}, account {ACCOUNT} not found."

    eventually(is_gone, f"{two} is gone")


def test_a_taken_consumer_name_is_refused(kinesis, new_stream, new_consumer):
    stream = new_stream()
    new_consumer(stream)
    with pytest.raises(kinesis.exceptions.ResourceInUseException) as refusal:
        kinesis.register_stream_consumer(StreamARN=stream_arn(kinesis, stream), ConsumerName="reader")
    assert refusal.value.response["Error"]["Message"] == (
        f"Consumer reader under stream {stream} already exists for account {ACCOUNT}."
    )


def test_tags_of_a_consumer_are_its_own(kinesis, new_stream, new_consumer):
    stream = new_stream()
    consumer = new_consumer(stream)
    kinesis.tag_resource(ResourceARN=consumer, Tags={"who": "reader"})
    assert kinesis.list_tags_for_resource(ResourceARN=consumer)["Tags"] == [{"Key": "who", "Value": "reader"}]
    assert kinesis.list_tags_for_stream(StreamName=stream)["Tags"] == []


def test_records_are_pushed_as_they_are_put(kinesis, new_stream, new_consumer):
    stream = new_stream()
    consumer = new_consumer(stream)
    put(kinesis, stream, b"1")
    put(kinesis, stream, b"2")
    with subscribe(kinesis, consumer) as events:
        assert receive(events, 2)[0] == [b"1", b"2"]
        later = threading.Timer(0.2, put, (kinesis, stream, b"3"))
        later.start()
        data, event = receive(events, 1)
        assert data == [b"3"]
        assert event["MillisBehindLatest"] == 0
        later.join(WAIT_MAX_SECONDS)


def test_a_subscription_goes_on_where_another_stopped(kinesis, new_stream, new_consumer):
    stream = new_stream()
    consumer = new_consumer(stream)
    numbers = [put(kinesis, stream, data) for data in (b"1", b"2", b"3")]
    with subscribe(kinesis, consumer, kind="AT_SEQUENCE_NUMBER", SequenceNumber=numbers[1]) as events:
        data, event = receive(events, 2)
        assert data == [b"2", b"3"]
    other = new_consumer(stream, "another")
    put(kinesis, stream, b"4")
    position = {"kind": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": event["ContinuationSequenceNumber"]}
    with subscribe(kinesis, other, **position) as events:
        assert receive(events, 1)[0] == [b"4"]


def test_a_closed_shard_ends_the_subscription_with_its_children(kinesis, new_stream, new_consumer):
    stream = new_stream()
    consumer = new_consumer(stream)
    put(kinesis, stream, b"before")
    kinesis.split_shard(StreamName=stream, ShardToSplit=FIRST, NewStartingHashKey=str(2**127))
    await_active(kinesis, stream)
    with subscribe(kinesis, consumer) as events:
        received = list(events_of(events))
    assert [record["Data"] for event in received for record in event["Records"]] == [b"before"]
    assert [(child["ShardId"], child["ParentShards"]) for child in received[-1]["ChildShards"]] == [
        (SECOND, [FIRST]),
        (THIRD, [FIRST]),
    ]
    assert "ContinuationSequenceNumber" not in received[-1]
    assert all(not event.get("ChildShards") for event in received[:-1])


def test_an_idle_subscription_hears_that_nothing_is_new(kinesis, new_stream, new_consumer):
    stream = new_stream()
    with subscribe(kinesis, new_consumer(stream), kind="LATEST") as events:
        event = next(events_of(events))
    assert event["Records"] == []
    assert event["MillisBehindLatest"] == 0
    assert event["ContinuationSequenceNumber"]


def test_a_deregistered_consumers_subscription_ends_with_an_exception(kinesis, new_stream, new_consumer):
    stream = new_stream()
    consumer = new_consumer(stream)
    put(kinesis, stream, b"1")
    with subscribe(kinesis, consumer) as events:
        receive(events, 1)
        kinesis.deregister_stream_consumer(ConsumerARN=consumer)
        with pytest.raises(EventStreamError) as ending:
            list(events)
    assert ending.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_subscription_without_a_consumer_is_refused(kinesis, new_stream):
    arn = f"{stream_arn(kinesis, new_stream())}/consumer/nobody:1700000000"
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException) as refusal:
        subscribe(kinesis, arn)
    assert refusal.value.response["Error"]["Message"] == f"Consumer {arn}, account {ACCOUNT} not found."


def test_a_stream_with_consumers_is_not_deleted_by_accident(kinesis, new_stream, new_consumer, monkeypatch):
    stream = new_stream()
    new_consumer(stream)
    monkeypatch.undo()
    with pytest.raises(kinesis.exceptions.ResourceInUseException) as refusal:
        kinesis.delete_stream(StreamName=stream)
    assert "because there are consumers associated with this data stream" in refusal.value.response["Error"]["Message"]
    kinesis.delete_stream(StreamName=stream, EnforceConsumerDeletion=True)
