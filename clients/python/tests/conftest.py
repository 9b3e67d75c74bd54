"""The server's address, one client for all tests, and streams that are gone when their test is over."""

import os
import time
import uuid

import boto3
import pytest
from botocore.config import Config

WAIT_MAX_SECONDS = 30


def setting(name):
    value = os.environ.get(name)
    if not value:
        raise pytest.UsageError(f"{name} is not set: it says where the server under test is")
    return value


def kinesis_client(endpoint, region="us-east-1", **more):
    return client("kinesis", endpoint, region, **more)


def client(service, endpoint, region="us-east-1", **more):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="millrace",
        aws_secret_access_key="millrace",
        # Retries would hide a server that fails now and then.
        config=Config(retries={"total_max_attempts": 1}),
        **more,
    )


@pytest.fixture(scope="session")
def kinesis():
    return kinesis_client(setting("MILLRACE_ENDPOINT"))


@pytest.fixture(scope="session")
def firehose():
    return client("firehose", setting("MILLRACE_ENDPOINT"))


@pytest.fixture(scope="session")
def tls_settings():
    return setting("MILLRACE_TLS_ENDPOINT"), setting("MILLRACE_CA")


@pytest.fixture
def unique_name():
    """Makes names that no other test uses; they share a prefix that sorts them together."""
    prefix = f"python-{uuid.uuid4().hex[:12]}"
    return lambda suffix="stream": f"{prefix}-{suffix}"


@pytest.fixture
def new_stream(kinesis, unique_name):
    """Creates ACTIVE streams and deletes them after the test."""
    created = []

    def create(suffix="stream", shards=1, **more):
        name = unique_name(suffix)
        if shards is not None:
            more["ShardCount"] = shards
        kinesis.create_stream(StreamName=name, **more)
        created.append(name)
        await_active(kinesis, name)
        return name

    yield create
    for name in created:
        try:
            kinesis.delete_stream(StreamName=name)
        except (kinesis.exceptions.ResourceNotFoundException, kinesis.exceptions.ResourceInUseException):
            pass  # The test deleted it, or is the one that leaves it in a passing state.


def await_active(kinesis, name):
    """As the SDK's waiter, which asks only every ten seconds unless told otherwise."""

    def is_active():
        return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"

    eventually(is_active, f"{name} becomes ACTIVE")


def eventually(holds, what):
    """Asks until the answer is true, as every client of an asynchronous service has to."""
    deadline = time.monotonic() + WAIT_MAX_SECONDS
    while True:
        answer = holds()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {WAIT_MAX_SECONDS} s in vain until {what}"
        time.sleep(0.1)


def shards_of(kinesis, stream):
    return kinesis.list_shards(StreamName=stream)["Shards"]


def iterator(kinesis, stream, shard_id, kind="TRIM_HORIZON", **more):
    return kinesis.get_shard_iterator(
        StreamName=stream, ShardId=shard_id, ShardIteratorType=kind, **more
    )["ShardIterator"]


def read(kinesis, stream, shard_id, kind="TRIM_HORIZON", **more):
    """All records from a position to the tip of an open shard, or to the end of a closed one."""
    return read_on(kinesis, iterator(kinesis, stream, shard_id, kind, **more))[0]


def read_on(kinesis, shard_iterator):
    """Records up to the tip or the end, and the last reply."""
    records = []
    deadline = time.monotonic() + WAIT_MAX_SECONDS
    while True:
        assert time.monotonic() < deadline, f"read for {WAIT_MAX_SECONDS} s without reaching the tip"
        page = kinesis.get_records(ShardIterator=shard_iterator)
        records += page["Records"]
        shard_iterator = page.get("NextShardIterator")
        caught_up = not page["Records"] and page["MillisBehindLatest"] == 0
        if shard_iterator is None or caught_up:
            return records, page
