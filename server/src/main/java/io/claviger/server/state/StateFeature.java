package io.claviger.server.state;

import io.claviger.core.state.AgeWindow;
import io.claviger.server.api.Api;
import io.claviger.store.Database;
import io.claviger.store.state.DepositStore;
import io.claviger.store.state.StateStore;
import java.time.Duration;

/** State and commands, put together. */
public final class StateFeature implements AutoCloseable {
  private final DeviceInbox inbox;
  private final StateActions states;

  /**
   * Puts it together and begins to write.
   *
   * @param retention how long state is kept; what is older is not taken either (STA-3)
   */
  public StateFeature(Database database, Duration retention) {
    StateStore store = new StateStore(database);
    this.inbox =
        new DeviceInbox(
            database, new DepositStore(database, new AgeWindow(retention)), (_, _) -> {});
    this.states = new StateActions(store, new Deposits(inbox));
  }

  /** Adds the actions. */
  public void addTo(Api api) {
    states.addTo(api);
  }

  /** Writes what is waiting. */
  @Override
  public void close() {
    inbox.close();
  }
}
