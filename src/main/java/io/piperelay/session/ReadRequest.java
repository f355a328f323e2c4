package io.piperelay.session;

import org.jspecify.annotations.Nullable;

/**
 * Which bytes a reader asks for.
 *
 * @param offset everything before it has arrived at this reader; the bytes from here on are returned and stay unread.
 *     Null takes the next unread bytes.
 */
public record ReadRequest(@Nullable Long offset, Wanted wanted) {}
