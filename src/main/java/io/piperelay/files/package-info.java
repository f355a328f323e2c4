/** What only the owner may read: the private folder for temporary files, the token's file, the bundled agent's jar. */
@NullMarked
package io.piperelay.files;

import org.jspecify.annotations.NullMarked;
