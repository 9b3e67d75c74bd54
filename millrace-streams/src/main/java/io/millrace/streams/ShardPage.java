package io.millrace.streams;

import io.millrace.model.Namespace;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What ListShards' NextToken says: where the listing stands, and by which rule it goes on. */
record ShardPage(StreamAddress address, long streamId, ShardSelection selection, int afterIndex, long issuedAtMillis) {
    void write(DataOutputStream out) throws IOException {
        out.writeUTF(address.namespace().account());
        out.writeUTF(address.namespace().region());
        out.writeUTF(address.name());
        out.writeLong(streamId);
        selection.write(out);
        out.writeInt(afterIndex);
        out.writeLong(issuedAtMillis);
    }

    static ShardPage read(DataInputStream in) throws IOException {
        var namespace = new Namespace(in.readUTF(), in.readUTF());
        var address = new StreamAddress(namespace, in.readUTF());
        return new ShardPage(address, in.readLong(), ShardSelection.read(in), in.readInt(), in.readLong());
    }
}
