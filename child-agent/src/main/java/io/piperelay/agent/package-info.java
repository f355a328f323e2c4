/**
 * The bundled child, a small program that uses nothing but the JDK. Bytes enter on standard input and leave, as an echo or
 * as replies, on standard output; reports about them leave on standard error.
 *
 * <p>It has to start fast, so nothing up to the first answer uses lambdas, string concatenation, formatting or streams,
 * whose first use costs a JVM more than everything else.
 */
package io.piperelay.agent;
