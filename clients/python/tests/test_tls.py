"""The same over TLS, with the server's own certificate as the only one trusted."""

import pytest
from botocore.exceptions import SSLError
from conftest import kinesis_client, read


def test_a_record_goes_through_tls(new_stream, tls_settings):
    endpoint, certificate = tls_settings
    secure = kinesis_client(endpoint, verify=certificate)
    stream = new_stream()
    number = secure.put_record(StreamName=stream, Data=b"sealed", PartitionKey="key")["SequenceNumber"]
    [record] = read(secure, stream, "shardId-000000000000")
    assert (record["Data"], record["SequenceNumber"]) == (b"sealed", number)


def test_the_certificate_is_checked(tls_settings):
    endpoint, _ = tls_settings
    with pytest.raises(SSLError):
        kinesis_client(endpoint, verify=True).list_streams()
