package io.piperelay.agent;

import io.piperelay.halfduplex.SharedPipeChild;

/** On a shared pipe, a message ends where the parent's request ends. */
final class EndOfRequest implements MessageEnd {

    private final SharedPipeChild conversation;

    EndOfRequest(SharedPipeChild conversation) {
        this.conversation = conversation;
    }

    @Override
    public boolean reached() {
        return conversation.requestEnded();
    }
}
