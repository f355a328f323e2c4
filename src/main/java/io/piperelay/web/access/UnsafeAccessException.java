package io.piperelay.web.access;

/** Settings with which the service would be open to more people than its operator can have meant. */
final class UnsafeAccessException extends RuntimeException {

    private final String action;

    /** @param action what the operator can do about it */
    UnsafeAccessException(String description, String action) {
        super(description);
        this.action = action;
    }

    String action() {
        return action;
    }
}
