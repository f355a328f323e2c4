package io.piperelay.session;

/**
 * How much of the child's output is held.
 *
 * @param output capacity of the output's window, in bytes
 * @param errors capacity of the window for stderr, in bytes; it always drops its oldest bytes
 * @param dropOldest whether output that nobody takes loses its oldest bytes, instead of making the child wait
 */
public record WindowSettings(int output, int errors, boolean dropOldest) {}
