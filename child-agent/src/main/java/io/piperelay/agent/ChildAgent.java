package io.piperelay.agent;

import io.piperelay.halfduplex.SharedPipeChild;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The child that comes with the service. It reads its standard input, answers on its standard output, and reports what it
 * received on its standard error.
 *
 * <pre>
 * child-agent [--percent-encoded] [--reply TEXT] [--shared]
 * </pre>
 *
 * <ul>
 *   <li>Without {@code --reply} it echoes every byte as it arrives; see {@link Echo}.
 *   <li>{@code --reply TEXT} answers each message with TEXT in UTF-8; see {@link Replies} for what a message is.
 *   <li>{@code --shared}: standard input and output are the two ends of one pipe, whose other user is a
 *       {@link io.piperelay.halfduplex.SharedPipeParent}.
 *   <li>{@code --percent-encoded}, which comes first: the other arguments are percent-encoded UTF-8, with + for a blank, as
 *       {@link java.net.URLEncoder} writes it; for text that java.exe would not take on Windows, where its arguments can only
 *       have the letters of the system's code page.
 * </ul>
 *
 * <p>It exits with code 0 at the end of its input; with code 1, silently, when its output is broken; with code 2 when its
 * arguments are invalid. It also exits when its parent has exited, whatever it is doing; see {@link ParentWatch}.
 */
public final class ChildAgent {

    private static final int BROKEN_OUTPUT = 1;
    private static final int USAGE = 2;

    private ChildAgent() {}

    /** Runs until the input ends. */
    public static void main(String[] arguments) {
        OutputStream errors = new FileOutputStream(FileDescriptor.err);
        AgentOptions options;
        try {
            options = AgentOptions.parse(arguments);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(USAGE);
            return;
        }
        ParentWatch parent = new ParentWatch(options.shared());
        parent.start();
        // The raw streams: System.in and System.out would add buffers of their own.
        InputStream readEnd = new FileInputStream(FileDescriptor.in);
        OutputStream writeEnd = new FileOutputStream(FileDescriptor.out);
        try {
            converse(options, readEnd, writeEnd, parent, new Reports(errors));
        } catch (IOException e) {
            System.exit(BROKEN_OUTPUT);
        }
    }

    private static void converse(
            AgentOptions options, InputStream readEnd, OutputStream writeEnd, ParentWatch parent, Reports reports)
            throws IOException {
        InputStream input = readEnd;
        OutputStream output = writeEnd;
        MessageEnd messageEnd;
        if (options.shared()) {
            SharedPipeChild conversation = new SharedPipeChild(readEnd, writeEnd, parent);
            input = conversation.input();
            output = conversation.output();
            messageEnd = new EndOfRequest(conversation);
        } else {
            messageEnd = new QuietPeriod(input);
        }
        if (options.reply() == null) {
            new Echo(input, output, reports).run();
        } else {
            new Replies(input, output, messageEnd, options.reply(), reports).run();
        }
        output.close();
        reports.total();
    }
}
