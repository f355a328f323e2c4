package io.piperelay.halfduplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTests {

    @Test
    void framesOfTheParentHaveAnEvenSizeAndThoseOfTheChildAnOddOne() {
        for (int length = 0; length <= Frame.MAX_PAYLOAD; length++) {
            Frame frame = Frame.last(new byte[length], length);

            assertThat(frame.encode(Side.PARENT).length % 2).isZero();
            assertThat(frame.encode(Side.CHILD).length % 2).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void theLargestFrameStillFitsTheSmallestPipe(Side side) {
        byte[] encoded =
                Frame.more(new byte[Frame.MAX_PAYLOAD], Frame.MAX_PAYLOAD).encode(side);

        assertThat(encoded).hasSizeBetween(Frame.MAX_SIZE - 1, Frame.MAX_SIZE);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void everyLengthSurvivesThePipe(Side side) throws IOException {
        byte[] payload = new byte[Frame.MAX_PAYLOAD];
        new Random(1).nextBytes(payload);
        for (int length = 0; length <= Frame.MAX_PAYLOAD; length++) {
            Frame arrived = Frame.decode(Frame.last(payload, length).encode(side), side);

            assertThat(payloadOf(arrived)).isEqualTo(Arrays.copyOf(payload, length));
        }
    }

    @Test
    void flagsSurviveThePipe() throws IOException {
        byte[] payload = {1, 2, 3};

        Frame last = throughThePipe(Frame.last(payload, 3));
        Frame more = throughThePipe(Frame.more(payload, 3));
        Frame end = throughThePipe(Frame.end(payload, 3));

        assertThat(last).matches(frame -> !frame.hasMore() && !frame.isEnd());
        assertThat(more).matches(frame -> frame.hasMore() && !frame.isEnd());
        assertThat(end).matches(frame -> !frame.hasMore() && frame.isEnd());
    }

    @Test
    void sizesTellWhoWrote() {
        assertThat(Side.PARENT.wrote(0)).isFalse();
        assertThat(Side.PARENT.wrote(4)).isTrue();
        assertThat(Side.PARENT.wrote(3)).isFalse();
        assertThat(Side.CHILD.wrote(0)).isFalse();
        assertThat(Side.CHILD.wrote(3)).isTrue();
        assertThat(Side.CHILD.wrote(4)).isFalse();
    }

    @Test
    void payloadIsCopiedInPartsOfAnySize() {
        Frame frame = Frame.last(new byte[] {1, 2, 3, 4, 5}, 5);
        byte[] target = new byte[4];

        assertThat(frame.copy(0, target, 1, 3)).isEqualTo(3);
        assertThat(target).containsExactly(0, 1, 2, 3);
        assertThat(frame.copy(3, target, 0, 4)).isEqualTo(2);
        assertThat(target).containsExactly(4, 5, 2, 3);
    }

    @Test
    void changingTheBufferAfterwardsDoesNotChangeTheFrame() {
        byte[] buffer = {1, 2};
        Frame frame = Frame.last(buffer, 2);

        buffer[0] = 9;

        assertThat(payloadOf(frame)).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "hello world", "Bingo Bingo\n", "#"})
    void whatIsNoFrameIsRefused(String text) {
        assertThatThrownBy(() -> Frame.decode(text.getBytes(StandardCharsets.UTF_8), Side.CHILD))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something else writes to it");
    }

    @Test
    void twoFramesAtOnceAreRefused() {
        byte[] child = Frame.last(new byte[] {7}, 1).encode(Side.CHILD);
        byte[] both = Arrays.copyOf(child, child.length + Frame.empty().encode(Side.PARENT).length);

        assertThatThrownBy(() -> Frame.decode(both, Side.CHILD)).isInstanceOf(IOException.class);
    }

    private static Frame throughThePipe(Frame frame) throws IOException {
        return Frame.decode(frame.encode(Side.PARENT), Side.PARENT);
    }

    private static byte[] payloadOf(Frame frame) {
        byte[] payload = new byte[frame.length()];
        frame.copy(0, payload, 0, payload.length);
        return payload;
    }
}
