package io.piperelay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.Later;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DeliveryBudgetTests {

    private final DeliveryBudget budget = new DeliveryBudget(100);

    private static Deadline none() {
        return new Deadline(Duration.ZERO, () -> false);
    }

    @Test
    void whatIsInUseIsNotThereForOthersUntilItIsGivenBack() throws InterruptedException {
        DeliveryBudget.Share one = budget.share();
        DeliveryBudget.Share another = budget.share();
        assertThat(one.grow(60, none())).isTrue();

        assertThat(another.grow(41, none())).isFalse();
        assertThat(another.bytes()).isEmpty();
        assertThat(another.grow(40, none())).isTrue();
        assertThat(another.bytes()).hasSize(40);

        one.close();
        one.close();
        assertThat(another.grow(100, none())).as("in the place of its own 40").isTrue();
        assertThat(one.grow(1, none())).isFalse();
    }

    @Test
    void aShareThatIsLargeEnoughStaysAsItIs() throws InterruptedException {
        try (DeliveryBudget.Share share = budget.share()) {
            share.grow(10, none());
            byte[] bytes = share.bytes();

            assertThat(share.grow(5, none())).isTrue();
            assertThat(share.bytes()).isSameAs(bytes);
        }
    }

    @Test
    void whoWaitsIsWokenByWhatIsGivenBack() throws InterruptedException {
        DeliveryBudget.Share one = budget.share();
        one.grow(100, none());
        CompletableFuture<Boolean> waiting = Later.get(() -> growLater(budget.share()));

        one.close();

        assertThat(waiting.join()).isTrue();
    }

    private static boolean growLater(DeliveryBudget.Share share) {
        try {
            return share.grow(50, new Deadline(Duration.ofSeconds(50), () -> false));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noAnswerTakesItAll() {
        assertThat(budget.share().largest()).isEqualTo(25);
        assertThat(DeliveryBudget.ofTheHeap().share().largest()).isBetween(1, (int)
                Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 8));
    }
}
