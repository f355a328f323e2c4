package io.piperelay.bench;

import java.io.IOException;

/** One way to load the contenders. */
interface Scenario {

    void run(Setup setup, Report report) throws IOException, InterruptedException;
}
