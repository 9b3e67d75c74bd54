"""The catalog of tables, as boto3's glue client sees it."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import setting


@pytest.fixture(scope="module")
def glue():
    return boto3.client(
        "glue",
        endpoint_url=setting("MILLRACE_ENDPOINT"),
        region_name="us-east-1",
        aws_access_key_id="millrace",
        aws_secret_access_key="millrace",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def lake(glue, unique_name):
    name = unique_name("lake")
    glue.create_database(DatabaseInput={"Name": name})
    yield name
    glue.delete_database(Name=name)


def orders(*columns):
    return {
        "Name": "Orders",
        "PartitionKeys": [{"Name": "day", "Type": "date"}],
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
            "Location": "s3://lake/orders/",
        },
    }


def test_describes_a_table_as_it_was_made_and_changed(glue, lake):
    glue.create_table(DatabaseName=lake, TableInput=orders(("id", "bigint")))
    glue.update_table(DatabaseName=lake, TableInput=orders(("id", "bigint"), ("note", "string")))

    table = glue.get_table(DatabaseName=lake, Name="orders")["Table"]
    assert table["VersionId"] == "1"
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["id", "note"]
    first = glue.get_table_version(DatabaseName=lake, TableName="orders", VersionId="0")["TableVersion"]
    assert [column["Name"] for column in first["Table"]["StorageDescriptor"]["Columns"]] == ["id"]


def test_pages_through_partitions(glue, lake):
    glue.create_table(DatabaseName=lake, TableInput=orders(("id", "bigint")))
    days = [f"2030-01-{day:02}" for day in range(1, 8)]
    reply = glue.batch_create_partition(
        DatabaseName=lake, TableName="orders", PartitionInputList=[{"Values": [day]} for day in days]
    )
    assert reply["Errors"] == []

    pages = glue.get_paginator("get_partitions").paginate(
        DatabaseName=lake, TableName="orders", Expression="day >= '2030-01-03'", PaginationConfig={"PageSize": 2}
    )
    assert [partition["Values"][0] for page in pages for partition in page["Partitions"]] == days[2:]


def test_says_what_is_not_there(glue, lake):
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="Table returns not found."):
        glue.get_table(DatabaseName=lake, Name="returns")
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": lake})
    with pytest.raises(ClientError, match="UnknownOperationException"):
        glue.list_crawlers()
