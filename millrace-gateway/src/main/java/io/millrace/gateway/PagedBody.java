package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;

/** What of one reply's body went over into pages. Owned by the thread that makes the reply. */
final class PagedBody implements BodyWriter.Overflow {
    private final ReplyPages pages;
    private final Deque<ByteBuf> filled = new ArrayDeque<>(0);

    PagedBody(ReplyPages pages) {
        this.pages = pages;
    }

    @Override
    public void take(byte[] from, int offset, int count) {
        int done = 0;
        while (done < count) {
            var page = filled.peekLast();
            if (page == null || !page.isWritable()) {
                page = pages.take();
                filled.addLast(page);
            }
            int fitting = Math.min(count - done, page.writableBytes());
            page.writeBytes(from, offset + done, fitting);
            done += fitting;
        }
    }

    boolean isEmpty() {
        return filled.isEmpty();
    }

    /** The body, in one; the pages are that buffer's from now on. */
    ByteBuf bytes() {
        var all = Unpooled.wrappedBuffer(filled.size(), filled.toArray(ByteBuf[]::new));
        filled.clear();
        return all;
    }

    /** There will be no such reply. */
    void release() {
        filled.forEach(ByteBuf::release);
        filled.clear();
    }
}
