package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.piperelay.session.PipeException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputSliceTests {

    private static final int CAPACITY = 20_000;

    private final OutputWindow window = new OutputWindow("s", null, CAPACITY, false, (start, end) -> {});
    private final byte[] bytes = new byte[CAPACITY];

    @BeforeEach
    void fill() throws InterruptedException {
        new Random(5).nextBytes(bytes);
        window.append(bytes, 0, CAPACITY);
    }

    private OutputSlice all(byte @Nullable [] copy) {
        return new OutputSlice(window, 0, CAPACITY, false, copy);
    }

    private static byte[] written(OutputSlice slice) throws IOException {
        var target = new ByteArrayOutputStream();
        slice.writeTo(target);
        return target.toByteArray();
    }

    @Test
    void allOfItIsWrittenWhereverItIsKeptAndAsOftenAsAskedFor() throws Exception {
        OutputSlice kept = all(null);
        OutputSlice copied = all(bytes);

        assertThat(written(kept)).isEqualTo(bytes);
        assertThat(written(kept)).isEqualTo(bytes);
        assertThat(written(copied)).isEqualTo(bytes);
        assertThat(written(copied.first(3))).isEqualTo(new byte[] {bytes[0], bytes[1], bytes[2]});
    }

    @Test
    void whatSomebodyHasGivenUpMeanwhileIsGoneUnlessItWasCopied() throws Exception {
        OutputSlice copied = all(bytes);
        window.take(copied);
        window.append(bytes, 0, 1);

        assertThat(written(copied)).isEqualTo(bytes);
        assertThatExceptionOfType(PipeException.class)
                .isThrownBy(() -> written(copied.withoutCopy()))
                .returns(Reason.OFFSET_GONE, PipeException::reason);
    }
}
