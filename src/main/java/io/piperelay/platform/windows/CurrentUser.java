package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Advapi32;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.WinNT;
import com.sun.jna.platform.win32.WinNT.HANDLEByReference;
import com.sun.jna.platform.win32.WinNT.TOKEN_INFORMATION_CLASS;
import com.sun.jna.platform.win32.WinNT.TOKEN_USER;
import com.sun.jna.ptr.IntByReference;
import io.piperelay.platform.NativeCallException;

/** The one that this process runs as. */
final class CurrentUser {

    private CurrentUser() {}

    /** The user's SID: a name would have to be looked up, perhaps on a server that cannot be reached. */
    static String sid() throws NativeCallException {
        var token = new HANDLEByReference();
        if (!Advapi32.INSTANCE.OpenProcessToken(Kernel32.INSTANCE.GetCurrentProcess(), WinNT.TOKEN_QUERY, token)) {
            throw Win32Error.failed("OpenProcessToken");
        }
        try {
            return sid(token.getValue());
        } finally {
            Kernel32.INSTANCE.CloseHandle(token.getValue());
        }
    }

    private static String sid(WinNT.HANDLE token) throws NativeCallException {
        var size = new IntByReference();
        // Fails with ERROR_INSUFFICIENT_BUFFER.
        Advapi32.INSTANCE.GetTokenInformation(token, TOKEN_INFORMATION_CLASS.TokenUser, null, 0, size);
        var user = new TOKEN_USER(size.getValue());
        if (!Advapi32.INSTANCE.GetTokenInformation(
                token, TOKEN_INFORMATION_CLASS.TokenUser, user, size.getValue(), size)) {
            throw Win32Error.failed("GetTokenInformation");
        }
        return user.User.Sid.getSidString();
    }
}
