package io.claviger.server.account;

import io.claviger.store.Transaction;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.mail.MailRequestStore;
import java.time.Duration;

/** How many links an address can be sent: nobody's mailbox is to be filled by strangers. */
final class MailRequests {
  /**
   * For each address and purpose within {@link #WINDOW}; what is asked for beyond that is not sent.
   */
  static final int REQUESTS_MAX = 5;

  /** After so long, counting begins anew. */
  static final Duration WINDOW = Duration.ofHours(1);

  private final MailRequestStore store;

  MailRequests(MailRequestStore store) {
    this.store = store;
  }

  /** Counts a request, and says whether it is one of those that are answered. */
  boolean within(Transaction transaction, MailPurpose purpose, String email) {
    return store.count(transaction, purpose, email, WINDOW) <= REQUESTS_MAX;
  }
}
