package io.piperelay.platform.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.List;

/** A {@code char *const []} as execve(2) requires it, terminated by a null pointer. */
final class CStrings implements AutoCloseable {

    private final Memory memory;

    /** @param texts each of them zero-terminated */
    CStrings(List<byte[]> texts) {
        long start = (long) Native.POINTER_SIZE * (texts.size() + 1);
        long size = start + texts.stream().mapToLong(text -> text.length).sum();
        memory = new Memory(size);
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i);
            memory.write(start, text, 0, text.length);
            memory.setPointer((long) Native.POINTER_SIZE * i, memory.share(start));
            start += text.length;
        }
        memory.setPointer((long) Native.POINTER_SIZE * texts.size(), null);
    }

    Pointer pointer() {
        return memory;
    }

    Pointer first() {
        return memory.getPointer(0);
    }

    @Override
    public void close() {
        memory.close();
    }
}
