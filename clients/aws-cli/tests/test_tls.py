"""The same over TLS, with the server's own certificate as the only one trusted."""

import pytest
from conftest import Refused, setting


def test_a_stream_is_listed_through_tls(kinesis, new_stream):
    stream = new_stream()
    listed = kinesis("list-streams", endpoint=setting("MILLRACE_TLS_ENDPOINT"), ca=setting("MILLRACE_CA"))
    assert stream in listed["StreamNames"]


def test_the_certificate_is_checked(kinesis):
    with pytest.raises(Refused) as refusal:
        kinesis("list-streams", endpoint=setting("MILLRACE_TLS_ENDPOINT"))
    assert "SSL validation failed" in refusal.value.text
