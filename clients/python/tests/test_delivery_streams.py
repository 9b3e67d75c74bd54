"""The life of a delivery stream: create, describe, list, update, tag, encrypt, delete."""

from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
DESTINATION = "destinationId-000000000001"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/delivery"
S3 = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"}


@pytest.fixture
def new_delivery_stream(firehose, unique_name):
    """Creates delivery streams and deletes them after the test."""
    created = []

    def create(suffix="stream", **more):
        name = unique_name(suffix)
        firehose.create_delivery_stream(
            DeliveryStreamName=name, **(more or {"ExtendedS3DestinationConfiguration": S3})
        )
        created.append(name)
        return name

    yield create
    for name in created:
        try:
            firehose.delete_delivery_stream(DeliveryStreamName=name)
        except firehose.exceptions.ResourceNotFoundException:
            pass  # The test deleted it.


def described(firehose, name):
    return firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


def test_a_new_one_is_active_and_shows_every_default(firehose, new_delivery_stream):
    name = new_delivery_stream()
    stream = described(firehose, name)
    created = stream.pop("CreateTimestamp")
    assert stream.pop("LastUpdateTimestamp") == created
    assert abs((datetime.now(timezone.utc) - created).total_seconds()) < 60
    plain = {
        **S3,
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": {"Enabled": False},
    }
    assert stream == {
        "DeliveryStreamName": name,
        "DeliveryStreamARN": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/{name}",
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "HasMoreDestinations": False,
        "Destinations": [
            {
                "DestinationId": DESTINATION,
                "S3DestinationDescription": plain,
                "ExtendedS3DestinationDescription": {
                    **plain,
                    "ProcessingConfiguration": {"Enabled": False, "Processors": []},
                    "S3BackupMode": "Disabled",
                    "DataFormatConversionConfiguration": {"Enabled": False},
                },
            }
        ],
    }


def test_it_is_listed_until_it_is_deleted(firehose, new_delivery_stream):
    name = new_delivery_stream()

    def listed():
        before = name[:-1]
        return firehose.list_delivery_streams(ExclusiveStartDeliveryStreamName=before, Limit=100)["DeliveryStreamNames"]

    assert name in listed()
    assert firehose.delete_delivery_stream(DeliveryStreamName=name)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert name not in listed()
    with pytest.raises(firehose.exceptions.ResourceNotFoundException) as refusal:
        described(firehose, name)
    assert refusal.value.response["Error"]["Message"] == f"Firehose {name} under account {ACCOUNT} not found."


def test_an_update_changes_what_it_mentions(firehose, new_delivery_stream):
    name = new_delivery_stream(
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {"Url": "http://localhost:9000/in", "Name": "mine", "AccessKey": "secret"},
            "S3Configuration": S3,
        }
    )
    before = described(firehose, name)["Destinations"][0]["HttpEndpointDestinationDescription"]
    assert before["EndpointConfiguration"] == {"Url": "http://localhost:9000/in", "Name": "mine"}
    assert before["RequestConfiguration"] == {"ContentEncoding": "NONE", "CommonAttributes": []}

    firehose.update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId="1",
        DestinationId=DESTINATION,
        HttpEndpointDestinationUpdate={"RetryOptions": {"DurationInSeconds": 7}},
    )

    after = described(firehose, name)
    assert after["VersionId"] == "2"
    assert after["Destinations"][0]["HttpEndpointDestinationDescription"] == {
        **before,
        "RetryOptions": {"DurationInSeconds": 7},
    }
    with pytest.raises(firehose.exceptions.ConcurrentModificationException):
        firehose.update_destination(
            DeliveryStreamName=name,
            CurrentDeliveryStreamVersionId="1",
            DestinationId=DESTINATION,
            HttpEndpointDestinationUpdate={"RoleARN": ROLE},
        )


def test_tags_and_encryption(firehose, new_delivery_stream):
    name = new_delivery_stream()
    firehose.tag_delivery_stream(DeliveryStreamName=name, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a"}])
    firehose.untag_delivery_stream(DeliveryStreamName=name, TagKeys=["x"])
    tags = firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)
    assert [tag["Key"] for tag in tags["Tags"]] == ["b", "a"]
    assert tags["HasMoreTags"] is False

    firehose.start_delivery_stream_encryption(DeliveryStreamName=name)
    assert described(firehose, name)["DeliveryStreamEncryptionConfiguration"] == {
        "KeyType": "AWS_OWNED_CMK",
        "Status": "ENABLED",
    }
    firehose.stop_delivery_stream_encryption(DeliveryStreamName=name)
    assert described(firehose, name)["DeliveryStreamEncryptionConfiguration"]["Status"] == "DISABLED"


def test_refusals_are_the_services(firehose, new_delivery_stream, unique_name):
    with pytest.raises(firehose.exceptions.InvalidArgumentException) as refusal:
        firehose.create_delivery_stream(DeliveryStreamName=unique_name())
    assert refusal.value.response["Error"]["Message"] == (
        "Exactly one destination configuration is supported for a Firehose"
    )
    with pytest.raises(ClientError) as invalid:
        firehose.create_delivery_stream(
            DeliveryStreamName=unique_name(),
            ExtendedS3DestinationConfiguration={**S3, "CompressionFormat": "LZ4"},
        )
    assert invalid.value.response["Error"]["Code"] == "ValidationException"
    name = new_delivery_stream()
    with pytest.raises(firehose.exceptions.ResourceInUseException):
        firehose.create_delivery_stream(DeliveryStreamName=name, S3DestinationConfiguration=S3)
