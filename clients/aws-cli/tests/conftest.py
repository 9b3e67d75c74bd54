"""Runs the aws command, versions 1 and 2, and reads its answers. Every test runs with both."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from unpack_v2 import unpack

WAIT_MAX_SECONDS = 30
# Both take blobs as they are and encode them; to version 2 that has to be said.
CONFIGURATION = "[default]\ncli_binary_format = raw-in-base64-out\n"
ERROR = re.compile(
    r"An error occurred \((\w+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)", re.DOTALL
)


class Refused(Exception):
    """The command failed; `code` and `text` are what it printed of the service's error."""

    def __init__(self, stderr, exit_code):
        super().__init__(stderr.strip())
        self.exit_code = exit_code
        match = ERROR.search(stderr)
        self.code, self.text = (match[1], match[2].strip()) if match else ("", stderr.strip())


def setting(name):
    value = os.environ.get(name)
    if not value:
        raise pytest.UsageError(f"{name} is not set: it says where the server under test is")
    return value


@pytest.fixture(scope="session", params=["v1", "v2"])
def command(request):
    """The command whose version the parameter names, and names it in the test's name."""
    path = {"v1": Path(sys.executable).with_name("aws"), "v2": unpack()}[request.param]
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=120)
    assert version.stdout.startswith(f"aws-cli/{request.param[1:]}."), version.stdout
    return path


@pytest.fixture(scope="session")
def kinesis(command, tmp_path_factory):
    """Calls `aws kinesis ...` and returns the parsed JSON, None if it printed nothing."""
    return caller("kinesis", command, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def firehose(command, tmp_path_factory):
    """Calls `aws firehose ...` and returns the parsed JSON, None if it printed nothing."""
    return caller("firehose", command, tmp_path_factory.mktemp("home"))


def caller(service, command, home):
    (home / "config").write_text(CONFIGURATION)

    def call(*arguments, endpoint=None, ca=None):
        environment = {
            "PATH": os.environ["PATH"],
            # Neither the user's configuration nor retries that would hide a server that fails now and then.
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(home / "config"),
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_ACCESS_KEY_ID": "millrace",
            "AWS_SECRET_ACCESS_KEY": "millrace",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_DEFAULT_OUTPUT": "json",
            "AWS_ENDPOINT_URL": endpoint or setting("MILLRACE_ENDPOINT"),
        }
        if ca:
            environment["AWS_CA_BUNDLE"] = ca
        done = subprocess.run(
            [str(command), service, *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode != 0:
            raise Refused(done.stderr, done.returncode)
        return json.loads(done.stdout) if done.stdout.strip() else None

    return call


@pytest.fixture
def unique_name():
    prefix = f"cli-{uuid.uuid4().hex[:12]}"
    return lambda suffix="stream": f"{prefix}-{suffix}"


@pytest.fixture
def new_stream(kinesis, unique_name):
    """Creates ACTIVE streams and deletes them after the test."""
    created = []

    def create(*options, suffix="stream"):
        name = unique_name(suffix)
        kinesis("create-stream", "--stream-name", name, *(options or ("--shard-count", "1")))
        created.append(name)
        await_active(kinesis, name)
        return name

    yield create
    for name in created:
        try:
            kinesis("delete-stream", "--stream-name", name)
        except Refused as refusal:
            assert refusal.code in ("ResourceNotFoundException", "ResourceInUseException")


def summary_of(kinesis, stream):
    return kinesis("describe-stream-summary", "--stream-name", stream)["StreamDescriptionSummary"]


def await_active(kinesis, stream):
    eventually(lambda: summary_of(kinesis, stream)["StreamStatus"] == "ACTIVE", f"{stream} becomes ACTIVE")


def eventually(holds, what):
    """Asks until the answer is true, as every client of an asynchronous service has to."""
    deadline = time.monotonic() + WAIT_MAX_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited {WAIT_MAX_SECONDS} s in vain until {what}"
        time.sleep(0.1)


def iterator(kinesis, stream, shard_id, kind="TRIM_HORIZON", *options):
    arguments = ("--stream-name", stream, "--shard-id", shard_id, "--shard-iterator-type", kind, *options)
    return kinesis("get-shard-iterator", *arguments)["ShardIterator"]


def get_records(kinesis, shard_iterator, *options):
    return kinesis("get-records", "--shard-iterator", shard_iterator, *options)


def read(kinesis, stream, shard_id, kind="TRIM_HORIZON", *options):
    """The records from a position on, as many as one reply holds."""
    return get_records(kinesis, iterator(kinesis, stream, shard_id, kind, *options))["Records"]
