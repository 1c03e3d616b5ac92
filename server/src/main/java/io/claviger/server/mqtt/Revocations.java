package io.claviger.server.mqtt;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.Subject;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.mqtt.Standings.Finding;
import io.claviger.store.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides anew about every session that hangs on something that has changed, and ends those that
 * may not go on (KEY-12). The change itself only marks them: whoever writes must not wait.
 */
final class Revocations {
  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

  /** Between two attempts while the database does not answer. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Sessions sessions;
  private final Standings standings;
  private final boolean tagsToo;
  private final ExecutorService executor;
  private final Executor later;

  /**
   * Makes it.
   *
   * @param tagsToo whether a device has to go that its key is no longer for
   * @param executor runs what may wait for the database
   */
  Revocations(Sessions sessions, Standings standings, boolean tagsToo, ExecutorService executor) {
    this.sessions = sessions;
    this.standings = standings;
    this.tagsToo = tagsToo;
    this.executor = executor;
    this.later =
        CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor);
  }

  /**
   * A listener of the change log. It comes after the one that drops the facts in memory, so
   * whatever is read from now on is true.
   */
  void changed(List<ChangeEntry> entries) {
    for (ChangeEntry entry : entries) {
      for (LiveSession session : concerned(entry.change().subject())) {
        session.touch();
        if (session.access().isPresent()) {
          executor.execute(() -> reconsider(session, entry.time()));
        }
      }
    }
  }

  private List<LiveSession> concerned(Subject subject) {
    return switch (subject.type()) {
      case ACCESS_KEY -> sessions.of(new AccessKeyId(subject.id()));
      case DEVICE -> sessions.of(new DeviceId(subject.id()));
      case APPLICATION -> sessions.of(new ApplicationId(subject.id()));
      case ORGANIZATION -> sessions.of(new OrganizationId(subject.id()));
      // A user that goes takes its applications along, each with its own entry.
      case USER,
          SESSION,
          MEMBER,
          INVITATION,
          DASHBOARD,
          DEVICE_ATTRIBUTE,
          API_TOKEN,
          OAUTH_CLIENT,
          OAUTH_TOKEN,
          TENANT_TOKEN,
          TENANT_USER,
          BROUGHT_API,
          SETTING ->
          List.of();
    };
  }

  /** Asks until there is an answer: nobody may stay for good who was not decided about. */
  private void reconsider(LiveSession session, Instant changedAt) {
    try {
      decide(session, changedAt);
    } catch (StoreUnavailable e) {
      if (executor.isShutdown()) {
        return; // the connection ends with the broker
      }
      LOG.warn("whether a connected device may stay cannot be decided yet", e);
      later.execute(() -> reconsider(session, changedAt));
    } catch (RuntimeException e) {
      LOG.error("whether a connected device may stay could not be decided: it has to go", e);
      session.takeBack(changedAt);
    }
  }

  private void decide(LiveSession session, Instant changedAt) {
    // One at a time for each session, or what was read earlier could be put down later.
    synchronized (session) {
      judge(session, changedAt);
    }
  }

  private void judge(LiveSession session, Instant changedAt) {
    switch (standings.look(session, tagsToo)) {
      case Finding.Goes _ -> session.takeBack(changedAt);
      case Finding.Stays(var key, var device, var state) -> session.settle(key, device, state);
    }
  }
}
