package io.piperelay.platform.windows;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.WString;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/** A bare binding of the advapi32 function that jna-platform's Advapi32 lacks. */
final class Advapi32Ex {

    static final int SDDL_REVISION_1 = 1;

    static {
        Native.register(Advapi32Ex.class, NativeLibrary.getInstance("advapi32"));
    }

    private Advapi32Ex() {}

    /** Returns false if it fails. The descriptor is self-relative; the caller frees it with LocalFree. */
    static native boolean ConvertStringSecurityDescriptorToSecurityDescriptorW(
            WString stringSecurityDescriptor,
            int stringSDRevision,
            PointerByReference securityDescriptor,
            @Nullable Pointer securityDescriptorSize);
}
