package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ServiceUnavailableException;
import io.millrace.testkit.Seeds;
import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyPagesTest {
    private static final int PAGES_MAX = 4;

    private final MemoryBudget budget = new MemoryBudget(PAGES_MAX * (long) ReplyPages.PAGE_BYTES);
    private final ReplyPages pages = new ReplyPages(budget);

    @AfterEach
    void close() {
        pages.close();
    }

    @Test
    void keepsABodyAsItWasWritten() {
        Seeds.forEach(20, random -> {
            var written = new byte[random.nextInt(3 * ReplyPages.PAGE_BYTES)];
            random.nextBytes(written);
            var overflow = new PagedBody(pages);
            var body = new BodyWriter(overflow);
            for (int at = 0; at < written.length; ) {
                int count = Math.min(written.length - at, 1 + random.nextInt(100_000));
                body.write(written, at, count);
                at += count;
            }
            assertThat(body.length()).isEqualTo(written.length);
            var bytes = Reply.of(200, "any", body, overflow).bytes();
            assertThat(ByteBufUtil.getBytes(bytes)).isEqualTo(written);
            bytes.release();
            assertThat(budget.takenBytes()).isZero();
        });
    }

    @Test
    void aPageIsTakenAgainOnlyWhenItsLastSliceHasGone() {
        var page = pages.take();
        page.writeZero(100);
        var slice = page.readRetainedSlice(10);
        page.release();
        assertThat(pages.freeCount()).isZero();
        assertThat(budget.takenBytes()).isEqualTo(ReplyPages.PAGE_BYTES);
        slice.release();
        assertThat(pages.freeCount()).isEqualTo(1);
        assertThat(budget.takenBytes()).isZero();
    }

    @Test
    void aReplyThatDoesNotFitIsRefusedAndLeavesNothingBehind() {
        var overflow = new PagedBody(pages);
        var tooMuch = new byte[(PAGES_MAX + 1) * ReplyPages.PAGE_BYTES];
        assertThatThrownBy(() -> overflow.take(tooMuch, 0, tooMuch.length))
                .isInstanceOf(ServiceUnavailableException.class);
        overflow.release();
        assertThat(budget.takenBytes()).isZero();
    }

    @Test
    void pagesThatNobodyNeedsGo() {
        var taken = IntStream.range(0, PAGES_MAX).mapToObj(_ -> pages.take()).toList();
        taken.forEach(ByteBuf::release);
        assertThat(pages.freeCount()).isEqualTo(PAGES_MAX);
        // What was needed since the last sweep stays.
        pages.sweep();
        assertThat(pages.freeCount()).isEqualTo(PAGES_MAX);
        for (int sweep = 0; sweep < PAGES_MAX; sweep++) {
            pages.sweep();
        }
        assertThat(pages.freeCount()).isZero();
    }

    @Test
    void whatComesBackAfterTheEndIsLetGo() {
        var page = pages.take();
        pages.close();
        page.release();
        assertThat(pages.freeCount()).isZero();
    }
}
