package io.piperelay.session;

import io.piperelay.bytes.Delimiter;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of the output a reader asks for.
 *
 * @param max how many at most, from 1 on
 * @param until where they end: bytes are ready only once this delimiter is among them, or {@code max} bytes have come, or
 *     the output has ended; null if a single byte is enough
 */
public record Wanted(int max, @Nullable Delimiter until) {

    public Wanted {
        if (max < 1) {
            throw new IllegalArgumentException("a reader asks for one byte at least");
        }
    }
}
