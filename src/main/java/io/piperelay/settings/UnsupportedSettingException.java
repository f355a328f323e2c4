package io.piperelay.settings;

/** A setting of Spring Boot's own with which the service would not keep what it promises. */
final class UnsupportedSettingException extends RuntimeException {

    /** @param because a sentence */
    UnsupportedSettingException(String name, String because) {
        super(name + " cannot be set like this: " + because);
    }
}
