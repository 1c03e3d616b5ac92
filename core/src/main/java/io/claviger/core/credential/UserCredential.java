package io.claviger.core.credential;

import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;
import io.claviger.core.role.RoleCap;
import java.time.Instant;

/**
 * Something that acts for a user: a log-in session, an API token or an OAuth token.
 *
 * <p>In parts, so that many that were made alike share the terms, and who keeps very many decides
 * without looking into the issue.
 *
 * @param issue which one it is
 * @param validity whether it is on, and until when
 * @param terms what it is worth
 */
public record UserCredential(Issue issue, Validity validity, Terms terms) {
  /** What a user credential was made for. */
  public enum Kind {
    /** The user logged in. Ends at the user's cutoff (USR-11). */
    SESSION,
    /** A program of the user's. */
    API_TOKEN,
    /** A third party to which the user consented. Never writes tokens (UAT-23). */
    OAUTH_TOKEN
  }

  /**
   * One issued credential.
   *
   * @param id the session or the token
   * @param issuedAt when it was made
   */
  public record Issue(Id id, Instant issuedAt) {}

  /**
   * What a credential may do.
   *
   * @param user for whom it acts
   * @param cap the most that it may exercise; {@link RoleCap#UNCAPPED} for a log-in session
   */
  public record Terms(Kind kind, UserId user, Grant grant, RoleCap cap) {}

  /** A credential of these parts. */
  public UserCredential(
      Kind kind,
      Id id,
      UserId user,
      Instant issuedAt,
      Validity validity,
      Grant grant,
      RoleCap cap) {
    this(new Issue(id, issuedAt), validity, new Terms(kind, user, grant, cap));
  }

  /** Which of the three it is. */
  public Kind kind() {
    return terms.kind();
  }

  /** The session or the token. */
  public Id id() {
    return issue.id();
  }

  /** For whom it acts. */
  public UserId user() {
    return terms.user();
  }

  /** When it was made. */
  public Instant issuedAt() {
    return issue.issuedAt();
  }

  /** Its scope. */
  public Grant grant() {
    return terms.grant();
  }

  /** The most that it may exercise. */
  public RoleCap cap() {
    return terms.cap();
  }
}
