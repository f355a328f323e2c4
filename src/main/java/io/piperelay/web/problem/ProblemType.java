package io.piperelay.web.problem;

import io.piperelay.session.PipeException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** All types of problem documents: a stable name, a status, and a title and an explanation in each language. */
public enum ProblemType {
    BAD_REQUEST(400),
    INVALID_PARAMETER(400),
    INVALID_BODY(400),
    UNKNOWN_CHILD(400),
    UNSUPPORTED_TOPOLOGY(400),
    CLIENT_GONE(400),
    UNMAPPABLE_INPUT(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    NO_SESSION(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    REQUEST_TIMEOUT(408),
    SESSION_EXISTS(409),
    SESSION_CHANGED(409),
    INPUT_CLOSED(409),
    CHILD_EXITED(409),
    UNSUPPORTED_SIGNAL(409),
    OFFSET_GAP(409),
    OFFSET_TAKEN(409),
    END_OF_OUTPUT(410),
    BAD_FRAME(502),
    FRAME_TOO_LARGE(502),
    OFFSET_GONE(410),
    SESSION_CLOSED(410),
    REQUEST_TOO_LARGE(413),
    EXCHANGE_TOO_LARGE(413),
    TARGET_TOO_LONG(414),
    UNSUPPORTED_MEDIA_TYPE(415),
    UPGRADE_REQUIRED(426),
    HEADERS_TOO_LARGE(431),
    INTERNAL_ERROR(500),
    PIPE_CREATION_FAILED(500),
    CHILD_LAUNCH_FAILED(500),
    READ_FAILED(500),
    WRITE_FAILED(500),
    NOT_IMPLEMENTED(501),
    PIPE_FULL(503),
    PIPE_BUSY(503),
    WINDOW_FULL(503),
    TOO_MANY_CONNECTIONS(503),
    TOO_MANY_WAITING(503),
    RESOURCES_EXHAUSTED(503),
    SHUTTING_DOWN(503),
    REPLY_TIMEOUT(504);

    private static final Control NO_FALLBACK = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private final int status;

    ProblemType(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** The name in the type's URI, such as {@code pipe-full}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The {@code type} of a problem document; {@code GET} explains it. */
    String uri() {
        return "/problems/" + slug();
    }

    String title(List<Locale> preferred) {
        return texts(preferred).getString(slug());
    }

    String explanation(List<Locale> preferred) {
        return texts(preferred).getString(slug() + ".explanation");
    }

    /** The language of the texts for a client that prefers these. */
    static String language(List<Locale> preferred) {
        String language = texts(preferred).getLocale().getLanguage();
        return language.isEmpty() ? "en" : language;
    }

    /** The first of the preferred languages that there are texts in; otherwise English. */
    static ResourceBundle texts(List<Locale> preferred) {
        for (Locale locale : preferred) {
            if (locale.getLanguage().equals("en")) {
                break;
            }
            ResourceBundle texts = ResourceBundle.getBundle("problems", locale, NO_FALLBACK);
            if (!texts.getLocale().equals(Locale.ROOT)) {
                return texts;
            }
        }
        return ResourceBundle.getBundle("problems", Locale.ROOT, NO_FALLBACK);
    }

    static Optional<ProblemType> ofSlug(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** The type for what the session refuses; no {@code default}, so that a new reason does not compile without one. */
    public static ProblemType of(Reason reason) {
        return switch (reason) {
            case NO_SESSION -> NO_SESSION;
            case SESSION_EXISTS -> SESSION_EXISTS;
            case SESSION_CHANGED -> SESSION_CHANGED;
            case SESSION_CLOSED -> SESSION_CLOSED;
            case SHUTTING_DOWN -> SHUTTING_DOWN;
            case UNKNOWN_CHILD -> UNKNOWN_CHILD;
            case UNSUPPORTED_TOPOLOGY -> UNSUPPORTED_TOPOLOGY;
            case PIPE_CREATION_FAILED -> PIPE_CREATION_FAILED;
            case CHILD_LAUNCH_FAILED -> CHILD_LAUNCH_FAILED;
            case INPUT_CLOSED -> INPUT_CLOSED;
            case CHILD_EXITED -> CHILD_EXITED;
            case UNSUPPORTED_SIGNAL -> UNSUPPORTED_SIGNAL;
            case WRITE_FAILED -> WRITE_FAILED;
            case READ_FAILED -> READ_FAILED;
            case OFFSET_GAP -> OFFSET_GAP;
            case OFFSET_GONE, REPLY_FORGOTTEN -> OFFSET_GONE;
            case OFFSET_TAKEN -> OFFSET_TAKEN;
            case PIPE_FULL -> PIPE_FULL;
            case CLIENT_GONE -> CLIENT_GONE;
            case BODY_TOO_SLOW -> REQUEST_TIMEOUT;
            case PIPE_BUSY -> PIPE_BUSY;
            case RESOURCES_EXHAUSTED, TOO_MANY_DELIVERIES -> RESOURCES_EXHAUSTED;
            case WINDOW_FULL -> WINDOW_FULL;
            case EXCHANGE_TOO_LARGE -> EXCHANGE_TOO_LARGE;
            case REQUEST_TOO_LARGE -> REQUEST_TOO_LARGE;
            case END_OF_OUTPUT -> END_OF_OUTPUT;
            case BAD_FRAME -> BAD_FRAME;
            case FRAME_TOO_LARGE -> FRAME_TOO_LARGE;
            case REPLY_TIMEOUT -> REPLY_TIMEOUT;
        };
    }

    /** The type for a status that the framework or the container chose. */
    public static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> REQUEST_TOO_LARGE;
            case 414 -> TARGET_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 426 -> UPGRADE_REQUIRED;
            case 431 -> HEADERS_TOO_LARGE;
            case 501 -> NOT_IMPLEMENTED;
            case 503 -> SHUTTING_DOWN;
            case 505 -> BAD_REQUEST;
            default -> status >= 500 ? INTERNAL_ERROR : BAD_REQUEST;
        };
    }
}
