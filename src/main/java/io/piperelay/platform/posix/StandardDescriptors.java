package io.piperelay.platform.posix;

/** What a new process gets as its standard input, output and errors, and is given nothing else; all above 2. */
record StandardDescriptors(int input, int output, int errors) {}
