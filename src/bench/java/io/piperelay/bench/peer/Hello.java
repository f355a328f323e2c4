package io.piperelay.bench.peer;

import java.io.IOException;

/** The least that a Java program can be that says something and then waits. */
public final class Hello {

    private Hello() {}

    public static void main(String[] args) throws IOException {
        System.out.println("hello");
        while (System.in.read() >= 0) {
            // Ends with its input.
        }
    }
}
