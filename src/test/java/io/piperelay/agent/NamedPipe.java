package io.piperelay.agent;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A POSIX pipe with a name, so that ProcessBuilder can give both of its ends to a child while the test keeps them open
 * too. Closing this object closes the test's own ends.
 */
final class NamedPipe implements Closeable {

    private final File file;
    private final RandomAccessFile bothEnds;

    private NamedPipe(File file) throws IOException {
        this.file = file;
        // Opened for both directions at once, because opening one direction waits until somebody opens the other.
        this.bothEnds = new RandomAccessFile(file, "rw");
    }

    static NamedPipe create(Path path) throws IOException, InterruptedException {
        if (new ProcessBuilder("mkfifo", path.toString()).start().waitFor() != 0) {
            throw new IOException("mkfifo failed");
        }
        return new NamedPipe(path.toFile());
    }

    File file() {
        return file;
    }

    InputStream readEnd() throws IOException {
        return new FileInputStream(bothEnds.getFD());
    }

    OutputStream writeEnd() throws IOException {
        return new FileOutputStream(bothEnds.getFD());
    }

    /** A read end only: once this object is closed, it ends when the last other writer closes its end. */
    InputStream openReadEnd() throws IOException {
        return new BufferedInputStream(new FileInputStream(file));
    }

    @Override
    public void close() throws IOException {
        bothEnds.close();
    }
}
