package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.session.ExchangeLog.Exchange;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExchangeLogTests {

    private static final byte[] DIGEST = {1, 2, 3};

    private static final OutputWindow WINDOW = new OutputWindow("s", null, 32, false, (start, end) -> {});

    private final ExchangeLog log = new ExchangeLog();

    private static Exchange accepted(long start, long end) {
        return Exchange.begun(start, 0).accepted(end, DIGEST);
    }

    @Test
    void theLastOnesAreRemembered() {
        for (int i = 0; i <= ExchangeLog.CAPACITY; i++) {
            log.put(accepted(i, i + 1));
        }

        assertThat(log.find(0)).isNull();
        assertThat(log.find(1)).isEqualTo(accepted(1, 2));
        assertThat(log.find(ExchangeLog.CAPACITY)).isNotNull();
        assertThat(log.find(ExchangeLog.CAPACITY + 1)).isNull();
    }

    @Test
    void theReplyThatWasFoundFirstCounts() {
        Exchange exchange = accepted(0, 5);
        log.put(exchange);

        Exchange first = log.answer(exchange, new OutputSlice(WINDOW, 10, 20, false, new byte[10]));
        Exchange second = log.answer(exchange, new OutputSlice(WINDOW, 10, 15, false, null));

        assertThat(second).isEqualTo(first);
        assertThat(log.latest(exchange)).isEqualTo(first);
        OutputSlice reply = Objects.requireNonNull(first.reply());
        assertThat(reply.next()).isEqualTo(20);
        assertThat(reply.copy()).as("no payload is kept").isNull();
    }

    @Test
    void onlyWhatWasAcceptedInPartIsAPart() {
        log.putPart(Exchange.begun(0, 0));
        assertThat(log.find(0)).as("nothing of it was accepted").isNull();

        log.putPart(Exchange.begun(0, 0).acceptedTo(3));
        assertThat(Objects.requireNonNull(log.find(0)).isAccepted()).isFalse();

        log.put(accepted(0, 5));
        log.putPart(Exchange.begun(0, 0).acceptedTo(5));
        assertThat(Objects.requireNonNull(log.find(0)).isAccepted()).isTrue();
    }

    @Test
    void thereIsOneInTurnAtMost() {
        Exchange exchange = accepted(0, 5);
        assertThat(log.isInTurn(exchange)).isFalse();
        log.enter(exchange);
        assertThat(log.isInTurn(exchange)).isTrue();
        assertThat(log.isInTurn(accepted(5, 6))).isFalse();
        log.leave(exchange);
        assertThat(log.isInTurn(exchange)).isFalse();
    }
}
