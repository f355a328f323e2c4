package io.piperelay.http.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records who wrote what into which session and what was read from it, and checks whether the one explains the other. Any
 * thread may record something; {@link #check} comes last.
 *
 * <p>A message is made of as many tokens, {@code <message.number>}, as fit. So each of its bytes can be attributed, wherever
 * the message is cut.
 */
public final class Ledger {

    /** A line feed after a message, or a token, which is complete if it has its third part. */
    private static final Pattern TOKEN = Pattern.compile("\n|<(?:(\\d+)(?:\\.(?:(\\d+)(>)?)?)?)?");

    private static final Pattern END_OF_TOKEN = Pattern.compile("[0-9.]*>?");
    private static final String NOT_KNOWN = "";

    /** @param offset where it is in the input; negative if that is not known */
    private record Sent(String session, long offset, int length) {}

    private record Part(String session, long offset, byte[] bytes) {}

    private final Map<String, String> children = new HashMap<>();
    private final Map<Integer, Sent> sent = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private int messages;
    private final Set<Integer> seen = new HashSet<>();

    public synchronized void created(String session, String child) {
        assertThat(children.put(session, child))
                .as("session %s was created before", session)
                .isNull();
    }

    /** A new message, which may reach any session, whole or in part. */
    public synchronized int send(int length) {
        sent.put(messages, new Sent(NOT_KNOWN, -1, length));
        return messages++;
    }

    public byte[] bytes(int message) {
        int length = length(message);
        StringBuilder text = new StringBuilder(length + 24);
        for (int number = 0; text.length() < length; number++) {
            text.append('<').append(message).append('.').append(number).append('>');
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private synchronized int length(int message) {
        return Objects.requireNonNull(sent.get(message)).length();
    }

    /** The whole message is in this session, at this offset of its input. */
    public synchronized void accepted(int message, String session, long offset) {
        sent.put(message, new Sent(session, offset, length(message)));
    }

    /** The whole message is in this session, at an unknown offset. */
    public void accepted(int message, String session) {
        accepted(message, session, -1);
    }

    /** The message is in no session. */
    public synchronized void refused(int message) {
        sent.remove(message);
    }

    public void read(Answer answer) {
        read(answer.header("Pipe-Session"), answer.number("Pipe-Offset"), answer.number("Pipe-Next"), answer.body());
    }

    public synchronized void read(String session, long offset, long next, byte[] bytes) {
        assertThat(next - offset).isEqualTo(bytes.length);
        parts.add(new Part(session, offset, bytes));
    }

    /** Returns how many messages were read again, at least a token of each. */
    public synchronized int check() {
        Map<String, TreeMap<Long, byte[]>> outputs = new HashMap<>();
        for (Part part : parts) {
            join(outputs.computeIfAbsent(part.session(), session -> new TreeMap<>()), part);
        }
        outputs.forEach((session, pieces) -> {
            assertThat(children).as("the sessions that there were").containsKey(session);
            pieces.forEach((offset, piece) -> check(session, offset, piece));
        });
        sent.forEach((message, note) -> {
            boolean comesBack = "cat".equals(children.get(note.session()));
            if (comesBack && note.offset() >= 0 && outputs.containsKey(note.session())) {
                checkPlace(message, note, outputs.get(note.session()));
            }
        });
        return seen.size();
    }

    /** Joins what was read with what was read before and after it; where both overlap, they must be equal. */
    private static void join(NavigableMap<Long, byte[]> pieces, Part part) {
        long from = part.offset();
        byte[] bytes = part.bytes();
        for (var near = pieces.floorEntry(from + bytes.length);
                near != null && near.getKey() + near.getValue().length >= from;
                near = pieces.floorEntry(from + bytes.length)) {
            assertSameWhereBoth(near.getKey(), near.getValue(), from, bytes, "read twice from " + part.session());
            bytes = union(near.getKey(), near.getValue(), from, bytes);
            from = Math.min(from, near.getKey());
            pieces.remove(near.getKey());
        }
        pieces.put(from, bytes);
    }

    private static byte[] union(long offset1, byte[] bytes1, long offset2, byte[] bytes2) {
        long from = Math.min(offset1, offset2);
        byte[] all = new byte[(int) (Math.max(offset1 + bytes1.length, offset2 + bytes2.length) - from)];
        System.arraycopy(bytes1, 0, all, (int) (offset1 - from), bytes1.length);
        System.arraycopy(bytes2, 0, all, (int) (offset2 - from), bytes2.length);
        return all;
    }

    private static void assertSameWhereBoth(long offset1, byte[] bytes1, long offset2, byte[] bytes2, String what) {
        long from = Math.max(offset1, offset2);
        int length = (int) (Math.min(offset1 + bytes1.length, offset2 + bytes2.length) - from);
        if (length > 0) {
            int start1 = (int) (from - offset1);
            int start2 = (int) (from - offset2);
            int wrong = Arrays.mismatch(bytes1, start1, start1 + length, bytes2, start2, start2 + length);
            assertThat(wrong).as("%s: wrong byte behind %d", what, from).isEqualTo(-1);
        }
    }

    private void check(String session, long offset, byte[] piece) {
        String text = new String(piece, StandardCharsets.ISO_8859_1);
        String child = children.getOrDefault(session, "none");
        if (child.equals("exiting")) {
            assertThat("bye\n".startsWith(text, (int) offset)).as(text).isTrue();
            return;
        }
        assertThat(child).as("child that says something").isIn("cat", "agent");
        Matcher token = TOKEN.matcher(text);
        int checked = offset == 0 ? 0 : endOfToken(text);
        while (checked < text.length()) {
            if (!token.region(checked, text.length()).lookingAt()) {
                throw new AssertionError("no token at " + checked + " of " + text);
            }
            if (token.group(3) != null) {
                checkOwner(Integer.parseInt(token.group(1)), session);
            }
            checked = token.end();
        }
    }

    private static int endOfToken(String text) {
        Matcher end = END_OF_TOKEN.matcher(text);
        return end.lookingAt() ? end.end() : 0;
    }

    private void checkOwner(int message, String session) {
        seen.add(message);
        Sent note = sent.get(message);
        if (note == null) {
            throw new AssertionError("message " + message + ", which was refused, was read from " + session);
        }
        if (note.session().equals(NOT_KNOWN)) {
            // Now it is known where it went; it cannot have gone anywhere else.
            sent.put(message, new Sent(session, note.offset(), note.length()));
        } else if (!note.session().equals(session)) {
            throw new AssertionError("message " + message + " of " + note.session() + " was read from " + session);
        }
    }

    /** A child that echoes every byte returns it at the offset where it was written. */
    private void checkPlace(int message, Sent note, NavigableMap<Long, byte[]> pieces) {
        byte[] bytes = bytes(message);
        pieces.forEach((offset, piece) ->
                assertSameWhereBoth(note.offset(), bytes, offset, piece, "message " + message + " at another place"));
    }
}
