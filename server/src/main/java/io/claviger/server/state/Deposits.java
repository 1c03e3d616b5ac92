package io.claviger.server.state;

import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Hands in what comes over HTTP, and waits until it is on the disk. */
final class Deposits {
  private final DeviceInbox inbox;

  Deposits(DeviceInbox inbox) {
    this.inbox = inbox;
  }

  /**
   * Has it written.
   *
   * @throws ApiException 404 when the device has gone meanwhile, 400 when it takes no state, and
   *     whatever the call would be answered now if it is no longer allowed
   */
  void require(Deposit deposit, Call call) {
    switch (await(deposit, call)) {
      case Outcome.Kept _, Outcome.KeptStates _ -> {
        // Nothing is said of what was left out (STA-3).
      }
      case Outcome.NoDevice _ -> throw ApiException.notFound("Device");
      case Outcome.Refused _ ->
          throw ApiException.validation("deviceId", "is a system device, which takes no state");
    }
  }

  /** Has all of them written; devices that have gone meanwhile are left out. */
  void all(List<Deposit> deposits, Call call) {
    List<CompletableFuture<Outcome>> results =
        deposits.stream().map(deposit -> inbox.put(deposit, call::requireStillAllowed)).toList();
    results.forEach(Deposits::await);
  }

  private Outcome await(Deposit deposit, Call call) {
    return await(inbox.put(deposit, call::requireStillAllowed));
  }

  private static Outcome await(CompletableFuture<Outcome> result) {
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
