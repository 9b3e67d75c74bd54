package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Carries the reply to one request: an HTTP/1.1 connection whose turn it is, or an HTTP/2 stream. Used on the event loop
 * only; what is written leaves with the next {@link #flushSoon}, and listeners hear when it has left or failed, which is
 * the reader's pace.
 */
interface Carrier {
    record Header(AsciiString name, CharSequence value) {}

    /** Writes a whole reply whose body is short. */
    void whole(int status, List<Header> headers, ByteBuf body, ChannelFutureListener listener);

    /** Begins a reply whose body follows in parts. */
    void begin(int status, List<Header> headers);

    /** Writes a part of the body. */
    void part(ByteBuf bytes, ChannelFutureListener listener);

    /** Writes the last part. */
    void end(ByteBuf bytes, ChannelFutureListener listener);

    /** Sends what was written, together with what the connection's other requests write in the same burst. */
    void flushSoon();

    /** Cuts off the request or its reply in the middle. */
    void reset();
}
