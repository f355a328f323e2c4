/**
 * The bundled child: a small program on the JDK alone that starts fast, so nothing on its way to the first answer uses
 * lambdas, string concatenation, formatting or streams, whose first use costs a JVM more than all the rest.
 */
package io.piperelay.agent;
