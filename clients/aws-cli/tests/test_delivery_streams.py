"""The life of a delivery stream: create, describe, list, update, delete."""

import pytest
from conftest import Refused

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/delivery"
S3 = f"RoleARN={ROLE},BucketARN=arn:aws:s3:::lake"


def test_it_is_created_described_updated_listed_and_deleted(firehose, unique_name):
    name = unique_name()
    created = firehose(
        "create-delivery-stream", "--delivery-stream-name", name, "--extended-s3-destination-configuration", S3
    )
    assert created == {"DeliveryStreamARN": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/{name}"}

    stream = firehose("describe-delivery-stream", "--delivery-stream-name", name)["DeliveryStreamDescription"]
    assert stream["DeliveryStreamStatus"] == "ACTIVE"
    destination = stream["Destinations"][0]
    assert destination["S3DestinationDescription"]["CompressionFormat"] == "UNCOMPRESSED"

    firehose(
        "update-destination",
        "--delivery-stream-name",
        name,
        "--current-delivery-stream-version-id",
        stream["VersionId"],
        "--destination-id",
        destination["DestinationId"],
        "--extended-s3-destination-update",
        "CompressionFormat=GZIP",
    )
    stream = firehose("describe-delivery-stream", "--delivery-stream-name", name)["DeliveryStreamDescription"]
    assert stream["VersionId"] == "2"
    assert stream["Destinations"][0]["ExtendedS3DestinationDescription"]["CompressionFormat"] == "GZIP"

    before = name[:-1]
    listing = ("list-delivery-streams", "--exclusive-start-delivery-stream-name", before)
    assert name in firehose(*listing)["DeliveryStreamNames"]
    firehose("delete-delivery-stream", "--delivery-stream-name", name)
    assert name not in firehose(*listing)["DeliveryStreamNames"]
    with pytest.raises(Refused) as refusal:
        firehose("describe-delivery-stream", "--delivery-stream-name", name)
    assert refusal.value.code == "ResourceNotFoundException"
    assert refusal.value.text == f"Firehose {name} under account {ACCOUNT} not found."


def test_an_http_address_is_taken_and_a_bad_one_refused(firehose, unique_name):
    name = unique_name()

    def create(url):
        firehose(
            "create-delivery-stream",
            "--delivery-stream-name",
            name,
            "--http-endpoint-destination-configuration",
            f"EndpointConfiguration={{Url={url}}},S3Configuration={{{S3}}}",
        )

    with pytest.raises(Refused) as refusal:
        create("ftp://localhost/in")
    assert refusal.value.code == "ValidationException"
    create("http://localhost:9000/in")
    firehose("delete-delivery-stream", "--delivery-stream-name", name)
