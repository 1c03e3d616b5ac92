package io.claviger.server.account;

import io.claviger.store.Database;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailRequestStore;
import io.claviger.store.session.EndedSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Removes sessions that ended a day ago, and failed log-ins, links and requests for links that no
 * longer count; releases accounts whose organization was deleted. Every node does it now and then;
 * that several do it at once does no harm.
 */
public final class Housekeeping {
  /** How long after its end a session may still be looked up by people who ask what it was. */
  private static final Duration KEPT = Duration.ofDays(1);

  /** Rows for which other writes wait, some milliseconds. */
  private static final int BATCH = 500;

  /** Bounds one run; the next goes on. */
  private static final int BATCHES_MAX = 200;

  private final EndedSessions ended;
  private final MailLinkStore links;
  private final MailRequestStore requests;
  private final AccountRelease accounts;
  private final InstantSource clock;

  /**
   * Makes it.
   *
   * @param accounts releases those that deleted organizations have left
   */
  public Housekeeping(Database database, AccountRelease accounts, InstantSource clock) {
    this.accounts = accounts;
    this.ended = new EndedSessions(database);
    this.links = new MailLinkStore(database);
    this.requests = new MailRequestStore(database);
    this.clock = clock;
  }

  /** Removes what there is to remove. */
  public void run() {
    Instant now = clock.instant();
    ended.removeLoginFailures(now.minus(LockOut.DURATION));
    links.removeExpired(now);
    requests.removeBefore(now.minus(MailRequests.WINDOW));
    for (int i = 0; i < BATCHES_MAX && ended.removeSome(now.minus(KEPT), BATCH); i++) {
      // Other writes have their turn between two batches.
    }
    for (int i = 0; i < BATCHES_MAX && accounts.leftOver(); i++) {
      // As above.
    }
  }
}
