package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkPojo;

/** The SDK's objects as text of the JSON that the API speaks, for those who keep them. */
public final class JsonObjects {
    private JsonObjects() {}

    public static String write(SdkPojo object) {
        var body = new BodyWriter();
        new ReplyWriter(Notation.of(Protocol.JSON, body)).write(object);
        return new String(body.array(), 0, body.length(), StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #write} wrote; members that the class does not have are left out.
     *
     * @param builder a new, empty builder of the object's class
     * @throws io.millrace.model.SerializationException if the text is not such an object's
     */
    public static SdkPojo read(SdkPojo builder, String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return RequestReader.read(builder, GenericCodec.tokens(Protocol.JSON, bytes, 0, bytes.length));
    }
}
