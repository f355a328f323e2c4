package io.piperelay.web.socket;

import io.piperelay.session.Following;
import io.piperelay.session.PipeEvent;
import io.piperelay.web.payload.PayloadDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/** Sends events as JSON objects, each of which names its type first. */
final class JsonOutput implements Following.Observer {

    private final Outgoing outgoing;
    private final BooleanSupplier over;
    private final JsonMapper json = JsonMapper.shared();

    JsonOutput(Outgoing outgoing, BooleanSupplier over) {
        this.outgoing = outgoing;
        this.over = over;
    }

    @Override
    public boolean isOver() {
        return over.getAsBoolean();
    }

    @Override
    public void send(PipeEvent event) throws IOException {
        if (event instanceof PipeEvent.Bytes bytes) {
            byte[] type = type(bytes.stream().toString()).getBytes(StandardCharsets.US_ASCII);
            PayloadDocument document = PayloadDocument.of(bytes.slice());
            outgoing.whole(message -> {
                message.write(type);
                document.writeMembersTo(message);
            });
        } else if (event instanceof PipeEvent.Gap) {
            send("gap", event);
        } else if (event instanceof PipeEvent.Exit) {
            send("exit", event);
        } else if (event instanceof PipeEvent.Restarted) {
            send("restarted", event);
        }
    }

    private void send(String type, PipeEvent event) throws IOException {
        outgoing.whole(type(type) + json.writeValueAsString(event).substring(1));
    }

    private static String type(String type) {
        return "{\"type\":\"" + type + "\",";
    }

    @Override
    public void heartbeat() throws IOException {
        outgoing.pingIfSilent();
    }
}
