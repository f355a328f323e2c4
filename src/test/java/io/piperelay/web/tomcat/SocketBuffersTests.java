package io.piperelay.web.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketBuffersTests {

    /** None of Tomcat's own buffers must be used. */
    @Test
    void theyOverrideAllThatTomcatAsksOfItsOwn() {
        assertThat(SocketBufferHandler.class.getDeclaredMethods())
                .filteredOn(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .isNotEmpty()
                .allSatisfy(method ->
                        assertThat(SocketBuffers.class.getDeclaredMethods()).anyMatch(own -> isSame(own, method)));
    }

    private static boolean isSame(Method own, Method tomcats) {
        return own.getName().equals(tomcats.getName())
                && Arrays.equals(own.getParameterTypes(), tomcats.getParameterTypes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theyDoAsTomcatsOwnWhateverIsAskedOfThem(long seed) {
        var random = new Random(seed);
        var lender = new LargeBuffers(1);
        var own = new SocketBuffers(lender);
        var tomcats = new SocketBufferHandler(SocketBuffers.SMALL, SocketBuffers.SMALL, false);
        for (int step = 0; step < 2_000; step++) {
            int action = random.nextInt(10);
            byte[] bytes = new byte[random.nextInt(SocketBuffers.SMALL / 4)];
            random.nextBytes(bytes);
            assertThat(act(own, action, bytes)).as("step " + step).isEqualTo(act(tomcats, action, bytes));
            resize(own, random.nextInt(8));
        }
    }

    /** The result of the action. */
    private static String act(SocketBufferHandler buffers, int action, byte[] bytes) {
        return switch (action) {
            case 0, 1 -> {
                buffers.configureReadBufferForWrite();
                yield fill(buffers.getReadBuffer(), bytes);
            }
            case 2 -> {
                buffers.configureReadBufferForRead();
                yield drain(buffers.getReadBuffer(), bytes.length);
            }
            case 3, 4 -> {
                buffers.configureWriteBufferForWrite();
                yield fill(buffers.getWriteBuffer(), bytes);
            }
            case 5 -> {
                buffers.configureWriteBufferForRead();
                yield drain(buffers.getWriteBuffer(), bytes.length);
            }
            case 6 -> "read buffer empty: " + buffers.isReadBufferEmpty();
            case 7 -> "write buffer empty: " + buffers.isWriteBufferEmpty();
            case 8 -> unread(buffers, bytes);
            default -> {
                if (bytes.length > SocketBuffers.SMALL / 5) {
                    buffers.reset();
                }
                yield "reset";
            }
        };
    }

    private static String fill(ByteBuffer buffer, byte[] bytes) {
        // A small one's room, whichever it is.
        int count = Math.min(bytes.length, Math.max(0, SocketBuffers.SMALL - buffer.position()));
        buffer.put(bytes, 0, count);
        return "filled " + count;
    }

    private static String drain(ByteBuffer buffer, int most) {
        byte[] bytes = new byte[Math.min(most, buffer.remaining())];
        buffer.get(bytes);
        return Arrays.toString(bytes);
    }

    private static String unread(SocketBufferHandler buffers, byte[] bytes) {
        buffers.configureReadBufferForRead();
        boolean fits = buffers.getReadBuffer().remaining() + bytes.length <= SocketBuffers.SMALL;
        if (fits) {
            buffers.unReadReadBuffer(ByteBuffer.wrap(bytes));
        }
        return "unread " + fits;
    }

    private static void resize(SocketBuffers buffers, int action) {
        switch (action) {
            case 0 -> buffers.enlargeRead();
            case 1 -> buffers.shrinkRead();
            case 2 -> buffers.enlargeWrite();
            case 3 -> buffers.shrinkWrite();
            case 4 -> buffers.rest();
            default -> {}
        }
    }

    @Test
    void aLargeBufferIsLentForAsLongAsManyBytesMove() {
        var lender = new LargeBuffers(1);
        var buffers = new SocketBuffers(lender);
        var others = new SocketBuffers(lender);
        assertThat(buffers.getReadBuffer().capacity()).isEqualTo(SocketBuffers.SMALL);

        buffers.enlargeRead();
        others.enlargeRead();
        assertThat(buffers.getReadBuffer().capacity()).isEqualTo(LargeBuffers.SIZE);
        assertThat(others.getReadBuffer().capacity()).isEqualTo(SocketBuffers.SMALL);

        buffers.shrinkRead();
        others.enlargeRead();
        assertThat(buffers.getReadBuffer().capacity()).isEqualTo(SocketBuffers.SMALL);
        assertThat(others.getReadBuffer().capacity()).isEqualTo(LargeBuffers.SIZE);
    }

    @Test
    void aLargeBufferIsKeptWhileThereIsMoreInItThanFitsIntoASmallOne() {
        var buffers = new SocketBuffers(new LargeBuffers(1));
        buffers.enlargeRead();
        buffers.configureReadBufferForWrite();
        buffers.getReadBuffer().put(new byte[SocketBuffers.SMALL + 1]);

        buffers.shrinkRead();
        buffers.configureReadBufferForRead();
        assertThat(buffers.getReadBuffer().remaining()).isEqualTo(SocketBuffers.SMALL + 1);

        buffers.getReadBuffer().get();
        buffers.shrinkRead();
        buffers.configureReadBufferForRead();
        assertThat(buffers.getReadBuffer().remaining()).isEqualTo(SocketBuffers.SMALL);
        assertThat(buffers.getReadBuffer().capacity()).isEqualTo(SocketBuffers.SMALL);
    }

    /** The thread that served the closed connection may still be writing to the buffer. */
    @Test
    void theBufferOfAConnectionThatIsClosedMeanwhileIsNotLentAgain() {
        var lender = new LargeBuffers(1);
        var closed = new SocketBuffers(lender);
        closed.enlargeWrite();
        ByteBuffer inUse = closed.getWriteBuffer();
        closed.reset();

        var next = new SocketBuffers(lender);
        next.enlargeWrite();
        assertThat(next.getWriteBuffer().capacity()).isEqualTo(LargeBuffers.SIZE);
        assertThat(next.getWriteBuffer()).isNotSameAs(inUse);
    }

    @Test
    void withTlsSmallMeansRoomForARecord() {
        var buffers = new SocketBuffers(new LargeBuffers(1));
        buffers.expand(17_000);
        buffers.enlargeRead();
        buffers.shrinkRead();

        assertThat(buffers.getReadBuffer().capacity()).isEqualTo(17_000);
    }
}
