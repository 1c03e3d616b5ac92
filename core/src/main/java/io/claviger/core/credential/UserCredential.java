package io.claviger.core.credential;

import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;
import io.claviger.core.role.RoleCap;
import java.time.Instant;

/**
 * Something that acts for a user: a log-in session, an API token or an OAuth token.
 *
 * @param kind which of the three
 * @param id the session or the token
 * @param user for whom it acts
 * @param issuedAt when it was made
 * @param cap the most that it may exercise; {@link RoleCap#UNCAPPED} for a log-in session
 */
public record UserCredential(
    Kind kind, Id id, UserId user, Instant issuedAt, Validity validity, Grant grant, RoleCap cap) {
  /** What a user credential was made for. */
  public enum Kind {
    /** The user logged in. Ends at the user's cutoff (USR-11). */
    SESSION,
    /** A program of the user's. */
    API_TOKEN,
    /** A third party to which the user consented. Never writes tokens (UAT-23). */
    OAUTH_TOKEN
  }
}
