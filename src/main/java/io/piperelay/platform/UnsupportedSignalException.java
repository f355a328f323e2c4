package io.piperelay.platform;

import java.util.List;

/** A signal that cannot be sent to a child, although it is running; the message says why. */
public final class UnsupportedSignalException extends RuntimeException {

    private final transient List<ChildSignal> supported;

    /**
     * @param reason a clause for the user, without a full stop
     * @param supported what can be sent to the child instead
     */
    public UnsupportedSignalException(String reason, List<ChildSignal> supported) {
        super(reason);
        this.supported = supported;
    }

    public List<ChildSignal> supported() {
        return supported;
    }
}
