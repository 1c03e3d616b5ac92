package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.core.network.IpAddress;
import io.claviger.server.http.ApiException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final int PER_MINUTE = 10;

  private final AtomicLong millis = new AtomicLong(1_750_000_000_000L);
  private final RateLimiter limiter =
      new RateLimiter(PER_MINUTE, () -> Instant.ofEpochMilli(millis.get()));

  @Test
  void afterAsManyAsTheBucketHoldsItIsShutUntilOneTokenIsBack() {
    Optional<IpAddress> address = address("203.0.113.9");
    for (int i = 0; i < PER_MINUTE; i++) {
      assertOpen(address);
      limiter.spend(address);
    }
    assertThat(refusal(address).headers()).containsEntry("Retry-After", "6");
    millis.addAndGet(5_999);
    assertThat(refusal(address).headers()).containsEntry("Retry-After", "1");
    millis.addAndGet(1);
    assertOpen(address);
    limiter.spend(address);
    assertThat(refusal(address).status()).isEqualTo(429);
  }

  @Test
  void aLongRestFillsTheBucketAndNoMore() {
    Optional<IpAddress> address = address("203.0.113.9");
    limiter.spend(address);
    millis.addAndGet(86_400_000);
    for (int i = 0; i < PER_MINUTE; i++) {
      assertOpen(address);
      limiter.spend(address);
    }
    assertThat(refusal(address).status()).isEqualTo(429);
  }

  @Test
  void checkingCostsNothing() {
    Optional<IpAddress> address = address("203.0.113.9");
    for (int i = 0; i < 100 * PER_MINUTE; i++) {
      assertOpen(address);
    }
  }

  @Test
  void aClockThatIsSetBackShutsNobodyOutForLong() {
    Optional<IpAddress> address = address("203.0.113.9");
    spend(address, PER_MINUTE);
    millis.addAndGet(-3_600_000);
    assertThat(refusal(address).headers()).containsEntry("Retry-After", "6");
    limiter.spend(address);
    millis.addAndGet(12_000);
    assertOpen(address);
  }

  @Test
  void aNetworkOfIpv6IsOneClientAndItsNeighbourAnother() {
    spend(address("2001:db8:1:2::1"), PER_MINUTE);
    assertThat(refusal(address("2001:db8:1:2:ffff:ffff:ffff:ffff")).status()).isEqualTo(429);
    assertOpen(address("2001:db8:1:3::1"));
  }

  @Test
  void addressesOfIpv4AndUnknownOnesAreApart() {
    spend(address("203.0.113.9"), PER_MINUTE);
    assertThat(refusal(address("::ffff:203.0.113.9")).status()).isEqualTo(429);
    assertOpen(address("203.0.113.8"));
    assertOpen(Optional.empty());
    spend(Optional.empty(), PER_MINUTE);
    assertThat(refusal(Optional.empty()).status()).isEqualTo(429);
  }

  @Test
  void whatOnePartySaysOfAnAddressCostsNoOtherParty() {
    Optional<IpAddress> address = address("203.0.113.9");
    for (int i = 0; i < PER_MINUTE; i++) {
      limiter.spend("gateway", address);
    }
    assertOpen(address);
    assertThatCode(() -> limiter.check("other", address)).doesNotThrowAnyException();
    assertThat(
            catchThrowableOfType(ApiException.class, () -> limiter.check("gateway", address))
                .status())
        .isEqualTo(429);
  }

  @Test
  void whatIsSpentAtTheSameMomentIsOwedButNotWithoutEnd() {
    Optional<IpAddress> address = address("203.0.113.9");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        threads.execute(() -> spend(address, 100 * PER_MINUTE));
      }
    }
    assertThat(refusal(address).headers()).containsEntry("Retry-After", "66");
    millis.addAndGet(66_000);
    assertOpen(address);
  }

  private void spend(Optional<IpAddress> address, int times) {
    for (int i = 0; i < times; i++) {
      limiter.spend(address);
    }
  }

  private void assertOpen(Optional<IpAddress> address) {
    assertThatCode(() -> limiter.check(address)).doesNotThrowAnyException();
  }

  private ApiException refusal(Optional<IpAddress> address) {
    return catchThrowableOfType(ApiException.class, () -> limiter.check(address));
  }

  private static Optional<IpAddress> address(String text) {
    return Optional.of(IpAddress.parse(text).orThrow());
  }
}
