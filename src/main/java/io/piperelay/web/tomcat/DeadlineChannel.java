package io.piperelay.web.tomcat;

/** A client's channel that heeds deadlines. */
interface DeadlineChannel {

    ChannelDeadlines deadlines();
}
