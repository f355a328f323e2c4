/**
 * Files that only the owner may read: the private folder for temporary files, the token file, and the bundled agent's jar,
 * unpacked. No payload passes through here.
 */
@NullMarked
package io.piperelay.files;

import org.jspecify.annotations.NullMarked;
