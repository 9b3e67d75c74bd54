package io.millrace.bench.soak;

/** Takes the records of one shard apart for the sink; its numbers have to rise. Owned by one thread. */
final class ShardCheck {
    private final SoakedStream stream;
    private final String shardId;
    private final RecordSink sink;
    private final Findings findings;
    private String last = "0";

    ShardCheck(SoakedStream stream, String shardId, RecordSink sink, Findings findings) {
        this.stream = stream;
        this.shardId = shardId;
        this.sink = sink;
        this.findings = findings;
    }

    /** @return how many there were */
    int take(Json answer) {
        var records = answer.list("Records");
        records.forEach(this::takeOne);
        return records.size();
    }

    private void takeOne(Json record) {
        var where = new Where(shardId, record.need("SequenceNumber"));
        if (!Where.rises(last, where.sequenceNumber())) {
            findings.wrong("the numbers of " + stream.name() + " don't rise: " + where + " after " + last);
        }
        last = where.sequenceNumber();
        var payload = Payload.of(record.need("Data"));
        if (payload.isEmpty()) {
            findings.wrong("a record of " + stream.name() + " at " + where + " is damaged");
            return;
        }
        var said = payload.get();
        if (said.incarnation() != stream.incarnation()
                || said.key() >= stream.ledger().keys()) {
            findings.wrong("a record of " + stream.name() + " at " + where + " was put into another stream: " + said);
            return;
        }
        if (!said.partitionKey().equals(record.need("PartitionKey"))) {
            findings.wrong("a record of " + stream.name() + " at " + where + " has another partition key");
        }
        sink.take(said.key(), said.number(), where);
    }

    /** Where a subscription could go on must not lie before what it brought. */
    void takeContinuation(String number) {
        if (Where.rises(number, last)) {
            findings.wrong("a subscriber of " + stream.name() + " " + shardId + " may go on after " + number
                    + ", which is before " + last);
        }
    }
}
